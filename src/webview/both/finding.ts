import * as l10n from '@vscode/l10n';
import { greatest, max, maxIndex } from 'd3-array';
import type {
  Both,
  LogitParts,
  PositionInBoth,
  RowsInBoth,
  SameTokens,
  Spread,
  TextInBoth,
  TokenInBoth,
} from '../../shared/both';
import { bits, count, degrees, fixed, percent, probability, sizeOfH } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { layerOf } from '../parts/layers';
import { ordinal, tokenCount } from '../parts/numbers';
import { type Words, words } from '../parts/words';
import { bothNames } from './names';

// Every claim of these sentences stands beside the number that it rests on.

/** Sizes that differ by at most this share count as kept. */
const kept = 0.05;
/** A smaller angle is printed as 0.0°. */
const seenAngle = 0.05;
/** A turn has grown, or residuals have parted, once the angle is so many times as large, and so many degrees larger. */
const grown = 1.5;
const grownDegrees = 1;

/** The largest change of a size, as a share of A's. */
export const furthest = ({ least, most }: Pick<Spread, 'least' | 'most'>): number =>
  Math.max(Math.abs(most - 1), Math.abs(least - 1));

/** Bounds are rounded away from 0, so that they hold as printed. */
const percentBound = (share: number): string => percent(Math.ceil(share * 1000 - 1e-9) / 10);
const degreesBound = (angle: number): string => degrees(Math.ceil(angle * 10 - 1e-9) / 10);

const areEqual = ({ angle, ratio }: RowsInBoth): boolean => furthest(ratio) === 0 && (angle?.most ?? 0) === 0;

const joined = (parts: readonly (Words | null)[]): Words =>
  parts
    .filter((part) => part !== null && part.length > 0)
    .reduce<Words>(
      (before, part) => (before.length === 0 ? (part ?? []) : words(l10n.t('{0}. {1}'), before, part ?? [])),
      [],
    );

/** What happened to the tokens: directions, sizes, or both. */
function rowsWords(rows: RowsInBoth, [a, b]: Both<string>): string {
  const { angle, ratio } = rows;
  const change = furthest(ratio);
  if (!angle) return l10n.t('In {0} a token is {1} times as large as in {2} (median)', b, fixed(ratio.median, 2), a);
  if (areEqual(rows)) return l10n.t('The tokens are the same in both models, in direction and size');
  if (angle.most < seenAngle)
    return change <= kept
      ? l10n.t(
          '{0} left the tokens as they were: directions within {1}, sizes within {2}',
          b,
          degreesBound(angle.most),
          percentBound(change),
        )
      : l10n.t('{0} changed the sizes of the tokens by up to {1} and left their directions', b, percentBound(change));
  if (angle.median < seenAngle)
    return l10n.t(
      '{0} left most tokens as they were. It turned some by up to {1} and changed sizes by up to {2}',
      b,
      degreesBound(angle.most),
      percentBound(change),
    );
  const turn = degrees(angle.median);
  if (change === 0) return l10n.t('{0} turned the tokens by {1} (median) and left their sizes', b, turn);
  return change <= kept
    ? l10n.t('{0} turned the tokens by {1} (median) and left their sizes, within {2}', b, turn, percentBound(change))
    : l10n.t(
        '{0} turned the tokens by {1} (median) and changed their sizes by up to {2}',
        b,
        turn,
        percentBound(change),
      );
}

const hasGrown = (from: number, to: number): boolean => to > grown * from && to > from + grownDegrees;

/** What the layers made of it at the chosen position. */
function layersWords({ text, position: at }: PanelState, position: PositionInBoth): Words | null {
  const token = text?.tokens[at ?? -1];
  const { hiddenAngle: end, residualAngle } = position;
  if (!token || end === null) return null;
  const start = residualAngle?.[0];
  const said = degrees(end);
  if (start === undefined) return words(l10n.t('After {0} the two h are {1} apart'), token, said);
  if (hasGrown(start, end)) return words(l10n.t('Through the layers the turn grows to {1} after {0}'), token, said);
  if (hasGrown(end, start)) return words(l10n.t('The layers bring it back to {1} after {0}'), token, said);
  return words(l10n.t('After {0} the layers end {1} apart'), token, said);
}

function charactersWords({ bitsPerCharacter: [a, b] }: TextInBoth, names: Both<string>): string {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return l10n.t('The text has no token that both models predict');
  if (bits(a) === bits(b))
    return l10n.t('{0} and {1} predict this text equally well: {2} bits for each character', ...names, bits(a));
  const [better, worse] = a < b ? [0, 1] : [1, 0];
  return l10n.t(
    '{0} predicts this text better than {1}: {2} bits for each character against {3}',
    names[better as 0 | 1],
    names[worse as 0 | 1],
    bits(Math.min(a, b)),
    bits(Math.max(a, b)),
  );
}

/** Prints divergences of a text: small ones with more decimals. */
export const divergences = (text: SameTokens) => {
  const decimals = (max(text.divergence[0]) ?? 0) < 0.1 ? 4 : 2;
  return (value: number | undefined): string => fixed(value, decimals);
};

/** What the other model changed: directions or sizes, where, and how much. */
export function bothFinding(state: PanelState): Words {
  const { other, text, rows, position } = state.both;
  if (!other) return [];
  const names = bothNames(state);
  if (!other.sameVocabulary)
    return [text ? charactersWords(text, names) : l10n.t('The two models have different vocabularies')];
  const predictsSame = text?.kind === 'same' && text.divergence.every((of) => of.every((value) => value === 0));
  if (predictsSame && (!rows || areEqual(rows)))
    return [l10n.t('The two models are the same here: all predictions of this text are equal')];
  return joined([
    rows && [rowsWords(rows, names)],
    predictsSame ? [l10n.t('All predictions of this text are equal')] : position && layersWords(state, position),
    !position && text?.kind === 'other' ? [charactersWords(text, names)] : null,
  ]);
}

function hiddenWords({ hiddenSize: [a, b], hiddenAngle }: PositionInBoth): string {
  const sizes = [sizeOfH(a), sizeOfH(b)] as const;
  if (hiddenAngle === 0 && a === b) return l10n.t('h is the same');
  const isKept = Math.abs(b / a - 1) <= kept;
  if (hiddenAngle === null)
    return isKept
      ? l10n.t('h kept its size ({0} → {1})', ...sizes)
      : l10n.t('h changed its size ({0} → {1})', ...sizes);
  const turn = degrees(hiddenAngle);
  return isKept
    ? l10n.t('h kept its size ({0} → {1}) and turned by {2}', ...sizes, turn)
    : l10n.t('h changed its size ({0} → {1}) and turned by {2}', ...sizes, turn);
}

/** The tokens that A and B expect most, and what each model gives A's. */
export const firstsOf = ({ tokens, likeliest }: PositionInBoth): Both<TokenInBoth> | null => {
  const [a, b] = likeliest.map(([first = -1]) => tokens[first]);
  return a && b ? [a, b] : null;
};

/** What it means for the prediction after the chosen position. */
export function meaning(state: PanelState): Words {
  const { position, text: both } = state.both;
  const token = state.text?.tokens[state.position ?? -1];
  const firsts = position && firstsOf(position);
  const [, b] = bothNames(state);
  const said = (first: TokenInBoth): readonly [string, string] => [
    probability(first.probability[0]),
    probability(first.probability[1]),
  ];
  const prediction =
    token && firsts
      ? firsts[0].token.id === firsts[1].token.id
        ? words(
            l10n.t('After {0} both expect {1} ({2} → {3}): {4}'),
            token,
            firsts[0].token,
            ...said(firsts[0]),
            hiddenWords(position),
          )
        : words(
            l10n.t('After {0}, {1} no longer expects {2} ({3} → {4}) but {5} ({6} → {7}): {8}'),
            token,
            b,
            firsts[0].token,
            ...said(firsts[0]),
            firsts[1].token,
            ...said(firsts[1]),
            hiddenWords(position),
          )
      : null;
  const same = both?.kind === 'same' && both.sums.predictions > 0 ? both : null;
  return joined([
    prediction,
    same && [
      l10n.t(
        'On this text the predictions differ by {0} bits on average, and the first token changes at {1} of {2} positions',
        divergences(same)(same.sums.meanDivergence),
        count(Math.round((1 - same.sums.sameFirst) * same.sums.predictions)),
        count(same.sums.predictions),
      ),
    ],
  ]);
}

/** What of the two models cannot be compared, and why: whole sentences. */
export function limits({ model, both: { other, text } }: PanelState): readonly string[] {
  if (!model || !other) return [];
  return [
    ...(other.sameVocabulary
      ? []
      : [
          l10n.t(
            'An id is another token in B, so rows, predictions and neighbours have no counterpart. The characters of the text are the common ruler.',
          ),
        ]),
    ...(other.sameVocabulary && !other.sameWidth
      ? [
          l10n.t(
            'Vectors have {0} numbers in A and {1} in B, so there is no angle between them. Sizes, probabilities and neighbours can be compared.',
            count(model.dimensions),
            count(other.info.dimensions),
          ),
        ]
      : []),
    ...(other.sameVocabulary && text?.kind === 'other'
      ? [l10n.t('The models cut this text differently, so positions have no counterpart.')]
      : []),
    ...(other.runs === 'none'
      ? [other.refusal ?? l10n.t('The layers do not run, so only the matrices are compared.')]
      : []),
  ];
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
  const own = text.divergence[0].subarray(state.text?.contextCount ?? 0);
  const at = maxIndex(own) + (state.text?.contextCount ?? 0);
  const token = state.text?.tokens[at];
  const most = text.divergence[0][at] ?? 0;
  if (!token) return [];
  return most === 0
    ? [l10n.t('Both models predict the same after every token')]
    : words(l10n.t('The two models part most after {0} ({1} bits)'), token, divergences(text)(most));
}

export const partNames = () => ({
  hiddenSize: l10n.t('size of h'),
  size: l10n.t('size of the token'),
  angle: l10n.t('angle'),
  bias: l10n.t('bias'),
});

/** With the sign of a change. */
export const signedLogit = (value: number): string => (value >= 0.005 ? '+' : '') + fixed(value, 2);

/** The change of a logit, between the logits as they are printed, and its parts. */
export function printedChange({ logit: [a, b], parts }: TokenInBoth): LogitParts & { readonly change: number } {
  const change = Number((Number(b.toFixed(2)) - Number(a.toFixed(2))).toFixed(2));
  return { change, ...parts };
}

/** Where A's first token is in B, and what moved its logit most. */
export function bothNextFinding({ both: { position } }: PanelState): Words {
  const [first, other] = (position && firstsOf(position)) ?? [];
  if (!first || !other) return [];
  const names = partNames();
  const changes = printedChange(first);
  const largest = greatest(Object.keys(names) as (keyof typeof names)[], (part) => Math.abs(changes[part]));
  const place =
    first.token.id === other.token.id
      ? words(l10n.t('{0} stays first'), first.token)
      : words(l10n.t('{0} falls from first place to {1}'), first.token, ordinal(first.rank[1]));
  if (first.logit[0] === first.logit[1] || !largest) return words(l10n.t('{0}; its logit is the same'), place);
  return words(
    l10n.t('{0}; its logit changes by {1}, and the largest part of that is the {2} ({3})'),
    place,
    signedLogit(changes.change),
    names[largest],
    signedLogit(changes[largest]),
  );
}

/** The residual from which on the angle stays larger than at the input; null if it does not end so. */
export function partsAt(angles: ArrayLike<number>): number | null {
  const start = angles[0] ?? 0;
  let at = angles.length;
  while (at > 0 && hasGrown(start, angles[at - 1] ?? 0)) at--;
  return at < angles.length ? at : null;
}

export function bothLayersFinding({ both: { position } }: PanelState): Words {
  if (!position) return [];
  const { residualAngle: angles, residualSize } = position;
  const ratios = Array.from(residualSize[0], (size, at) => (residualSize[1][at] ?? NaN) / size).filter(Number.isFinite);
  const sizes =
    residualSize[0].length === residualSize[1].length && ratios.length > 0
      ? l10n.t('B’s sizes are {0} to {1} times A’s', fixed(Math.min(...ratios), 2), fixed(Math.max(...ratios), 2))
      : l10n.t('A has {0} layers and B {1}', residualSize[0].length - 1, residualSize[1].length - 1);
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
