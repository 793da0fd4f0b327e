import type { ComponentChildren } from 'preact';
import { plainToken } from '../../shared/glyphs';
import type { NamedToken } from '../../shared/tokens';
import { recalled } from './remembered';

/** A name with two forms: the key is copied as data, the label is translated for reading. */
export interface Label {
  readonly key: string;
  readonly label: string;
}

export type Cell = number | string | Label | NamedToken | null | undefined;

/** Attributes of a row, a cell or a button in it. */
export interface Attributes {
  readonly class?: string | undefined;
  readonly title?: string;
  readonly [other: `data-${string}` | `aria-${string}` | `on${string}`]: unknown;
}

/** A column of a table: what it draws, what is copied of it, and what its cells do. */
export interface Column<R> {
  /** Its head in a copy, which is data and not translated. A column without one is only drawn. */
  readonly key?: string;
  /** Its head on the page. `null`: the head before it spans it too. A column without one is only copied. */
  readonly head?: ComponentChildren;
  /** Is copied in full, and drawn. Numbers are aligned to the end. */
  readonly value?: (row: R, index: number) => Cell;
  /** Prints the numbers; whole numbers with their thousands if absent. */
  readonly print?: ((value: number) => string) | undefined;
  /** Draws a cell in another way than its value; undefined draws the value. */
  readonly draw?: (row: R, index: number) => ComponentChildren;
  /** Classes of its head and its cells. */
  readonly name?: string;
  /** Attributes of its head alone. */
  readonly th?: Attributes;
  /** Classes of its cells alone. */
  readonly cells?: string;
  /** Whether its cells name their rows; those of the first column do if no other does. */
  readonly names?: boolean;
  readonly cell?: (row: R, index: number) => Attributes;
  /**
   * Makes its head a button that orders the rows by its values, if the table keeps an order. It needs a key. The first
   * press orders in this direction; `true` is ascending.
   */
  readonly sorts?: boolean | Order['direction'];
  /** Makes each cell a button. All buttons of a table share one tab stop. */
  readonly press?: ((row: R) => void) | undefined;
  readonly button?: (row: R) => Attributes;
}

/** What is drawn and what is copied, from one description. */
export interface TableData<R> {
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  /** The name under which the reader's order is kept, for the page and for copies. */
  readonly order?: string | undefined;
}

/** The column by which a reader has ordered the rows. */
export interface Order {
  readonly key: string;
  readonly direction: 'ascending' | 'descending';
}

export type CopiedRows = readonly (readonly (string | number)[])[];

export const isToken = (cell: Cell): cell is NamedToken => typeof cell === 'object' && cell !== null && 'bytes' in cell;

export function copiedCell(cell: Cell): string | number {
  if (cell === null || cell === undefined || Number.isNaN(cell)) return '';
  if (typeof cell !== 'object') return cell;
  return isToken(cell) ? plainToken(cell) : cell.key;
}

/** The order after a press on a head: the first direction, then the other, then as described. */
export function nextOrder(key: string, order: Order | null, first: Order['direction'] = 'ascending'): Order | null {
  if (order?.key !== key) return { key, direction: first };
  const other = first === 'ascending' ? 'descending' : 'ascending';
  return order.direction === first ? { key, direction: other } : null;
}

export const orderKey = (name: string | undefined): string => `order ${name}`;

/** Layer 2 comes before layer 10. */
const { compare } = new Intl.Collator(undefined, { numeric: true });

/** The rows in an order, each with its place as described. Those without a value come last in either direction. */
export function inOrder<R>(
  { columns, rows }: TableData<R>,
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

/** The rows to copy in the order that is shown, the heads first, numbers in full. */
export function copiedRows<R>(table: TableData<R>): CopiedRows {
  const copied = table.columns.filter(({ key }) => key !== undefined);
  return [
    copied.map(({ key = '' }) => key),
    ...inOrder(table, recalled(orderKey(table.order), null)).map(({ row, index }) =>
      copied.map(({ value }) => copiedCell(value?.(row, index))),
    ),
  ];
}
