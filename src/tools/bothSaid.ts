import { bothOf, keptSize, type PositionInBoth, type RowsInBoth } from '../shared/both';
import { otherVocabulary, type Comparison } from './both';
import { nameOf, probabilityCell } from './tables';
import { number } from './text';

/** What B changed: directions or sizes, where, and how much. What cannot be compared, and why. */
export function saidOf({
  names,
  refusal,
  rows,
  sameVocabulary,
  sameWidth,
  text,
  tokens,
  position,
}: Comparison): string {
  const token = position && tokens[position.position];
  return [
    ...rows.map((row) =>
      rowsSaid(row, names[1], rows.length === 1 ? 'rows' : row.matrix === 'input' ? 'input vectors' : 'output rows'),
    ),
    token && positionSaid(position, nameOf(token)),
    !sameVocabulary && `${otherVocabulary} The characters of the text are the common ruler.`,
    !sameWidth && 'The vectors of the two models have different widths, so there are no angles between them.',
    sameVocabulary && text?.kind === 'other' && 'The models cut this text differently, so it is compared in pieces.',
    refusal,
  ]
    .filter((sentence) => sentence)
    .join(' ');
}

function rowsSaid({ angle, ratio: { least, most } }: RowsInBoth, name: string, what: string): string {
  const widest = Math.max(1 - least, most - 1);
  const scaled = `by ${number(least, 3)} to ${number(most, 3)}`;
  if (angle === null) return `${name} scaled the ${what} of the tokens ${scaled}.`;
  if (angle.most === 0 && widest === 0) return `The ${what} of the tokens are the same in both models.`;
  const turned =
    angle.median > 0
      ? `turned the ${what} of the tokens by ${degrees(angle.median)} (median)`
      : angle.most > 0
        ? `turned some ${what} of the tokens by up to ${degrees(angle.most)}`
        : `left the directions of the ${what} of the tokens`;
  // Rounded away from 0, so that the bound holds as printed.
  const bound = `within ${number(Math.ceil(1000 * widest - 1e-9) / 10, 1)} %`;
  const sizes = widest === 0 ? 'left their sizes' : `left their sizes ${bound}`;
  return `${name} ${turned} and ${widest <= keptSize ? sizes : `scaled them ${scaled}`}.`;
}

function positionSaid(position: PositionInBoth, place: string): string | null {
  const { divergence, hiddenAngle, hiddenSize, residualAngle, tokens, likeliest } = position;
  const [a, b] = bothOf((side) => tokens[likeliest[side][0] ?? -1]);
  if (!a || !b) return null;
  if (divergence[0] === 0 && divergence[1] === 0) return `After ${place} both predict exactly the same.`;
  const [from, to] = a.probability.map(probabilityCell);
  const moves = `${a.probability[1] < a.probability[0] ? 'falls' : 'rises'} from ${from} to ${to}`;
  const first = a === b ? 'stays first' : `${nameOf(b.token)} (${probabilityCell(b.probability[1])}) comes first`;
  const parts = [
    ['angle', a.parts.angle],
    ['size of h', a.parts.hiddenSize],
    ['size of the token', a.parts.size],
    ...(a.parts.bias === 0 ? [] : [['bias', a.parts.bias] as const]),
  ] as const;
  return [
    `After ${place}`,
    residualAngle &&
      `the residuals are ${degrees(residualAngle[0])} apart before the layers and ${degrees(residualAngle.at(-1))} after them,`,
    hiddenAngle === null ? 'the h of B' : `the vectors h are ${degrees(hiddenAngle)} apart, and that of B`,
    `is ${number(hiddenSize[1] / hiddenSize[0], 3)} times as large.`,
    `${nameOf(a.token)} ${from === to ? `stays at ${from}` : moves} and ${first}.`,
    `The logit of ${nameOf(a.token)} changes by ${signed(a.logit[1] - a.logit[0])}: ${parts.map(([name, part]) => `${name} ${signed(part)}`).join(', ')}.`,
  ]
    .filter((sentence) => sentence)
    .join(' ');
}

export const signed = (value: number, digits = 2): string => {
  const written = number(value, digits);
  return /[1-9]/.test(written) ? (value > 0 ? `+${written}` : written) : number(0, digits);
};

const significant = (value: number): string => (value < 1 ? String(Number(value.toPrecision(2))) : number(value, 1));
export const degrees = (angle = NaN): string => `${significant(angle)}°`;
