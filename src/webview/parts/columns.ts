import type { ComponentChildren } from 'preact';
import { type DataRows, dataRows, type DataColumn, type Order, type TableRows } from '../../shared/columns';
import { recalled } from './remembered';

/** Attributes of a row, a cell or a button in it. */
export interface Attributes {
  readonly class?: string | undefined;
  readonly title?: string;
  readonly [other: `data-${string}` | `aria-${string}` | `on${string}`]: unknown;
}

/** A column as the page draws it, and what its cells do. */
export interface Column<R> extends DataColumn<R, ComponentChildren> {
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
  /** Makes each cell a button. All buttons of a table share one tab stop. */
  readonly press?: ((row: R) => void) | undefined;
  readonly button?: (row: R) => Attributes;
}

export interface TableData<R> extends TableRows<R, Column<R>> {
  /** The name under which the reader's order is kept, for the page and for copies. */
  readonly order?: string | undefined;
}

/** The order after a press on a head: the first direction, then the other, then as described. */
export function nextOrder(key: string, order: Order | null, first: Order['direction'] = 'ascending'): Order | null {
  if (order?.key !== key) return { key, direction: first };
  const other = first === 'ascending' ? 'descending' : 'ascending';
  return order.direction === first ? { key, direction: other } : null;
}

export const orderKey = (name: string | undefined): string => `order ${name}`;

/** The rows to copy in the order that is shown. */
export const copiedRows = <R>(table: TableData<R>): DataRows => dataRows(table, recalled(orderKey(table.order), null));
