import { isFragment, plainToken } from '../../shared/glyphs';
import type { Metric, VocabularyToken } from '../../shared/tokens';
import { metricColumn, metricName } from '../parts/metrics';

/** A name that is data where it is copied, and a translated word where it is read. */
export interface Label {
  readonly key: string;
  readonly label: string;
}

export type Cell = number | Label | VocabularyToken | null;

export interface Column extends Label {
  /** How its numbers are printed. */
  readonly print?: (value: number) => string;
  /** Stands back where there is little room. */
  readonly minor?: boolean;
}

/** What is drawn as a table and copied as one: numbers in full, one cell a column. */
export interface DataTable {
  /** Rows are entries of a list, of which some can be left out. */
  readonly isList?: boolean;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

export const isToken = (cell: Cell): cell is VocabularyToken =>
  typeof cell === 'object' && cell !== null && 'bytes' in cell;

function copiedCell(cell: Cell): string | number {
  if (cell === null) return '';
  if (typeof cell === 'number') return cell;
  return isToken(cell) ? plainToken(cell) : cell.key;
}

/** Header row first; a token brings its id along. */
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

export const metricLabel = (metric: Metric): Label => ({ key: metricColumn[metric], label: metricName(metric) });
