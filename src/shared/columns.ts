import { markdownTable as written } from 'markdown-table';
import { count } from './format';
import { plainToken } from './glyphs';
import type { NamedToken } from './tokens';
import type { Translator } from './translator';

/**
 * Bars and backticks become entities, since Markdown readers differ on a backslash before a bar in a table. Other marks
 * get a backslash.
 */
export const escaped = (text: string): string =>
  text.replace(/[\\*_[\]<>#~&$:@|`]/g, (character) =>
    character === '|' ? '&#124;' : character === '`' ? '&#96;' : `\\${character}`,
  );

/** A table from cells of Markdown, the heads first. `null` leaves a column as readers align it. */
export const markdownTable = (
  cells: readonly (readonly string[])[],
  align: readonly ('left' | 'right' | null)[],
): string => written(cells, { align, alignDelimiters: false });

/** A name with two forms: the key is copied as data, the label is translated for reading. */
export interface Label {
  readonly key: string | number;
  readonly label: string;
}

export type Cell = number | string | Label | NamedToken | null | undefined;

/** A column of a table: what programs and people read of it. `H` is what a head is drawn with. */
export interface DataColumn<R, H = string> {
  /** Its head for programs, which is not translated. A column without one is only for people. */
  readonly key?: string;
  /** Its head for people. `null`: the head before it spans it too. A column without one is only for programs. */
  readonly head?: H | null | undefined;
  /**
   * Whether the rows can be ordered by it, if the table keeps an order. It needs a key. The first press orders in this
   * direction; `true` is ascending.
   */
  readonly sorts?: boolean | Order['direction'];
  /** In full. Numbers are aligned to the end. */
  readonly value?: (row: R, index: number) => Cell;
  /** Prints the numbers for people; whole numbers with their thousands if absent. */
  readonly print?: ((value: number) => string) | undefined;
  /** Prints the row's cell for people, where the number does not say it all. */
  readonly text?: ((row: R) => string) | undefined;
}

/**
 * A table, described once: the page draws it (`parts/table.tsx`), `dataRows` writes it for programs, `printedRows` for
 * a terminal, `markdown` and `tabSeparated` write what either gives. So to write a table, describe its columns over
 * rows of any kind, and pass both on:
 *
 *     const columns: readonly DataColumn<Row>[] = [
 *       { key: 'token', head: 'token', value: ({ token }) => token },
 *       { key: 'angle (degrees)', head: 'angle', value: ({ angle }) => angle, print: degrees },
 *     ];
 *     const { head, rows, alignment } = printedRows({ columns, rows: found }, nameOf);
 */
export interface TableRows<R, C extends DataColumn<R, unknown> = DataColumn<R>> {
  readonly columns: readonly C[];
  readonly rows: readonly R[];
}

/** The column by which a reader has ordered the rows. */
export interface Order {
  readonly key: string;
  readonly direction: 'ascending' | 'descending';
}

/** The heads first. */
export type DataRows = readonly (readonly (string | number)[])[];

export const isToken = (cell: Cell): cell is NamedToken => typeof cell === 'object' && cell !== null && 'bytes' in cell;

export function copiedCell(cell: Cell): string | number {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return '';
  if (typeof cell !== 'object') return cell;
  return isToken(cell) ? plainToken(cell) : cell.key;
}

/** Layer 2 comes before layer 10. */
const { compare } = new Intl.Collator(undefined, { numeric: true });

/** The rows in an order, each with its place as described. Those without a value come last in either direction. */
export function inOrder<R>(
  { columns, rows }: TableRows<R, DataColumn<R, unknown>>,
  order: Order | null,
): readonly { readonly row: R; readonly index: number }[] {
  const placed = rows.map((row, index) => ({ row, index }));
  const column = columns.find(({ key, sorts }) => sorts && key === order?.key);
  if (!order || !column) return placed;
  const sign = order.direction === 'ascending' ? 1 : -1;
  return placed
    .map((one) => ({ ...one, by: copiedCell(column.value?.(one.row, one.index)) }))
    .sort(({ by: a }, { by: b }) => {
      if (a === '' || b === '') return Number(a === '') - Number(b === '');
      return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : compare(String(a), String(b)));
    });
}

/** Without the columns that have no value in any row. */
export const withValues = <R, C extends DataColumn<R, unknown>>({
  columns,
  rows,
}: TableRows<R, C>): TableRows<R, C> => ({
  columns: columns.filter(({ value }) => rows.some((row, index) => (value?.(row, index) ?? null) !== null)),
  rows,
});

/** The columns for programs, with all digits and empty cells for unknown values. */
export function dataRows<R>(table: TableRows<R, DataColumn<R, unknown>>, order: Order | null = null): DataRows {
  const copied = table.columns.filter(({ key }) => key !== undefined);
  return [
    copied.map(({ key = '' }) => key),
    ...inOrder(table, order).map(({ row, index }) => copied.map(({ value }) => copiedCell(value?.(row, index)))),
  ];
}

/**
 * The columns for people, as text: `spelled` writes the tokens, and an unknown value is a dash. `alignment` has an `l`
 * or an `r` for each column.
 */
export function printedRows<R>({ columns, rows }: TableRows<R>, spelled: (token: NamedToken) => string) {
  const printed = columns.filter(({ head }) => head !== undefined);
  const cellOf = ({ value, print = count, text }: DataColumn<R>, row: R, index: number): string => {
    const cell = value?.(row, index);
    if (cell === undefined) return '';
    if (cell === null) return '–';
    if (typeof cell !== 'object') return typeof cell === 'number' ? (text?.(row) ?? print(cell)) : cell;
    return isToken(cell) ? spelled(cell) : cell.label;
  };
  const isNumber = ({ value }: DataColumn<R>): boolean =>
    rows.some((row, index) => typeof value?.(row, index) === 'number');
  return {
    head: printed.map(({ head }) => head ?? ''),
    rows: rows.map((row, index) => printed.map((column) => cellOf(column, row, index))),
    alignment: printed.map((column) => (isNumber(column) ? 'r' : 'l')).join(''),
  };
}

/** Tables as tab-separated text, with an empty line between them. Tabs and line ends inside a cell become spaces. */
export const tabSeparated = (tables: readonly DataRows[]): string =>
  tables
    .map((rows) =>
      rows.map((row) => `${row.map((cell) => String(cell).replace(/[\t\r\n]/g, ' ')).join('\t')}\n`).join(''),
    )
    .join('\n');

/** Tables in Markdown below a title, with an empty line between them. Columns with a number are aligned to the end. */
export const markdown = (tables: readonly DataRows[], title?: string): string =>
  [...(title === undefined ? [] : [escaped(title)]), ...tables.map(tableText)].map((part) => `${part}\n`).join('\n');

const tableText = ([head = [], ...rows]: DataRows): string =>
  markdownTable(
    [head, ...rows].map((row) => row.map((cell) => escaped(String(cell).replace(/\s/g, ' ')))),
    head.map((_, at) => (rows.some((row) => typeof row[at] === 'number') ? 'right' : null)),
  );

/**
 * The layers of a table with a row for each residual: `in` before the first one. Residual l has l layers behind it, so
 * layer l − 1 gives residual l.
 */
export const layerColumn = (l10n: Translator): DataColumn<number> & { readonly name: string } => ({
  key: 'layer',
  head: l10n.t('layer'),
  name: 'number',
  value: (residual) =>
    residual === 0 ? { key: 'input', label: l10n.t('in') } : { key: residual - 1, label: String(residual - 1) },
});
