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
/** From one column of a panel to the next. */
export const panelStride = panelRows * floatBytes;
const panelBytes = panelColumns * panelStride;
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
    kernels.unpack({
      type,
      rows: at,
      rowBytes,
      bytesPerColumn: rowBytes / columns,
      first: column,
      columns: count,
      panel,
      scratch: panel + panelBytes,
    });
    use(column, count);
  }
}

/** Vectors that are multiplied with sixteen rows. All are addresses, `outStride` is in bytes. */
interface Multiplied {
  readonly x: number;
  readonly count: number;
  /** Sixteen products for each vector. */
  readonly out: number;
  readonly outStride: number;
  /** Added to the products; 0 for none. */
  readonly bias: number;
}

/** Multiplies vectors with the sixteen rows at an address. */
export function multiplyRows(
  kernels: Kernels,
  matrix: StoredRows,
  at: number,
  panel: number,
  { x, count, out, outStride, bias }: Multiplied,
): void {
  if (count === 1) {
    // Unpacking costs more than one product, so the weights of one vector need no panel.
    const { type, rowBytes, columns } = matrix;
    const [bytesPerColumn, scratch] = [rowBytes / columns, panel + panelBytes];
    kernels.multiplyRow({ type, rows: at, rowBytes, bytesPerColumn, x, columns, out, bias, panel, scratch });
    return;
  }
  forPanels(kernels, matrix, at, panel, (column, columns) =>
    kernels.multiply({
      a: x + floatBytes * column,
      strideA: floatBytes * matrix.columns,
      panel,
      stridePanel: panelStride,
      c: out,
      strideC: outStride,
      rows: count,
      columns,
      accumulate: column > 0,
      bias,
    }),
  );
}
