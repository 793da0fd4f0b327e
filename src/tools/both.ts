import {
  modelNamesOf,
  tokensIn,
  type Both,
  type OtherModel,
  type OtherTokens,
  type PositionInBoth,
  type RowInBoth,
  type RowsInBoth,
  type SameTokens,
  type TextInBoth,
} from '../shared/both';
import { residualsTable, textSums } from '../shared/bothFacts';
import { bothFinding, bothLimits, bothMeaning, type TwoModels } from '../shared/bothFinding';
import { withValues } from '../shared/columns';
import type { Control, Engine, ModelInfo } from '../shared/engine';
import { badRequest } from '../shared/errors';
import { degrees, fixed, probability, signed } from '../shared/format';
import { inspectedModel, inspectedToken, type InspectedModel, type InspectedToken } from '../shared/inspection';
import { englishPlural } from '../shared/plural';
import type { Side } from '../shared/sides';
import type { TextRequest, Token } from '../shared/tokens';
import { english } from '../shared/translator';
import type { readSpoken } from './spoken';
import { beyondLimit, modelLine, nameOf, placeOf, printedTable } from './tables';
import { groupedCount as counted, paragraphs, shortened, table } from './text';
import type { Asked as ToolAsked } from './tool';

interface Asked {
  readonly engine: Engine;
  readonly model: ModelInfo;
  readonly other: OtherModel;
  readonly text: TextRequest | null;
  /** Whether the matrices alone are compared, although there is a text. */
  readonly geometry?: boolean;
  /** Of the text, from 0; the last that was compared if absent. */
  readonly position?: number | undefined;
  /** Entries of each list. */
  readonly count: number;
  readonly control?: Control;
}

export function needOther({ other }: Pick<ToolAsked, 'other'>): OtherModel {
  if (!other) throw badRequest`There is no second model. The user can name one: vectorscope mcp --against.`;
  return other;
}

/**
 * What both models run. Of a text after a context the sums would be about its last token alone, and B may cut the
 * context elsewhere.
 */
export function textOfBoth(
  { text, tokens, dropped }: Awaited<ReturnType<typeof readSpoken>>,
  { plain }: { readonly plain: boolean },
) {
  const from = dropped === 0 ? 0 : tokens.find(({ start, end }) => end > start)?.start;
  return { text: text.slice(from), limit: tokens.length, plain };
}

/** Two models on one text, or their matrices alone, as one object. */
export interface Comparison extends TwoModels {
  readonly models: Both<InspectedModel>;
  readonly tokens: readonly InspectedToken[];
}

/** The matrices whose rows are tokens, by the tensors of an adapter's modules. */
const matricesByTensor: Readonly<Record<string, Side>> = { 'token_embd.weight': 'input', 'output.weight': 'output' };

export async function compared(asked: Asked): Promise<Comparison> {
  const { engine, model, other, text, geometry = false, position, count, control } = asked;
  const { info, runs, sameVocabulary } = other;
  const refusal = text === null || geometry ? null : (other.refusal?.message ?? null);
  const runnable = geometry || runs === 'none' ? null : text;
  if (!sameVocabulary && !runnable)
    throw badRequest`The two models have different vocabularies, so their rows cannot be compared one by one. ${refusal ?? 'Give a text to run: its characters are the common ruler.'}`;
  const tokens = text ? (await engine.tokenise(text, control)).tokens : [];
  const inBoth = runnable && (await engine.textInBoth({ ...runnable, count }, control));
  const last = inBoth?.kind === 'same' ? { position: position ?? inBoth.length - 1, count } : null;
  const taken = runnable && last && (await engine.positionInBoth({ ...runnable, ...last }, control));
  const rows: RowsInBoth[] = [];
  const ids = [...new Set(tokens.map(({ id }) => id))];
  const changed = other.adapter?.modules.map(({ tensor }) => matricesByTensor[tensor]);
  for (const matrix of model.tied && info.tied && !changed ? (['input'] as const) : (['input', 'output'] as const))
    if (sameVocabulary && (changed?.includes(matrix) ?? true))
      rows.push(await engine.rowsInBoth({ matrix, count, ids }, control));
  return comparisonOf({ model, other, refusal, tokens, text: inBoth, position: taken, rows });
}

type Numbers = Pick<Comparison, 'refusal' | 'text' | 'position' | 'rows'>;
type Compared = Pick<Asked, 'model' | 'other'> & Numbers & { readonly tokens: readonly Token[] };

export const comparisonOf = ({ model, other, tokens, ...numbers }: Compared): Comparison => ({
  models: [inspectedModel(model), inspectedModel(other.info)],
  names: modelNamesOf([model, other.info]),
  types: [model.quantisation, other.info.quantisation],
  ...{ runs: other.runs, sameVocabulary: other.sameVocabulary, sameWidth: other.sameWidth },
  tokens: tokens.map((token) => inspectedToken(token)),
  ...numbers,
});

/** For `JSON.stringify`, which would write a typed array as an object. */
export const plainNumbers = (_: string, value: unknown): unknown =>
  value instanceof Float64Array ? Array.from(value) : value;

/** What B changed: directions or sizes, where, and how much. What cannot be compared, and why. */
export const comparisonSaid = (comparison: Comparison): string =>
  [
    ...[bothFinding, bothMeaning].map((finding) => {
      const said = finding(comparison, english).map((part) => (typeof part === 'string' ? part : nameOf(part)));
      return said.length === 0 ? '' : `${said.join('')}.`;
    }),
    ...bothLimits(comparison, english),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');

/** A comparison as sentences and tables, with at most so many rows of each list. */
export function bothTables(comparison: Comparison, most: number, layers = false): string {
  const { models, names, text, position, rows, tokens } = comparison;
  const place = position ? placeOf(tokens, position.position) : '';
  const nameLine = (letter: string, side: 0 | 1) =>
    `${letter} is ${modelLine(models[side])}${[letter, models[side].name].includes(names[side]) ? '' : ` (${names[side]})`}`;
  return paragraphs(
    comparisonSaid(comparison),
    `${nameLine('A', 0)}\n${nameLine('B', 1)}`,
    text && leftOutSaid(text, tokens.length),
    text?.kind === 'same' &&
      text.sums.predictions === 0 &&
      'No token of the text was predicted, so there is nothing to sum.',
    text && sumsTable(text),
    text &&
      most > 0 &&
      (text.kind === 'same' ? comparedTokensTable(text, tokens.slice(0, most)) : spansTable(text, most)),
    position && most > 0 && positionTable(position, place, most),
    position && layers && `Layer by layer at ${place}\n${printedTable(residualsTable(position, english))}`,
    ...rows.map((one) => rowsTable(one, rows.length === 1, most)),
  );
}

function leftOutSaid(text: TextInBoth, all: number): string {
  const lost = text.kind === 'same' ? text.leftOut : 0;
  const beyond = all - lost - (text.kind === 'same' ? text.length : text.tokens[0].length);
  return [
    ...(beyond > 0 ? [`${beyondLimit(beyond)} not compared.`] : []),
    ...(lost > 0
      ? [`The logits of A did not fit into memory at ${counted(lost)} positions at the end, which are not compared.`]
      : []),
  ].join(' ');
}

/** Sums and averages of the text. */
function sumsTable(text: TextInBoth): string {
  const printed = printedTable(
    withValues({
      columns: [
        { head: '', value: ({ name }) => name },
        { head: 'bits', value: ({ bits }) => bits, print: (value) => fixed(value, 4) },
        { head: 'nats', value: ({ bits }) => bits && bits * Math.LN2, print: (value) => fixed(value, 4) },
        { head: '%', value: ({ share }) => share && 100 * share, print: (value) => fixed(value, 3) },
        { head: 'A', value: ({ both }) => both?.[0], print: average },
        { head: 'B', value: ({ both }) => both?.[1], print: average },
      ],
      rows: textSums(text, english),
    }),
  );
  const predictions = text.kind === 'same' ? text.sums.predictions : null;
  return predictions
    ? `Predictions of ${counted(predictions)} ${englishPlural(predictions, { one: 'token', other: 'tokens' })} of the text by the formulas of llama-perplexity --kl-divergence, B against A. The prediction after the text is not among them\n${printed}`
    : printed;
}

const average = (value: number): string => fixed(value, value < 100 ? 4 : value < 1000 ? 3 : 0);

function comparedTokensTable(
  { change, divergence, first, length, surprisal }: SameTokens,
  tokens: Comparison['tokens'],
): string {
  const rows = first
    .slice(0, Math.min(length, tokens.length))
    .map(([a, b], i) => [
      String(i + 1),
      tokens[i] ? nameOf(tokens[i]) : '',
      ...surprisal.map((bits) => fixed(bits[i], 2)),
      signed(change[i - 1], 3),
      fixed(divergence[0][i], 3),
      `${nameOf(a.token)} ${probability(a.probability)}`,
      a.token.id === b.token.id ? '=' : '≠',
      `${nameOf(b.token)} ${probability(b.probability)}`,
    ]);
  return `Each token: its surprisal in A and B (bits) and the change of its probability. After it: KL(A‖B) in bits, and the likeliest next token of both\n${table(['', 'token', 'A', 'B', 'Δp', 'KL', 'first in A', '', 'first in B'], rows, 'rlrrrrlll')}`;
}

function positionTable(position: PositionInBoth, place: string, most: number): string {
  const { tokens, divergence, hiddenSize, hiddenAngle } = position;
  const biased = tokens.some(({ parts }) => parts.bias !== 0);
  const rows = tokens
    .slice(0, most)
    .map(({ token, probability: both, rank, logit, parts }) => [
      nameOf(token),
      ...rank.map(counted),
      ...both.map(probability),
      signed(logit[1] - logit[0]),
      '=',
      ...[parts.angle, parts.hiddenSize, parts.size, ...(biased ? [parts.bias] : [])].map((part) => signed(part)),
    ]);
  const bias = biased ? ['bias'] : [];
  const head = ['token', 'rank A', 'B', 'p in A', 'in B', 'logit', '', 'angle', 'size of h', 'of token', ...bias];
  return `After ${place}: KL(A‖B) ${fixed(divergence[0], 3)} bits, KL(B‖A) ${fixed(divergence[1], 3)} bits; ‖h‖ ${fixed(hiddenSize[0], 2)} and ${fixed(hiddenSize[1], 2)}${hiddenAngle === null ? '' : `, ${degrees(hiddenAngle)} apart`}
The change of each logit and its parts. A part is the mean over the six orders in which the three factors can be exchanged, so the parts sum to the change
${table(head, rows, `lrrrrrlrrr${biased ? 'r' : ''}`)}`;
}

const hasChanged = ({ angle, size: [a, b] }: RowInBoth): boolean => angle !== 0 || a !== b;

/** Some tokens are a line of spaces. */
const longestName = 24;

function rowsTable(found: RowsInBoth, isOnly: boolean, most: number): string {
  const { matrix, rows, angle, ratio, turned, resized, tokens } = found;
  const what = isOnly ? 'matrix' : matrix === 'input' ? 'embedding' : 'unembedding';
  const spreads = [['° apart', angle, 2] as const, ['size B / A', ratio, 4] as const].flatMap(
    ([name, spread, digits]) =>
      spread
        ? [[name, ...[spread.least, spread.median, spread.mean, spread.most].map((value) => fixed(value, digits))]]
        : [],
  );
  const list = (title: string, some: readonly RowInBoth[]) => {
    const cells = some
      .slice(0, most)
      .map(({ token, angle: between, size: [a, b] }) => [
        shortened(nameOf(token), longestName),
        fixed(between, 2),
        fixed(b / a, 4),
      ]);
    return cells.length > 0 && table([title, '° apart', 'size B / A'], cells, 'lrr');
  };
  return paragraphs(
    `The ${what}: ${counted(rows)} rows that are not zero in either model\n${table(['', 'least', 'median', 'mean', 'most'], spreads, 'lrrrr')}`,
    list('most turned', turned.filter(hasChanged)),
    list('most resized', resized.filter(hasChanged)),
    list('of the text', tokens),
  );
}

function spansTable({ spans, tokens }: OtherTokens, most: number): string {
  const rows = spans
    .slice(0, most)
    .map((span) => [
      ...tokens.map((own) => tokensIn(own, span).map(nameOf).join(' ')),
      ...span.surprisal.map((bits) => fixed(bits, 2)),
      signed(span.surprisal[1] - span.surprisal[0]),
    ]);
  return `The text between offsets at which both begin a token, with the surprisal of its tokens together (bits)\n${table(['tokens of A', 'of B', 'bits A', 'bits B', 'B − A'], rows, 'llrrr')}`;
}
