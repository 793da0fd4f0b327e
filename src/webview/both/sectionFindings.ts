import * as l10n from '@vscode/l10n';
import { extent } from 'd3-array';
import { bothOf } from '../../shared/both';
import { areEqual, areUnrelated, firstsOf, furthest } from '../../shared/bothFacts';
import {
  bothFinding,
  divergences,
  largestAt,
  leadWords,
  movedWords,
  percentBound,
  placedToken,
  rowsWords,
  type TwoModels,
} from '../../shared/bothFinding';
import { count, fixed, probability, toldApart } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { translated } from '../../shared/said';
import { anglesSaid, haveSameResiduals, ratiosOf } from '../journey/twoResiduals';
import { layerCount } from '../parts/layers';
import { ordinal, tokenCount } from '../parts/numbers';
import { type Words, words } from '../parts/words';
import { bothNames } from './names';

/** What the panel knows of two models; `null` without a second one. */
export function twoModels(state: PanelState): TwoModels | null {
  const { model, text: inspected, both } = state;
  const { other, text, rows, position } = both;
  if (!model || !other) return null;
  return {
    ...{ runs: other.runs, sameVocabulary: other.sameVocabulary, sameWidth: other.sameWidth, text, position },
    refusal: other.refusal && translated(other.refusal, l10n),
    models: [model, other.info],
    names: bothNames(state),
    types: [model.quantisation, other.info.quantisation],
    tokens: inspected?.tokens ?? [],
    contextCount: inspected?.contextCount ?? 0,
    rows: rows ? [rows] : [],
  };
}

export function bothRoomFinding(state: PanelState): Words {
  const two = twoModels(state);
  return two ? bothFinding(two, l10n) : [];
}

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
  const two = twoModels(state);
  const at = two && largestAt(two);
  return two === null || at === null
    ? [l10n.t('The two models predict the same after every token')]
    : words(
        l10n.t('The two models differ most after {0} ({1} bits)'),
        placedToken(two, at, l10n),
        divergences(text)(text.divergence[0][at]),
      );
}

/** Where A's first token is in B, and what moved it. */
export function bothNextFinding({ both: { position } }: PanelState): Words {
  const firsts = position && firstsOf(position);
  if (!firsts) return [];
  const [first, other] = firsts;
  if (first.token.id !== other.token.id)
    return words(
      l10n.t('{0} falls from first place to {1}. {2}'),
      first.token,
      ordinal(first.rank[1]),
      leadWords(firsts, l10n),
    );
  const stays = words(l10n.t('{0} stays first ({1} → {2})'), first.token, ...first.probability.map(probability));
  const moved = movedWords(first, l10n);
  return moved ? words(l10n.t('{0}. {1}'), stays, moved) : stays;
}

export function bothLayersFinding({ both: { position, rows } }: PanelState): Words {
  if (!position) return [];
  const { residualAngle: angles, residualSize } = position;
  if (haveSameResiduals(position)) return [l10n.t('The residuals are the same after every layer')];
  const [depth, other] = bothOf((side) => residualSize[side].length - 1);
  const [least, most] = extent(ratiosOf(position).filter(Number.isFinite));
  const sizes =
    depth === other && least !== undefined
      ? l10n.t('B’s sizes are {0} to {1} times A’s', fixed(least, 2), fixed(most, 2))
      : l10n.t('A has {0} and B has {1}', layerCount(depth), layerCount(other));
  if (!angles) return [sizes];
  if (areUnrelated(rows))
    return [l10n.t('The angles say nothing here, since the models do not share their directions. {0}', sizes)];
  return [l10n.t('{0}. {1}', anglesSaid(angles), sizes)];
}

export function bothMatrixFinding(state: PanelState): Words {
  const { rows } = state.both;
  if (!rows) return [];
  const { angle, ratio, rows: all } = rows;
  if (!angle)
    return [l10n.t('Half of all {0} tokens are at least {1} times as large in B', count(all), fixed(ratio.median, 2))];
  if (areUnrelated(rows) || areEqual(rows)) return [rowsWords(rows, bothNames(state), l10n)];
  const [half = ''] = toldApart([angle.median, 0], 1).map((turned) => `${turned}°`);
  return [
    l10n.t(
      'Half of all {0} tokens turned by {1} or more; none changed its size by more than {2}',
      count(all),
      half,
      percentBound(furthest(ratio)),
    ),
  ];
}
