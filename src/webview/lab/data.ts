import * as l10n from '@vscode/l10n';
import { isFragment, plainToken } from '../../shared/glyphs';
import type { LabEntry } from '../../shared/lab';
import type { Metric } from '../../shared/metrics';
import type { PanelState } from '../../shared/panel';
import type { VocabularyToken } from '../../shared/tokens';
import { metricColumn, metricName } from '../parts/metrics';
import { namesOf } from '../parts/vocabulary';

/** A token as a result names it. */
export interface Named {
  readonly id: number;
  readonly text: string;
}

export type TokenOf = (named: Named) => VocabularyToken;

const encoder = new TextEncoder();

/**
 * Tokens as they are drawn. Until the vocabulary is loaded, their sizes are unknown, and tokens that are parts of
 * characters cannot be told from text.
 */
export function tokensOf({ vocabulary }: Pick<PanelState, 'vocabulary'>): TokenOf {
  if (vocabulary) return ({ id }) => namesOf(vocabulary).token(id);
  return ({ id, text }) => ({ id, text, bytes: [...encoder.encode(text)], special: false, size: NaN, percentile: NaN });
}

/** A name with two forms: the key is copied as data, the label is translated for reading. */
export interface Label {
  readonly key: string;
  readonly label: string;
}

export type Cell = number | Label | VocabularyToken | null;

export interface Column extends Label {
  /** Prints the numbers of the column. */
  readonly print?: (value: number) => string;
  /** Whether a narrow panel hides the column. */
  readonly minor?: boolean;
}

/** A table to draw and to copy: numbers in full, one cell a column. */
export interface DataTable {
  /** Whether the rows are entries of a list, which can be left out. */
  readonly isList?: boolean;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

export const isToken = (cell: Cell): cell is VocabularyToken =>
  typeof cell === 'object' && cell !== null && 'bytes' in cell;

const rankColumn: Column = { key: '#', label: '#' };
const tokenColumn = (): Column => ({ key: 'token', label: l10n.t('token') });

/** A list of tokens, with further columns. */
export const tokenList = <T extends Named>(
  entries: readonly T[],
  columns: readonly Column[],
  cells: (entry: T) => readonly Cell[],
  tokenOf: TokenOf,
): DataTable => ({
  isList: true,
  columns: [tokenColumn(), ...columns],
  rows: entries.map((entry) => [tokenOf(entry), ...cells(entry)]),
});

/** A list with a column of ranks before it. */
export const ranked = (list: DataTable): DataTable => ({
  ...list,
  columns: [rankColumn, ...list.columns],
  rows: list.rows.map((row, index) => [index + 1, ...row]),
});

/** A list of tokens with their ranks and values. */
export const entryList = (entries: readonly LabEntry[], value: Column, tokenOf: TokenOf): DataTable =>
  ranked(tokenList(entries, [value], (entry) => [entry.value], tokenOf));

/** The first token of a list as a cell. */
export const firstToken = (list: readonly LabEntry[] | undefined, tokenOf: TokenOf): Cell =>
  list?.[0] ? tokenOf(list[0]) : null;

export const metricLabel = (metric: Metric): Label => ({ key: metricColumn[metric], label: metricName(metric) });

function copiedCell(cell: Cell): string | number {
  if (cell === null) return '';
  if (typeof cell === 'number') return cell;
  return isToken(cell) ? plainToken(cell) : cell.key;
}

/** The rows to copy, the header first. A column of tokens is followed by a column of their ids. */
export function copiedRows({ columns, rows }: DataTable): readonly (readonly (string | number)[])[] {
  const named = columns.map((_, column) => rows.some((row) => isToken(row[column] ?? null)));
  const header = columns.flatMap(({ key }, column) => (named[column] ? [key, `${key}, id`] : [key]));
  return [
    header,
    ...rows.map((row) =>
      row.flatMap((cell, column) =>
        named[column] ? [copiedCell(cell), isToken(cell) ? cell.id : ''] : [copiedCell(cell)],
      ),
    ),
  ];
}

/** A list without the rows whose first token is a control token or a byte fragment; the others keep their ranks. */
export function withoutFragments(table: DataTable): DataTable {
  if (!table.isList) return table;
  const subject = (row: readonly Cell[]): VocabularyToken | undefined => row.find(isToken);
  return { ...table, rows: table.rows.filter((row) => !isFragment(subject(row) ?? { bytes: [], special: false })) };
}
