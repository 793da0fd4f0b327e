import * as l10n from '@vscode/l10n';
import { extent, greatest, max, maxIndex } from 'd3-array';
import { bothOf, type PositionInBoth, type TokenInBoth } from '../../shared/both';
import { count, degrees, fixed, signed } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { layerOf } from '../parts/layers';
import { ordinal, tokenCount } from '../parts/numbers';
import { type Words, words } from '../parts/words';
import { areEqual, divergences, firstsOf, furthest, hasGrown, percentBound } from './finding';
import { bothNames } from './names';

export function bothTextFinding(state: PanelState): Words {
  const { text } = state.both;
  const [a, b] = bothNames(state);
  if (!text) return [];
  if (text.kind === 'other')
    return [
      l10n.t(
        '{0} cuts the text into {1}, {2} into {3}',
        a,
        tokenCount(text.tokens[0].length),
        b,
        tokenCount(text.tokens[1].length),
      ),
    ];
  const own = text.divergence[0].subarray(state.text?.contextCount ?? 0);
  const at = maxIndex(own) + (state.text?.contextCount ?? 0);
  const token = state.text?.tokens[at];
  const most = text.divergence[0][at] ?? 0;
  if (!token) return [];
  return most === 0
    ? [l10n.t('Both models predict the same after every token')]
    : words(l10n.t('The two models part most after {0} ({1} bits)'), token, divergences(text)(most));
}

const partNames = () => ({
  hiddenSize: l10n.t('size of h'),
  size: l10n.t('size of the token'),
  angle: l10n.t('angle'),
  bias: l10n.t('bias'),
});

/** The change of a logit, between the logits as they are printed. */
export const changeOf = ({ logit: [a, b] }: TokenInBoth): number => Number((printedAs(b) - printedAs(a)).toFixed(2));
const printedAs = (logit: number): number => Number(logit.toFixed(2));

/** Where A's first token is in B, and what moved its logit most. */
export function bothNextFinding({ both: { position } }: PanelState): Words {
  const [first, other] = (position && firstsOf(position)) ?? [];
  if (!first || !other) return [];
  const names = partNames();
  const { parts } = first;
  const largest = greatest(Object.keys(names) as (keyof typeof names)[], (part) => Math.abs(parts[part]));
  const place =
    first.token.id === other.token.id
      ? words(l10n.t('{0} stays first'), first.token)
      : words(l10n.t('{0} falls from first place to {1}'), first.token, ordinal(first.rank[1]));
  if (first.logit[0] === first.logit[1] || !largest) return words(l10n.t('{0}; its logit is the same'), place);
  return words(
    l10n.t('{0}; its logit changes by {1}, and the largest part of that is the {2} ({3})'),
    place,
    signed(changeOf(first)),
    names[largest],
    signed(parts[largest]),
  );
}

/** The residual from which on the angle stays larger than at the input; null if it does not end so. */
export function partsAt(angles: ArrayLike<number>): number | null {
  const start = angles[0] ?? 0;
  let at = angles.length;
  while (at > 0 && hasGrown(start, angles[at - 1] ?? 0)) at--;
  return at < angles.length ? at : null;
}

/** B's size as a multiple of A's, residual by residual. */
export const ratiosOf = ({ residualSize: [a, b] }: PositionInBoth): readonly number[] =>
  Array.from(a, (of, at) => (b[at] ?? NaN) / of);

export function bothLayersFinding({ both: { position } }: PanelState): Words {
  if (!position) return [];
  const { residualAngle: angles, residualSize } = position;
  const [depth, other] = bothOf((side) => residualSize[side].length - 1);
  const [least, most] = extent(ratiosOf(position).filter(Number.isFinite));
  const sizes =
    depth === other && least !== undefined
      ? l10n.t('B’s sizes are {0} to {1} times A’s', fixed(least, 2), fixed(most, 2))
      : l10n.t('A has {0} layers and B {1}', depth, other);
  if (!angles) return [sizes];
  if (max(angles) === 0) return [l10n.t('The residuals have the same directions after every layer; {0}', sizes)];
  const at = partsAt(angles);
  const end = degrees(angles.at(-1));
  const said =
    at === null
      ? l10n.t(
          'The residuals are {0} apart at the input, {1} at most, and {2} at the end',
          degrees(angles[0]),
          degrees(max(angles)),
          end,
        )
      : l10n.t(
          'The residuals part from layer {0} on: {1} at the input, at most {2} before that layer, {3} at the end',
          layerOf(at),
          degrees(angles[0]),
          degrees(max(angles.subarray(0, at))),
          end,
        );
  return [l10n.t('{0}; {1}', said, sizes)];
}

export function bothMatrixFinding({ both: { rows } }: PanelState): Words {
  if (!rows) return [];
  const { angle, ratio, rows: all } = rows;
  if (!angle)
    return [l10n.t('Half of all {0} tokens are at least {1} times as large in B', count(all), fixed(ratio.median, 2))];
  if (areEqual(rows)) return [l10n.t('All {0} tokens are the same in both models', count(all))];
  return [
    furthest(ratio) === 0
      ? l10n.t('Half of all {0} tokens turned by {1} or more; none changed its size', count(all), degrees(angle.median))
      : l10n.t(
          'Half of all {0} tokens turned by {1} or more; none changed its size by more than {2}',
          count(all),
          degrees(angle.median),
          percentBound(furthest(ratio)),
        ),
  ];
}
