import { max } from 'd3-array';
import { bothOf, type Both, type LogitParts, type OtherModel, type PositionInBoth } from './both';
import type { RowsInBoth, SameTokens, TextInBoth, TokenInBoth } from './both';
import {
  areEqual,
  areUnrelated,
  boundOf,
  likeliestInBoth,
  furthest,
  isQuantised,
  largestDivergence,
  largestPart,
  leadOf,
  predictsSame,
  type Lead,
} from './bothFacts';
import { bits, count, degrees, fixed, percent, probability, scientific, signed, sizeOfH } from './format';
import type { ModelInfo } from './model';
import { placeInText } from './place';
import type { Token } from './tokens';
import type { Translator } from './translator';
import { words, type Words } from './words';

// What page, terminal and agents say of two models. Every claim stands beside the number that it rests on.

/** What is known of two models, and of a text in both. */
export interface TwoModels extends Pick<OtherModel, 'runs' | 'sameVocabulary' | 'sameWidth'> {
  /** Why the layers do not run, translated; null where they do, or where nobody asked for them. */
  readonly refusal: string | null;
  readonly models: Both<Pick<ModelInfo, 'dimensions' | 'tied'>>;
  /** What a sentence calls them. */
  readonly names: Both<string>;
  /** The types of their weights; empty where they are not known. */
  readonly types: Both<string>;
  /** As A cuts the text, those of a context first. */
  readonly tokens: readonly Token[];
  readonly contextCount?: number;
  readonly text: TextInBoth | null;
  readonly position: PositionInBoth | null;
  /** Of the matrices that were compared. */
  readonly rows: readonly RowsInBoth[];
}

/** A smaller angle is printed as 0.0°. */
const seenAngle = 0.05;
/** A smaller change of a logit is not worth a sentence: it changes a token's chances by less than two thirds. */
const worthSaying = 0.5;

const percentBound = (share: number): string => percent(boundOf(100 * share));

const joined = (parts: readonly (Words | string | null | false)[], l10n: Translator): Words =>
  parts.reduce<Words>((before, part) => {
    if (!part || part.length === 0) return before;
    const own = typeof part === 'string' ? [part] : part;
    return before.length === 0 ? own : words(l10n.t('{0}. {1}'), before, own);
  }, []);

/** What happened to the tokens: directions, sizes, or both. */
function rowsWords(rows: RowsInBoth, [a, b]: Both<string>, l10n: Translator): string {
  const { angle, ratio } = rows;
  if (!angle) return l10n.t('In {0} a token is {1} times as large as in {2} (median)', b, fixed(ratio.median, 2), a);
  if (areUnrelated(rows))
    return l10n.t('The vectors of {0} and {1} have nothing in common ({2} apart, median)', a, b, degrees(angle.median));
  if (areEqual(rows)) return l10n.t('The tokens are the same in both models, in direction and size');
  const resized = percentBound(furthest(ratio));
  const turn = `${angle.median < seenAngle ? '<' : ''}${degrees(Math.max(angle.median, 2 * seenAngle))}`;
  return l10n.t('{0} turned the tokens by {1} (median) and changed their sizes by up to {2}', b, turn, resized);
}

/** With the matrix whose rows were compared, where a model has two. */
function ofMatrix(said: string, { matrix }: RowsInBoth, { models }: TwoModels, l10n: Translator): string {
  if (models.every(({ tied }) => tied)) return said;
  return l10n.t('{0}: {1}', matrix === 'input' ? l10n.t('input vectors') : l10n.t('output rows'), said);
}

function charactersWords({ bitsPerCharacter: [a, b] }: TextInBoth, names: Both<string>, l10n: Translator): string {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return l10n.t('The text has no token that both models predict');
  return l10n.t('{0} predicts this text with {1} bits a character, {2} with {3}', names[0], bits(a), names[1], bits(b));
}

/** Prints divergences of a text: small ones with more decimals, and 0 where all are. */
export const divergences = (text: SameTokens) => divergencesUpTo(max(text.divergence[0]) ?? 0);

export function divergencesUpTo(most: number): (value: number | undefined) => string {
  if (most < 0.001) return scientific;
  const decimals = most < 0.1 ? 4 : 2;
  return (value) => fixed(value, decimals);
}

/** Whether all that is known of the two models is equal, and enough is known to call them the same. */
function areTheSame({ text, rows, position }: Pick<TwoModels, 'text' | 'rows' | 'position'>): boolean {
  const residuals = position?.residualAngle;
  return rows.length > 0 && rows.every(areEqual) && predictsSame(text) && (!residuals || max(residuals) === 0);
}

/** The position after which the predictions part most; null if they part nowhere. */
export const largestAt = ({ text, contextCount = 0 }: Pick<TwoModels, 'text' | 'contextCount'>): number | null =>
  text?.kind === 'same' ? largestDivergence(text.divergence[0], contextCount) : null;

/** A token of the text, and `at position 3` if the text has it more than once. */
export function placedToken(
  { tokens, contextCount = 0 }: Pick<TwoModels, 'tokens' | 'contextCount'>,
  at: number,
  l10n: Translator,
): Words {
  const token = tokens[at];
  if (!token) return [];
  const place = placeInText({ tokens, contextCount }, at);
  return 'position' in place && tokens.some(({ id, index }) => id === token.id && index !== at)
    ? words(l10n.t('{0} at position {1}'), token, String(place.position))
    : [token];
}

/** Where the predictions of the text part most; empty if nothing says so. */
function predictionsWords(two: TwoModels, l10n: Translator): Words {
  const { text } = two;
  if (predictsSame(text)) return [l10n.t('All predictions of this text are equal')];
  const at = largestAt(two);
  if (text?.kind !== 'same' || at === null) return [];
  const most = divergences(text)(text.divergence[0][at]);
  return words(l10n.t('The predictions differ most after {0} ({1} bits)'), placedToken(two, at, l10n), most);
}

/** What the other model changed in its tokens, and where its predictions of the text part most from A’s. */
export function bothFinding(two: TwoModels, l10n: Translator): Words {
  const { names, text, rows, sameVocabulary, sameWidth } = two;
  if (!sameVocabulary)
    return [text ? charactersWords(text, names, l10n) : l10n.t('The two models do not have the same vocabulary')];
  if (areTheSame(two)) return [l10n.t('The two models are the same: every number is equal')];
  // Models that do not share their directions are compared by what they predict.
  const isByCharacters = text !== null && (!sameWidth || rows.some(areUnrelated) || text.kind === 'other');
  return joined(
    [
      isByCharacters && text.bitsPerCharacter.every(Number.isFinite) && charactersWords(text, names, l10n),
      ...rows.map((one) => ofMatrix(rowsWords(one, names, l10n), one, two, l10n)),
      predictionsWords(two, l10n),
    ],
    l10n,
  );
}

export const partNames = (l10n: Translator): Readonly<Record<keyof LogitParts, string>> => ({
  hiddenSize: l10n.t('size of h'),
  size: l10n.t('size of the token'),
  angle: l10n.t('angle'),
  bias: l10n.t('bias'),
});

const printed = (value: number): number => Number(value.toFixed(2));

/** The change of a logit, between the logits as they are printed. */
export const shownChange = ({ logit: [a, b] }: Pick<TokenInBoth, 'logit'>): number => printed(printed(b) - printed(a));

/** Leads, between the logits as they are printed. */
export const printedLead = ([token, over]: Both<TokenInBoth>): Lead => ({
  ...leadOf(token, over),
  logit: bothOf((side) => printed(printed(token.logit[side]) - printed(over.logit[side]))),
});

/** How A’s first token lost its lead over B’s. */
function leadWords([first, other]: Both<TokenInBoth>, l10n: Translator): Words {
  const lead = printedLead([first, other]);
  const part = largestPart(leadOf(first, other));
  return words(
    l10n.t('The lead of {0} over {1} goes from {2} to {3} logits. The largest part of that comes from the {4} ({5})'),
    first.token,
    other.token,
    ...lead.logit.map((value) => signed(value)),
    partNames(l10n)[part],
    signed(lead.parts[part]),
  );
}

/** How the logit of a token changed; null if that is not worth a sentence. */
export function movedWords(token: TokenInBoth, l10n: Translator): string | null {
  if (Math.abs(shownChange(token)) < worthSaying) return null;
  const part = largestPart(token);
  return l10n.t(
    'Its logit changes by {0}. The largest part of that comes from the {1} ({2})',
    signed(shownChange(token)),
    partNames(l10n)[part],
    signed(token.parts[part]),
  );
}

function hiddenWords({ position, rows }: TwoModels, l10n: Translator): Words {
  if (!position) return [];
  const { hiddenSize, hiddenAngle, residualAngle } = position;
  if (hiddenAngle === 0 && hiddenSize[0] === hiddenSize[1]) return [];
  const turns = hiddenAngle !== null && !rows.some(areUnrelated);
  return joined(
    [
      turns &&
        residualAngle &&
        l10n.t(
          'The residuals are {0} apart at the input, {1} at most, and {2} at the end',
          degrees(residualAngle[0]),
          degrees(max(residualAngle)),
          degrees(residualAngle.at(-1)),
        ),
      turns && l10n.t('After the final norm h turns by {0}', degrees(hiddenAngle)),
      l10n.t('The size of h goes from {0} to {1}', ...hiddenSize.map(sizeOfH)),
    ],
    l10n,
  );
}

/** What both expect after the chosen position, and what moved it. */
function expectedWords({ position, tokens, names }: TwoModels, l10n: Translator): Words {
  const token = tokens[position?.position ?? -1];
  const firsts = position && likeliestInBoth(position);
  if (!token || !firsts) return [];
  const [a, b] = bothOf((side) => {
    const { token: first, probability: both } = firsts[side];
    return words(l10n.t('{0} ({1} → {2})'), first, ...both.map(probability));
  });
  return joined(
    firsts[0].token.id === firsts[1].token.id
      ? [words(l10n.t('After {0} both expect {1}'), token, a), movedWords(firsts[0], l10n)]
      : [words(l10n.t('After {0}, {1} no longer expects {2} but {3}'), token, names[1], a, b), leadWords(firsts, l10n)],
    l10n,
  );
}

/** The same, and what became of the vectors. */
export function bothMeaning(two: TwoModels, l10n: Translator): Words {
  const expected = expectedWords(two, l10n);
  return expected.length === 0 || areTheSame(two) ? [] : joined([expected, hiddenWords(two, l10n)], l10n);
}

/** What differs on average over the text. */
export function averagesWords(two: TwoModels, l10n: Translator): string | null {
  const { text } = two;
  if (text?.kind !== 'same' || text.sums.predictions === 0 || areTheSame(two)) return null;
  const { predictions, meanDivergence, sameFirst } = text.sums;
  const mean = divergences(text)(meanDivergence);
  return l10n.t(
    'Predictions whose next token is in the text: {0}. Their divergence is {1} bits on average, and the likeliest next token changes at {2} of them.',
    count(predictions),
    mean,
    count(Math.round((1 - sameFirst) * predictions)),
  );
}

/** What of the two models cannot be compared, and why: whole sentences. */
export function bothLimits(two: TwoModels, l10n: Translator): readonly string[] {
  const { sameVocabulary, sameWidth, refusal, models, rows, text, types } = two;
  const isUnrelated = rows.some(areUnrelated);
  return [
    !sameVocabulary &&
      l10n.t(
        'An id can be another token in B, so rows, predictions and neighbours cannot be compared one by one. The text is compared by its characters.',
      ),
    sameVocabulary &&
      !sameWidth &&
      l10n.t(
        'Vectors have {0} numbers in A and {1} in B, so there is no angle between them. Sizes, probabilities and neighbours can be compared.',
        ...models.map(({ dimensions }) => count(dimensions)),
      ),
    isUnrelated &&
      l10n.t(
        'Directions with nothing in common are about 90° apart. So angles between the h or the residuals of these models mean nothing.',
      ),
    sameVocabulary &&
      sameWidth &&
      !isUnrelated &&
      isQuantised(types[0]) &&
      !areTheSame(two) &&
      l10n.t('A is itself rounded to {0}, so B is not compared with the full numbers.', types[0]),
    sameVocabulary &&
      text?.kind === 'other' &&
      l10n.t('The models cut this text differently, so positions cannot be compared one by one.'),
    refusal,
  ].filter((sentence) => typeof sentence === 'string');
}
