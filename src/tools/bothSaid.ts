import {
  bothOf,
  keptSize,
  type Both,
  type LogitParts,
  type PositionInBoth,
  type RowsInBoth,
  type TextInBoth,
  type TokenInBoth,
} from '../shared/both';
import {
  areEqual,
  areUnrelated,
  boundOf,
  firstsOf,
  furthest,
  isQuantised,
  largestDivergence,
  leadOf,
  predictsSame,
} from '../shared/bothFacts';
import { otherVocabulary, type Comparison } from './both';
import { nameOf, probabilityCell } from './tables';
import { number } from './text';

/** What B changed: directions or sizes, where, and how much. What cannot be compared, and why. */
export function saidOf(comparison: Comparison): string {
  const { names, types, refusal, rows, sameVocabulary, sameWidth, text, tokens, position } = comparison;
  if (areTheSame(comparison)) return 'The two models are the same: every number is equal.';
  const token = position && tokens[position.position];
  const isUnrelated = rows.some(areUnrelated);
  const isByCharacters = text !== null && (!sameVocabulary || !sameWidth || isUnrelated || text.kind === 'other');
  return [
    isByCharacters && charactersSaid(text, names),
    ...rows.map((row) =>
      rowsSaid(row, names, rows.length === 1 ? 'rows' : row.matrix === 'input' ? 'input vectors' : 'output rows'),
    ),
    isUnrelated &&
      (text
        ? 'So angles between the h or the residuals of these models mean nothing. Their predictions can be compared.'
        : 'So angles between the vectors of these models mean nothing.'),
    mostSaid(comparison),
    token && positionSaid(position, nameOf(token), !isUnrelated),
    !sameVocabulary && `${otherVocabulary} The characters of the text are the common ruler.`,
    !sameWidth && 'The vectors of the two models have different widths, so there are no angles between them.',
    sameVocabulary && text?.kind === 'other' && 'The models cut this text differently, so it is compared in pieces.',
    sameVocabulary &&
      sameWidth &&
      !isUnrelated &&
      isQuantised(types[0]) &&
      `A is itself rounded to ${types[0]}, so B is not compared with the full numbers.`,
    refusal,
  ]
    .filter((sentence) => sentence)
    .join(' ');
}

/** Whether all numbers are equal, and a text was run to know that. */
export const areTheSame = ({ sameVocabulary, text, rows, position }: Comparison): boolean =>
  sameVocabulary &&
  predictsSame(text) &&
  rows.every(areEqual) &&
  (position?.residualAngle?.every((angle) => angle === 0) ?? true);

function charactersSaid({ bitsPerCharacter }: TextInBoth, names: Comparison['names']): string | null {
  if (!bitsPerCharacter.every(Number.isFinite)) return null;
  const [a, b] = bitsPerCharacter.map((bits) => number(bits, 2));
  return `Bits a character of the text: ${a} in ${names[0]}, ${b} in ${names[1]}.`;
}

/** Where the predictions part most. */
function mostSaid({ text, tokens }: Comparison): string | null {
  // The context is not marked among the tokens; its positions count as well.
  const at = text?.kind === 'same' ? largestDivergence(text.divergence[0], 0) : null;
  if (text?.kind !== 'same' || at === null) return null;
  const place = tokens[at];
  return place
    ? `The predictions part most after ${nameOf(place)}, position ${at + 1} (${number(text.divergence[0][at] ?? NaN, 2)} bits).`
    : null;
}

function rowsSaid(rows: RowsInBoth, [a, name]: Comparison['names'], what: string): string {
  const { angle, ratio } = rows;
  const { least, most } = ratio;
  const widest = furthest(ratio);
  const scaled = `by ${number(least, 3)} to ${number(most, 3)}`;
  if (angle === null)
    return `The ${what} of the tokens are ${number(ratio.median, 2)} times as large in ${name} as in ${a} (median).`;
  if (areUnrelated(rows))
    return `The ${what} of the tokens have nothing to do with each other: their median angle is ${degrees(angle.median)}, that of unrelated directions.`;
  if (areEqual(rows)) return `The ${what} of the tokens are the same in both models.`;
  const turned =
    angle.median > 0
      ? `turned the ${what} of the tokens by ${degrees(angle.median)} (median)`
      : angle.most > 0
        ? `turned some ${what} of the tokens by up to ${degrees(angle.most)}`
        : `left the directions of the ${what} of the tokens`;
  const bound = `to within ${number(boundOf(100 * widest), 1)} %`;
  const sizes = widest === 0 ? 'left their sizes' : `kept their sizes ${bound}`;
  return `${name} ${turned} and ${widest <= keptSize ? sizes : `scaled them ${scaled}`}.`;
}

function positionSaid(position: PositionInBoth, place: string, hasAngles: boolean): string | null {
  const { divergence, hiddenAngle, hiddenSize, residualAngle } = position;
  const firsts = firstsOf(position);
  if (!firsts) return null;
  if (divergence[0] === 0 && divergence[1] === 0) return `After ${place} both predict exactly the same.`;
  const [a, b] = firsts;
  const [from, to] = a.probability.map(probabilityCell);
  const moves = `${a.probability[1] < a.probability[0] ? 'falls' : 'rises'} from ${from} to ${to}`;
  const first = a === b ? 'stays first' : `${nameOf(b.token)} (${probabilityCell(b.probability[1])}) comes first`;
  const angleName =
    hasAngles && hiddenAngle !== null ? 'angle' : 'the angle between h and the token, each in its own model,';
  return [
    `After ${place}`,
    hasAngles &&
      residualAngle &&
      `the residuals are ${degrees(residualAngle[0])} apart before the layers and ${degrees(residualAngle.at(-1))} after them,`,
    hiddenAngle === null || !hasAngles
      ? 'the h of B'
      : `the vectors h, after the final norm, are ${degrees(hiddenAngle)} apart, and that of B`,
    `is ${number(hiddenSize[1] / hiddenSize[0], 3)} times as large.`,
    `${nameOf(a.token)} ${from === to ? `stays at ${from}` : moves} and ${first}.`,
    a === b
      ? `The logit of ${nameOf(a.token)} changes by ${signed(a.logit[1] - a.logit[0])}: ${partsSaid(a.parts, angleName)}.`
      : leadSaid(firsts, angleName),
  ]
    .filter((sentence) => sentence)
    .join(' ');
}

/** How the first token of A lost its lead over that of B. */
function leadSaid([a, b]: Both<TokenInBoth>, angleName: string): string {
  const { logit, parts } = leadOf(a, b);
  const [from, to] = bothOf((side) => signed(logit[side]));
  return `In logits the lead of ${nameOf(a.token)} over ${nameOf(b.token)} goes from ${from} to ${to}. The parts of that change: ${partsSaid(parts, angleName, 'sizes of the tokens')}.`;
}

const partsSaid = (
  { angle, hiddenSize, size, bias }: LogitParts,
  angleName: string,
  ofTokens = 'size of the token',
): string =>
  [
    `${angleName} ${signed(angle)}`,
    `size of h ${signed(hiddenSize)}`,
    `${ofTokens} ${signed(size)}`,
    ...(bias === 0 ? [] : [`bias ${signed(bias)}`]),
  ].join(', ');

export const signed = (value: number, digits = 2): string => {
  const written = number(value, digits);
  return /[1-9]/.test(written) ? (value > 0 ? `+${written}` : written) : number(0, digits);
};

const significant = (value: number): string => (value < 1 ? String(Number(value.toPrecision(2))) : number(value, 1));
export const degrees = (angle = NaN): string => `${significant(angle)}°`;
