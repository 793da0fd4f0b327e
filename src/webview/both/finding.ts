import * as l10n from '@vscode/l10n';
import { max } from 'd3-array';
import {
  bothOf,
  keptSize,
  type Both,
  type PositionInBoth,
  type RowsInBoth,
  type SameTokens,
  type Spread,
  type TextInBoth,
  type TokenInBoth,
} from '../../shared/both';
import { bits, count, degrees, fixed, percent, probability, sizeOfH } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { type Words, words } from '../parts/words';
import { bothNames, hasOneMatrix } from './names';

// Every claim of these sentences stands beside the number that it rests on.

/** A smaller angle is printed as 0.0°. */
const seenAngle = 0.05;
/** A turn has grown, or residuals have parted, once the angle is so many times as large, and so many degrees larger. */
const grown = 1.5;
const grownDegrees = 1;

/** The largest change of a size, as a share of A's. */
export const furthest = ({ least, most }: Pick<Spread, 'least' | 'most'>): number =>
  Math.max(Math.abs(most - 1), Math.abs(least - 1));

/** Bounds are rounded away from 0, so that they hold as printed. */
export const percentBound = (share: number): string => percent(Math.ceil(share * 1000 - 1e-9) / 10);
const degreesBound = (angle: number): string => degrees(Math.ceil(angle * 10 - 1e-9) / 10);

export const areEqual = ({ angle, ratio }: RowsInBoth): boolean => furthest(ratio) === 0 && (angle?.most ?? 0) === 0;

const joined = (parts: readonly (Words | null)[]): Words =>
  parts
    .filter((part) => part !== null)
    .filter(({ length }) => length > 0)
    .reduce((before, part) => (before.length === 0 ? part : words(l10n.t('{0}. {1}'), before, part)), []);

/** What happened to the tokens: directions, sizes, or both. */
function rowsWords(rows: RowsInBoth, [a, b]: Both<string>): string {
  const { angle, ratio } = rows;
  const change = furthest(ratio);
  if (!angle) return l10n.t('In {0} a token is {1} times as large as in {2} (median)', b, fixed(ratio.median, 2), a);
  if (areEqual(rows)) return l10n.t('The tokens are the same in both models, in direction and size');
  if (angle.most < seenAngle)
    return change <= keptSize
      ? l10n.t(
          '{0} left the tokens as they were: directions within {1}, sizes within {2}',
          b,
          degreesBound(angle.most),
          percentBound(change),
        )
      : l10n.t('{0} changed the sizes of the tokens by up to {1} and left their directions', b, percentBound(change));
  if (angle.median < seenAngle)
    return l10n.t(
      '{0} turned most tokens by less than {1}, some by up to {2}, and changed sizes by up to {3}',
      b,
      degreesBound(seenAngle),
      degreesBound(angle.most),
      percentBound(change),
    );
  const turn = degrees(angle.median);
  if (change === 0) return l10n.t('{0} turned the tokens by {1} (median) and left their sizes', b, turn);
  return change <= keptSize
    ? l10n.t('{0} turned the tokens by {1} (median) and left their sizes, within {2}', b, turn, percentBound(change))
    : l10n.t(
        '{0} turned the tokens by {1} (median) and changed their sizes by up to {2}',
        b,
        turn,
        percentBound(change),
      );
}

/** With the matrix whose rows were compared, where a model has two. */
function ofMatrix(said: string, state: PanelState): string {
  if (hasOneMatrix(state)) return said;
  return state.both.rows?.matrix === 'input' ? l10n.t('{0} (input vectors)', said) : l10n.t('{0} (output rows)', said);
}

export const hasGrown = (from: number, to: number): boolean => to > grown * from && to > from + grownDegrees;

/** What the layers made of it at the chosen position. */
function layersWords({ text, position: at, both: { rows } }: PanelState, position: PositionInBoth): Words | null {
  const token = text?.tokens[at ?? -1];
  const { hiddenAngle, residualAngle } = position;
  if (!token || hiddenAngle === null) return null;
  // The turn that grows is that of the tokens, so it has been said before.
  if (!residualAngle || !rows) return words(l10n.t('After {0} the two h are {1} apart'), token, degrees(hiddenAngle));
  const [start = 0, end = 0] = [residualAngle[0], residualAngle.at(-1)];
  const said = degrees(end);
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
    return [text ? charactersWords(text, names) : l10n.t('The two models do not have the same vocabulary')];
  const predictsSame =
    text?.kind === 'same' && text.leftOut === 0 && text.divergence.every((of) => of.every((value) => value === 0));
  if (predictsSame && (!rows || areEqual(rows)))
    return [l10n.t('The two models are the same here: all predictions of this text are equal')];
  return joined([
    rows && [ofMatrix(rowsWords(rows, names), state)],
    predictsSame ? [l10n.t('All predictions of this text are equal')] : position && layersWords(state, position),
    !position && text?.kind === 'other' ? [charactersWords(text, names)] : null,
  ]);
}

function hiddenWords({ hiddenSize: [a, b], hiddenAngle }: PositionInBoth): string {
  const sizes = [sizeOfH(a), sizeOfH(b)] as const;
  if (hiddenAngle === 0 && a === b) return l10n.t('h is the same');
  const isKept = Math.abs(b / a - 1) <= keptSize;
  if (hiddenAngle === null)
    return isKept
      ? l10n.t('h kept its size ({0} → {1})', ...sizes)
      : l10n.t('h changed its size ({0} → {1})', ...sizes);
  const turn = degrees(hiddenAngle);
  return isKept
    ? l10n.t('h kept its size ({0} → {1}) and turned by {2}', ...sizes, turn)
    : l10n.t('h changed its size ({0} → {1}) and turned by {2}', ...sizes, turn);
}

/** The token that A expects most, and the one that B does. */
export const firstsOf = ({ tokens, likeliest }: PositionInBoth): Both<TokenInBoth> | null => {
  const [a, b] = likeliest.map(([first = -1]) => tokens[first]);
  return a && b ? [a, b] : null;
};

function predictionWords(state: PanelState, position: PositionInBoth): Words | null {
  const token = state.text?.tokens[state.position ?? -1];
  const firsts = firstsOf(position);
  if (!token || !firsts) return null;
  const [a, b] = bothOf((side) => {
    const { token: first, probability: both } = firsts[side];
    return words(l10n.t('{0} ({1} → {2})'), first, ...both.map(probability));
  });
  const h = hiddenWords(position);
  return firsts[0].token.id === firsts[1].token.id
    ? words(l10n.t('After {0} both expect {1}: {2}'), token, a, h)
    : words(l10n.t('After {0}, {1} no longer expects {2} but {3}: {4}'), token, bothNames(state)[1], a, b, h);
}

/** What it means for the prediction after the chosen position. */
export function meaning(state: PanelState): Words {
  const { position, text } = state.both;
  const same = text?.kind === 'same' && text.sums.predictions > 0 ? text : null;
  return joined([
    position && predictionWords(state, position),
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
  const { sameVocabulary, sameWidth, runs, refusal, info } = other;
  return [
    !sameVocabulary &&
      l10n.t(
        'An id can be another token in B, so rows, predictions and neighbours cannot be compared one by one. The text is compared by its characters.',
      ),
    sameVocabulary &&
      !sameWidth &&
      l10n.t(
        'Vectors have {0} numbers in A and {1} in B, so there is no angle between them. Sizes, probabilities and neighbours can be compared.',
        count(model.dimensions),
        count(info.dimensions),
      ),
    sameVocabulary &&
      text?.kind === 'other' &&
      l10n.t('The models cut this text differently, so positions cannot be compared one by one.'),
    runs === 'none' && (refusal ?? l10n.t('The layers do not run, so only the matrices are compared.')),
  ].filter((sentence) => sentence !== false);
}
