import { panelColumns, panelRows, unpackRoom, type Kernels } from './kernels';

/** Rows of a matrix as the file stores them, in a memory. */
export interface StoredRows {
  /** Address of the first row that is there. */
  readonly at: number;
  readonly type: number;
  readonly rowBytes: number;
  readonly columns: number;
}

export const floatBytes = 4;
export const doubleBytes = 8;
export const panelBytes = panelColumns * panelRows * floatBytes;
/** A panel and what unpacking it needs. */
export const panelRoom = panelBytes + unpackRoom;

/**
 * Rows of a matrix that are one piece of work. Sums over all rows are made for each block by itself and joined in their
 * order.
 */
export const blockRows = 512;

/** Unpacks the sixteen rows at an address, some columns at a time, to a panel whose room follows. */
export function forPanels(
  kernels: Kernels,
  { type, rowBytes, columns }: StoredRows,
  at: number,
  panel: number,
  use: (column: number, count: number) => void,
): void {
  for (let column = 0; column < columns; column += panelColumns) {
    const count = Math.min(panelColumns, columns - column);
    kernels.unpack(type, at, rowBytes, rowBytes / columns, column, count, panel, panel + panelBytes);
    use(column, count);
  }
}
