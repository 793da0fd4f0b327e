import { isLeastAt, printed } from './colouring';
import { degrees, hexPairs, percent, size } from './format';
import { plainToken } from './glyphs';
import type { Inspection } from './inspection';
import type { RunView } from './panel';
import type { Token } from './tokens';
import { english, type Translator } from './translator';

/** A token of a text with the numbers of the run; null where there are none. Bits. */
export interface TokenRow extends Token {
  readonly surprisal: number | null;
  /** Of the prediction after it. */
  readonly entropy: number | null;
  /** Whether they are only the least that they can be, since a server lists only the likeliest tokens. */
  readonly surprisalIsLeast?: boolean;
  readonly entropyIsLeast?: boolean;
}

/** Tables of a text's tokens that people read, and tables that programs read. */
type PrintedForm = 'markdown' | 'terminal';
type DataForm = 'copied' | 'csv';

type Value = string | number | boolean | null;

interface TokenColumn {
  /** The heads of the column in the tables that have it. */
  readonly heads: Partial<Readonly<Record<PrintedForm | DataForm, string>>>;
  /** In full, for programs. */
  value(row: TokenRow): Value;
  /** For people; the value itself if absent. */
  readonly print?: (row: TokenRow) => string;
  /** Stands beside each number in a terminal; the heads of the other tables name it. */
  readonly unit?: string;
  readonly align?: 'left';
  /** Only tables with such a row have it; all if absent. */
  readonly onlyWith?: (row: TokenRow) => boolean;
}

const surprisalColumn: Omit<TokenColumn, 'heads'> = {
  value: ({ surprisal }) => surprisal,
  print: ({ surprisal, surprisalIsLeast }) => printed('surprisal', surprisal, surprisalIsLeast),
  unit: 'bits',
};

const hasTwoMatrices = ({ outputSize }: TokenRow): boolean => outputSize !== undefined;

/**
 * The columns of all tables, in their order. `spelled` is how a table for people writes a token. Only the heads in
 * Markdown are translated: a terminal shows English, and programs look for names that stay.
 */
const tokenColumns = (l10n: Translator, spelled: (token: Token) => string): readonly TokenColumn[] => [
  { heads: { markdown: l10n.t('index from 0'), copied: 'index', csv: 'index' }, value: ({ index }) => index },
  { heads: { terminal: '' }, value: ({ index }) => index + 1 },
  { heads: { markdown: l10n.t('token'), terminal: 'token' }, value: spelled, align: 'left' },
  { heads: { markdown: l10n.t('id'), terminal: 'id', copied: 'id', csv: 'id' }, value: ({ id }) => id },
  { heads: { copied: 'token' }, value: plainToken },
  { heads: { csv: 'text' }, value: ({ text }) => text },
  { heads: { markdown: l10n.t('bytes'), csv: 'bytes' }, value: ({ bytes }) => hexPairs(bytes), align: 'left' },
  { heads: { markdown: l10n.t('start'), copied: 'start', csv: 'start' }, value: ({ start }) => start },
  { heads: { markdown: l10n.t('end'), copied: 'end', csv: 'end' }, value: ({ end }) => end },
  { heads: { csv: 'special' }, value: ({ special }) => special },
  {
    heads: { markdown: l10n.t('size'), terminal: 'size', copied: 'size', csv: 'size' },
    value: (row) => row.size,
    print: (row) => size(row.size),
  },
  {
    heads: { markdown: l10n.t('smaller'), terminal: 'smaller', copied: 'percentile', csv: 'percentile' },
    value: ({ percentile }) => percentile,
    print: ({ percentile }) => percent(percentile),
  },
  {
    heads: { terminal: 'output size', csv: 'outputSize' },
    value: ({ outputSize }) => outputSize ?? null,
    print: ({ outputSize }) => size(outputSize),
    onlyWith: hasTwoMatrices,
  },
  {
    heads: { terminal: 'smaller', csv: 'outputPercentile' },
    value: ({ outputPercentile }) => outputPercentile ?? null,
    print: ({ outputPercentile }) => percent(outputPercentile),
    onlyWith: hasTwoMatrices,
  },
  {
    heads: { terminal: 'angle', csv: 'angleInputOutput' },
    value: ({ angleInputOutput }) => angleInputOutput ?? null,
    print: ({ angleInputOutput }) => degrees(angleInputOutput),
    onlyWith: hasTwoMatrices,
  },
  {
    heads: { markdown: l10n.t('surprisal (bits)'), copied: 'surprisal (bits)', csv: 'surprisal' },
    ...surprisalColumn,
  },
  // In a terminal, a text that did not run needs no column without a number.
  { heads: { terminal: 'surprisal' }, ...surprisalColumn, onlyWith: ({ surprisal }) => surprisal !== null },
  {
    heads: { copied: 'surprisal is at least', csv: 'surprisalIsLeast' },
    value: ({ surprisalIsLeast = false }) => surprisalIsLeast,
    onlyWith: ({ surprisalIsLeast = false }) => surprisalIsLeast,
  },
  {
    heads: { markdown: l10n.t('entropy after it (bits)'), copied: 'entropy after it (bits)', csv: 'entropy' },
    value: ({ entropy }) => entropy,
    print: ({ entropy, entropyIsLeast }) => printed('entropy', entropy, entropyIsLeast),
    unit: 'bits',
  },
  {
    heads: { copied: 'entropy is at least', csv: 'entropyIsLeast' },
    value: ({ entropyIsLeast = false }) => entropyIsLeast,
    onlyWith: ({ entropyIsLeast = false }) => entropyIsLeast,
  },
];

/** Rows of the tokens that the panel shows. */
export const rowsOfText = (tokens: readonly Token[], run: RunView | null): readonly TokenRow[] =>
  tokens.map((token) => ({
    ...token,
    surprisal: run?.surprisal[token.index] ?? null,
    entropy: run?.entropy[token.index] ?? null,
    surprisalIsLeast: isLeastAt('surprisal', token.index, run),
    entropyIsLeast: isLeastAt('entropy', token.index, run),
  }));

/** Rows of a whole inspection. */
export function rowsOfInspection({ tokens, predictions = [], listed = [] }: Inspection): readonly TokenRow[] {
  const entropy = new Map(predictions.map((prediction) => [prediction.index, prediction.entropy]));
  const least = new Map(listed.map((one) => [one.index, one.entropy.atLeast]));
  return tokens.map((token) => ({
    ...token,
    entropy: entropy.get(token.index) ?? least.get(token.index) ?? null,
    entropyIsLeast: least.has(token.index),
  }));
}

const columnsOf = (
  table: PrintedForm | DataForm,
  rows: readonly TokenRow[],
  l10n: Translator,
  spelled: (token: Token) => string,
): readonly TokenColumn[] => {
  return tokenColumns(l10n, spelled).filter(
    ({ heads, onlyWith }) => heads[table] !== undefined && (!onlyWith || rows.some(onlyWith)),
  );
};

/** A table for people: heads, cells, and an `l` or `r` for the alignment of each column. */
export function printedTokens(
  table: PrintedForm,
  rows: readonly TokenRow[],
  l10n: Translator,
  spelled: (token: Token) => string,
): { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[]; readonly alignment: string } {
  const columns = columnsOf(table, rows, l10n, spelled);
  const cell = ({ value, print, unit }: TokenColumn, row: TokenRow): string => {
    const printed = print ? print(row) : String(value(row));
    return table === 'terminal' && unit !== undefined && value(row) !== null ? `${printed} ${unit}` : printed;
  };
  return {
    head: columns.map(({ heads }) => heads[table] ?? ''),
    rows: rows.map((row) => columns.map((column) => cell(column, row))),
    alignment: columns.map(({ align }) => (align === 'left' ? 'l' : 'r')).join(''),
  };
}

/** A table for programs, its heads first. */
export function tokenData(table: DataForm, rows: readonly TokenRow[]): readonly (readonly Value[])[] {
  const columns = columnsOf(table, rows, english, plainToken);
  return [columns.map(({ heads }) => heads[table] ?? ''), ...rows.map((row) => columns.map(({ value }) => value(row)))];
}
