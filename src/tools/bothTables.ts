import { bothOf, type OtherTokens, type PositionInBoth, type RowsInBoth, type SameTokens } from '../shared/both';
import type { PredictionChange, RowsChange } from '../shared/bothChanges';
import type { InspectedToken } from '../shared/inspection';
import { otherVocabulary, shortenedPosition, type Comparison } from './both';
import { beyondLimit, modelLine, nameOf, placeOf } from './tables';
import { count, number, paragraphs, table } from './text';

export interface Shown {
  /** Rows of each list at most. */
  readonly most: number;
  readonly layers: boolean;
}

/** A comparison as sentences and tables. */
export function bothTables(comparison: Comparison, { most, layers }: Shown): string {
  const { models, names, text, position, rows, tokens } = comparison;
  return paragraphs(
    saidOf(comparison),
    (['A', 'B'] as const)
      .map((letter, side) => {
        const [model, name = ''] = [models[side as 0 | 1], names[side]];
        return `${letter} is ${modelLine(model)}${name === letter || name === model.name ? '' : ` (${name})`}`;
      })
      .join('\n'),
    beyondLine(comparison),
    text?.kind === 'same' && sumsTable(text),
    text && averagesTable(text),
    text?.kind === 'same' && most > 0 && tokensTable(text, comparison, most),
    text?.kind === 'other' && most > 0 && spansTable(text, most),
    position && most > 0 && positionTable(shortenedPosition(position, most), comparison),
    position && layers && layerTable(position, comparison),
    ...rows.map((one) => rowsTable(one, comparison, most)),
    text === null && tokens.length > 0 && rows[0] && most > 0 && ownRows(rows[0], most),
  );
}

/** What the second model changed: directions or sizes, where, and how much. */
export function saidOf(comparison: Comparison): string {
  const { changes, names, refusal, rows, sameVocabulary, sameWidth, text, tokens, position } = comparison;
  const cannot = !sameVocabulary
    ? `${otherVocabulary} The text’s characters are the common ruler.`
    : sameWidth
      ? false
      : 'The vectors of the two models have different widths, so there are no angles between them.';
  const differently =
    sameVocabulary &&
    text?.kind === 'other' &&
    'The two models cut this text differently, so it is compared in pieces.';
  return [
    changes.rows && `${rowsSaid(changes.rows, names[1], rows.length > 1 ? 'input vectors' : 'rows')}`,
    changes.prediction && position && predictionSaid(changes.prediction, nameAt(tokens[position.position])),
    cannot,
    differently,
    refusal,
  ]
    .filter((sentence) => sentence)
    .join(' ');
}

function rowsSaid({ kind, angle, ratio }: RowsChange, name: string, what: string): string {
  const widest = Math.max(1 - ratio[0], ratio[1] - 1);
  const sizes = `to between ${number(ratio[0], 3)} and ${number(ratio[1], 3)} times the size`;
  const turned = angle === null ? '' : `turned the ${what} of the tokens by ${degrees(angle)} (median)`;
  if (kind === 'nothing') return `The ${what} of the tokens are the same in both models.`;
  if (angle === null) return `${name} changed the ${what} of the tokens ${sizes}.`;
  if (kind === 'directions' && widest < 0.1)
    return `${name} ${turned} and left their sizes within ${significant(100 * widest)} %.`;
  if (kind === 'sizes')
    return `${name} changed the ${what} of the tokens ${sizes} and turned them by ${degrees(angle)} (median).`;
  return `${name} ${turned} and changed them ${sizes}.`;
}

function predictionSaid({ isSame, turn, hiddenAngle, hiddenSize, first }: PredictionChange, place: string): string {
  if (isSame) return `After ${place} both predict exactly the same.`;
  const [a, b] = first;
  const { parts, probability } = a;
  const name = nameOf(a.token);
  const apart = hiddenAngle === null ? '' : `${degrees(hiddenAngle)} apart and `;
  const layers = turn
    ? `the residuals are ${degrees(turn.before)} apart before the layers and ${degrees(turn.after)} after them; `
    : '';
  const verb = probability[1] < probability[0] ? 'falls' : 'rises';
  const flip =
    a.token.id === b.token.id ? 'and stays first' : `and ${nameOf(b.token)} (${chance(b.probability[1])}) comes first`;
  const factors = [
    `angle ${signed(parts.angle)}`,
    `size of h ${signed(parts.hiddenSize)}`,
    `size of the token ${signed(parts.size)}`,
    ...(parts.bias === 0 ? [] : [`bias ${signed(parts.bias)}`]),
  ];
  return [
    `After ${place} ${layers}h is ${apart}${number(hiddenSize[1] / hiddenSize[0], 3)} times as large.`,
    `${name} ${verb} from ${chance(probability[0])} to ${chance(probability[1])} ${flip}.`,
    `The logit of ${name} changes by ${signed(a.logit[1] - a.logit[0])}: ${factors.join(', ')}.`,
  ].join(' ');
}

function beyondLine({ text, tokens }: Comparison): string | null {
  if (!text) return null;
  const beyond = tokens.length - (text.kind === 'same' ? text.length + text.leftOut : text.tokens[0].length);
  return beyond > 0 ? `${beyondLimit(beyond)} not compared.` : null;
}

function sumsTable({ sums, leftOut }: SameTokens): string {
  const { predictions, meanDivergence, divergence90, divergence99, mostDivergence } = sums;
  const beyond = leftOut > 0 ? ` ${count(leftOut)} positions at the end were left out to save memory.` : '';
  if (predictions === 0) return `No token of the text was predicted, so there is nothing to sum.${beyond}`;
  const divergences = [
    ['mean KLD', meanDivergence],
    ['90 % KLD', divergence90],
    ['99 % KLD', divergence99],
    ['maximum KLD', mostDivergence],
  ] as const;
  return [
    `Predictions of ${count(predictions)} ${predictions === 1 ? 'token' : 'tokens'} by the formulas of llama-perplexity --kl-divergence, B against A.${beyond}`,
    table(
      ['', 'bits', 'nats'],
      divergences.map(([name, bits]) => [name, number(bits, 4), number(bits * Math.LN2, 4)]),
      'lrr',
    ),
    '',
    table(
      ['', '%'],
      [
        ['mean Δp', signed(100 * sums.meanChange, 3)],
        ['RMS Δp', number(100 * sums.rmsChange, 3)],
        ['same top p', number(100 * sums.sameFirst, 1)],
      ],
      'lr',
    ),
  ].join('\n');
}

const averagesTable = ({ perplexity, bitsPerCharacter }: Pick<SameTokens, 'perplexity' | 'bitsPerCharacter'>): string =>
  table(
    ['', 'A', 'B'],
    [
      ['perplexity', ...perplexity.map((value) => known(value, 3))],
      ['bits per character', ...bitsPerCharacter.map((value) => known(value, 4))],
    ],
    'lrr',
  );

function tokensTable(text: SameTokens, { tokens }: Comparison, most: number): string {
  const { change, divergence, first, surprisal } = text;
  const rows = tokens.slice(0, Math.min(most, text.length)).map((token, i) => {
    const [a, b] = first[i] as SameTokens['first'][number];
    return [
      String(i + 1),
      nameOf(token),
      known(surprisal[0][i], 2),
      known(surprisal[1][i], 2),
      i === 0 ? '–' : known(change[i - 1], 3, signed),
      known(divergence[0][i], 3),
      `${nameOf(a.token)} ${chance(a.probability)}`,
      a.token.id === b.token.id ? '=' : '≠',
      `${nameOf(b.token)} ${chance(b.probability)}`,
    ];
  });
  return `Each token: its surprisal in A and B (bits) and the change of its probability; then, of the prediction after it, KL(A‖B) in bits and the first token of both\n${table(['', 'token', 'A', 'B', 'Δp', 'KL', 'first in A', '', 'first in B'], rows, 'rlrrrrlll')}`;
}

function positionTable(
  { tokens, divergence, hiddenSize, hiddenAngle, position }: PositionInBoth,
  all: Comparison,
): string {
  const biased = tokens.some(({ parts }) => parts.bias !== 0);
  const rows = tokens.map(({ token, probability, rank, logit, parts }) => [
    nameOf(token),
    ...rank.map(count),
    ...probability.map(chance),
    signed(logit[1] - logit[0]),
    '=',
    ...[parts.angle, parts.hiddenSize, parts.size, ...(biased ? [parts.bias] : [])].map((part) => signed(part)),
  ]);
  const head = [
    'token',
    'rank A',
    'B',
    'prob. A',
    'B',
    'logit',
    '',
    'angle',
    'size of h',
    'of token',
    ...(biased ? ['bias'] : []),
  ];
  const hidden = `‖h‖ ${number(hiddenSize[0], 2)} and ${number(hiddenSize[1], 2)}${hiddenAngle === null ? '' : `, ${degrees(hiddenAngle)} apart`}`;
  return [
    `After ${placeOf(all.tokens, position)}: KL(A‖B) ${number(divergence[0], 3)} bits, KL(B‖A) ${number(divergence[1], 3)} bits; ${hidden}`,
    'The change of each logit and its parts; a part is the mean over the six orders in which the three factors are exchanged, so that the parts sum to the change',
    table(head, rows, `lrrrrrlrrr${biased ? 'r' : ''}`),
  ].join('\n');
}

function layerTable({ residualAngle, residualSize, position }: PositionInBoth, { tokens }: Comparison): string {
  const [a, b] = residualSize;
  const rows = Array.from({ length: Math.max(a.length, b.length) }, (_, layer) => [
    String(layer),
    known(residualAngle?.[layer], 1),
    known(a[layer], 2),
    known(b[layer], 2),
    known((b[layer] ?? NaN) / (a[layer] ?? NaN), 3),
  ]);
  return `Layer by layer at ${placeOf(tokens, position)}. Row n is the residual after n layers\n${table(['residual', '° apart', '‖r‖ A', '‖r‖ B', 'B / A'], rows, 'rrrrr')}`;
}

function rowsTable(
  { matrix, rows, angle, ratio, turned, resized }: RowsInBoth,
  { rows: all }: Comparison,
  most: number,
): string {
  const what = all.length === 1 ? 'matrix' : matrix === 'input' ? 'embedding' : 'unembedding';
  const spreads = [
    ...(angle ? [['° between the two rows of a token', angle, 2] as const] : []),
    ['size in B / size in A', ratio, 4] as const,
  ];
  const spread = table(
    ['', 'least', 'median', 'mean', 'most'],
    spreads.map(([name, { least, median, mean, most }, digits]) => [
      name,
      ...[least, median, mean, most].map((value) => number(value, digits)),
    ]),
    'lrrrr',
  );
  const cells = (row: RowsInBoth['turned'][number] | undefined) =>
    row ? [nameOf(row.token), known(row.angle, 2), number(row.size[1] / row.size[0], 4)] : ['', '', ''];
  const lists = resized.slice(0, most).map((row, i) => [...(angle ? cells(turned[i]) : []), ...cells(row)]);
  const head = [...(angle ? ['most turned', '°', 'B / A'] : []), 'most resized', '°', 'B / A'];
  return paragraphs(
    `The ${what}: ${count(rows)} rows that are not zero in either model\n${spread}`,
    most > 0 && table(head, lists, `lrr${angle ? 'lrr' : ''}`),
  );
}

const ownRows = ({ tokens }: RowsInBoth, most: number): string =>
  `The tokens of the text\n${table(
    ['token', '°', 'B / A'],
    tokens
      .slice(0, most)
      .map(({ token, angle, size }) => [nameOf(token), known(angle, 2), known(size[1] / size[0], 4)]),
    'lrr',
  )}`;

function spansTable({ spans, tokens }: OtherTokens, most: number): string {
  const text = bothOf((side) => tokens[side]);
  const rows = spans.slice(0, most).map(({ start, end, surprisal }) => [
    // A token of a span has its text, and a span its tokens.
    ...text.map((own) =>
      own
        .filter((one) => one.start >= start && one.end <= end && one.end > one.start)
        .map(nameOf)
        .join('|'),
    ),
    ...surprisal.map((bits) => number(bits, 2)),
    signed(surprisal[1] - surprisal[0]),
  ]);
  return `The text between offsets at which both begin a token: its tokens, and their surprisal together (bits)\n${table(['A', 'B', 'bits A', 'bits B', 'B − A'], rows, 'llrrr')}`;
}

const signed = (value: number, digits = 2): string => {
  const written = number(value, digits);
  return /[1-9]/.test(written) ? (value > 0 ? `+${written}` : written) : number(0, digits);
};

const nameAt = (token: InspectedToken | undefined): string => (token ? nameOf(token) : '');

/** A dash for a number that is not there. */
const known = (value: number | null | undefined, digits: number, print = number): string =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : print(value, digits);

const significant = (value: number): string =>
  value === 0 ? '0' : value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
const degrees = (angle: number): string => `${angle >= 10 ? number(angle, 1) : significant(angle)}°`;
const chance = (probability: number): string => (probability < 0.0005 ? '<0.001' : probability.toFixed(3));
