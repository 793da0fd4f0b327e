import * as l10n from '@vscode/l10n';
import { max } from 'd3-array';
import {
  bothOf,
  keptSize,
  type Both,
  type PositionInBoth,
  type RowsInBoth,
  type SameTokens,
  type TextInBoth,
} from '../../shared/both';
import {
  areEqual,
  areUnrelated,
  boundOf,
  firstsOf,
  furthest,
  isQuantised,
  largestDivergence,
  predictsSame,
} from '../../shared/bothFacts';
import { bits, count, degrees, fixed, percent, probability, scientific, sizeOfH } from '../../shared/format';
import type { PanelState } from '../../shared/panel';
import { placeOf } from '../../shared/place';
import { translated } from '../../shared/said';
import { type Words, words } from '../parts/words';
import { bothNames, hasOneMatrix } from './names';
import { leadWords, movedWords } from './parts';

// Every claim of these sentences stands beside the number that it rests on.

/** A smaller angle is printed as 0.0°. */
const seenAngle = 0.05;

export const percentBound = (share: number): string => percent(boundOf(100 * share));
const degreesBound = (angle: number): string => degrees(boundOf(angle));

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
  if (areUnrelated(rows))
    return l10n.t('The vectors of {0} and {1} have nothing in common ({2} apart, median)', a, b, degrees(angle.median));
  if (areEqual(rows)) return l10n.t('The tokens are the same in both models, in direction and size');
  if (angle.most < seenAngle)
    return change <= keptSize
      ? l10n.t(
          '{0} left the tokens as they were: directions to within {1}, sizes to within {2}',
          b,
          degreesBound(angle.most),
          percentBound(change),
        )
      : l10n.t('{0} changed the sizes of the tokens by up to {1} and kept their directions', b, percentBound(change));
  if (angle.median < seenAngle)
    return l10n.t(
      '{0} turned most tokens by less than {1}, some by up to {2}, and changed sizes by up to {3}',
      b,
      degreesBound(seenAngle),
      degreesBound(angle.most),
      percentBound(change),
    );
  const turn = degrees(angle.median);
  if (change === 0) return l10n.t('{0} turned the tokens by {1} (median) and kept their sizes', b, turn);
  return change <= keptSize
    ? l10n.t('{0} turned the tokens by {1} (median) and kept their sizes to within {2}', b, turn, percentBound(change))
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

function charactersWords({ bitsPerCharacter: [a, b] }: TextInBoth, names: Both<string>): string {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return l10n.t('The text has no token that both models predict');
  if (bits(a) === bits(b))
    return l10n.t('{0} and {1} predict this text equally well: {2} bits a character', ...names, bits(a));
  const [better, worse] = a < b ? [0, 1] : [1, 0];
  return l10n.t(
    '{0} predicts this text better than {1}: {2} bits a character against {3}',
    names[better as 0 | 1],
    names[worse as 0 | 1],
    bits(Math.min(a, b)),
    bits(Math.max(a, b)),
  );
}

/** Prints divergences of a text: small ones with more decimals, and 0 where all are. */
export const divergences = (text: SameTokens) => {
  const most = max(text.divergence[0]) ?? 0;
  if (most < 0.001) return scientific;
  const decimals = most < 0.1 ? 4 : 2;
  return (value: number | undefined): string => fixed(value, decimals);
};

/** Whether all that is known of the two models is equal, and enough is known to call them the same. */
export function areTheSame({ both: { text, rows, position } }: Pick<PanelState, 'both'>): boolean {
  const residuals = position?.residualAngle;
  return rows !== null && areEqual(rows) && predictsSame(text) && (!residuals || max(residuals) === 0);
}

/** The position after which the predictions part most; null if they part nowhere. */
export const largestAt = ({ text, both }: Pick<PanelState, 'text' | 'both'>): number | null =>
  text && both.text?.kind === 'same' ? largestDivergence(both.text.divergence[0], text.contextCount) : null;

/** A token of the text, and `at position 3` if the text has it more than once. */
export function placedToken({ text }: Pick<PanelState, 'text'>, at: number): Words {
  const token = text?.tokens[at];
  if (!text || !token) return [];
  const place = placeOf(text, at);
  return 'position' in place && text.tokens.some(({ id, index }) => id === token.id && index !== at)
    ? words(l10n.t('{0} at position {1}'), token, String(place.position))
    : [token];
}

function mostWords(state: PanelState): Words | null {
  const { text } = state.both;
  const at = largestAt(state);
  if (text?.kind !== 'same' || at === null) return null;
  const most = divergences(text)(text.divergence[0][at]);
  return words(l10n.t('The predictions differ most after {0} ({1} bits)'), placedToken(state, at), most);
}

/** What the other model changed in its tokens, and where its predictions of the text part most from A’s. */
export function bothFinding(state: PanelState): Words {
  const { other, text, rows } = state.both;
  if (!other) return [];
  const names = bothNames(state);
  if (!other.sameVocabulary)
    return [text ? charactersWords(text, names) : l10n.t('The two models do not have the same vocabulary')];
  if (areTheSame(state)) return [l10n.t('The two models are the same: every number is equal')];
  // Models that do not share their directions are compared by what they predict.
  const isByCharacters = text !== null && (!other.sameWidth || areUnrelated(rows) || text.kind === 'other');
  return joined([
    isByCharacters && text.bitsPerCharacter.every(Number.isFinite) ? [charactersWords(text, names)] : null,
    rows && [ofMatrix(rowsWords(rows, names), state)],
    predictsSame(text) ? [l10n.t('All predictions of this text are equal')] : mostWords(state),
  ]);
}

/** Whether angles between vectors of the two models say anything. */
const hasAngles = ({ both: { rows } }: PanelState): boolean => !areUnrelated(rows);

function hiddenWords(state: PanelState, { hiddenSize: [a, b], hiddenAngle, residualAngle }: PositionInBoth): string {
  const sizes = [sizeOfH(a), sizeOfH(b)] as const;
  if (hiddenAngle === 0 && a === b) return l10n.t('h is the same in both');
  const size =
    Math.abs(b / a - 1) <= keptSize
      ? l10n.t('h kept its size ({0} → {1})', ...sizes)
      : l10n.t('h changed its size ({0} → {1})', ...sizes);
  if (hiddenAngle === null || !hasAngles(state)) return size;
  const turned = l10n.t('{0} and turned by {1}', size, degrees(hiddenAngle));
  return residualAngle
    ? l10n.t(
        'The residuals are {0} apart at the input and {1} after the last layer; after the final norm {2}',
        degrees(residualAngle[0]),
        degrees(residualAngle.at(-1)),
        turned,
      )
    : turned;
}

/** What both expect after the chosen position, and what moved it. */
export function meaning(state: PanelState): Words {
  const { position } = state.both;
  const token = state.text?.tokens[state.position ?? -1];
  const firsts = position && firstsOf(position);
  if (!position || !token || !firsts || areTheSame(state)) return [];
  const [a, b] = bothOf((side) => {
    const { token: first, probability: both } = firsts[side];
    return words(l10n.t('{0} ({1} → {2})'), first, ...both.map(probability));
  });
  const isKept = firsts[0].token.id === firsts[1].token.id;
  return joined([
    isKept
      ? words(l10n.t('After {0} both expect {1}'), token, a)
      : words(l10n.t('After {0}, {1} no longer expects {2} but {3}'), token, bothNames(state)[1], a, b),
    isKept ? movedWords(firsts[0]) : leadWords(firsts),
    [hiddenWords(state, position)],
  ]);
}

/** What differs on average over the text. */
export function averagesWords(state: PanelState): string | null {
  const { text } = state.both;
  if (text?.kind !== 'same' || text.sums.predictions === 0 || areTheSame(state)) return null;
  const { predictions, meanDivergence, sameFirst } = text.sums;
  const mean = divergences(text)(meanDivergence);
  if (predictions > 1)
    return l10n.t(
      'Over the {0} predictions whose next token is in the text, the models differ by {1} bits on average, and the likeliest next token changes at {2} of them.',
      count(predictions),
      mean,
      count(Math.round((1 - sameFirst) * predictions)),
    );
  return sameFirst > 0
    ? l10n.t('In the one prediction whose next token is in the text, the models differ by {0} bits.', mean)
    : l10n.t(
        'In the one prediction whose next token is in the text, the models differ by {0} bits, and the likeliest token changes.',
        mean,
      );
}

/** What of the two models cannot be compared, and why: whole sentences. */
export function limits(state: PanelState): readonly string[] {
  const {
    model,
    both: { other, text, rows },
  } = state;
  if (!model || !other) return [];
  const { sameVocabulary, sameWidth, runs, refusal, info } = other;
  const isUnrelated = areUnrelated(rows);
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
    isUnrelated &&
      l10n.t(
        'Directions with nothing in common are about 90° apart. So angles between the h or the residuals of these models mean nothing.',
      ),
    isUnrelated && runs !== 'none' && l10n.t('Their predictions can be compared.'),
    sameVocabulary &&
      sameWidth &&
      !isUnrelated &&
      isQuantised(model.quantisation) &&
      !areTheSame(state) &&
      l10n.t('A is itself rounded to {0}, so B is not compared with the full numbers.', model.quantisation),
    sameVocabulary &&
      text?.kind === 'other' &&
      l10n.t('The models cut this text differently, so positions cannot be compared one by one.'),
    runs === 'none' &&
      (refusal ? translated(refusal, l10n) : l10n.t('The layers do not run, so only the matrices are compared.')),
  ].filter((sentence) => sentence !== false);
}
