import { panelColumns, panelRows, unpackRoom, type Kernels } from './kernels';

/** Rows of a matrix in memory, as the file stores them. */
export interface StoredRows {
  readonly at: number;
  readonly type: number;
  readonly rowBytes: number;
  readonly columns: number;
}

export const floatBytes = 4;
export const doubleBytes = 8;
export const panelBytes = panelColumns * panelRows * floatBytes;
/** A panel and the scratch memory for unpacking it. */
export const panelRoom = panelBytes + unpackRoom;

/** Rows of one work item. Sums over all rows are computed block by block and joined in order. */
export const blockRows = 512;

/**
 * Unpacks sixteen rows to a panel, some columns at a time: all columns, or the first `wanted`. The scratch memory
 * follows the panel.
 */
export function forPanels(
  kernels: Kernels,
  { type, rowBytes, columns }: StoredRows,
  at: number,
  panel: number,
  use: (column: number, count: number) => void,
  wanted = columns,
): void {
  for (let column = 0; column < wanted; column += panelColumns) {
    const count = Math.min(panelColumns, wanted - column);
    kernels.unpack(type, at, rowBytes, rowBytes / columns, column, count, panel, panel + panelBytes);
    use(column, count);
  }
}
