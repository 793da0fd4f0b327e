import { panelRows } from './kernels';
import { barrier, type KernelMachine, type Steps, type ThreadRoom, type Worker } from './machine';
import { blockRows, doubleBytes, forPanels, panelRoom, type StoredRows } from './storedRows';

/** Computes the size of each row of a matrix, and the sum of the rows of each block. */
export interface MeasureMatrix {
  readonly kind: 'matrix';
  /** `count` rows from `first` on, where a block begins. */
  readonly matrix: StoredRows;
  readonly first: number;
  readonly count: number;
  /** ‖w‖ of every row of the whole matrix, float64. */
  readonly sizes: number;
  /** One row of float64 for each block. */
  readonly sums: number;
  readonly room: ThreadRoom;
}

const squaresBytes = 2 * panelRows * doubleBytes;

/** Bytes for each thread. */
export const roomForMeasures = panelRoom + squaresBytes;

export function* measureMatrix(
  { kernels, views }: KernelMachine,
  { matrix, first, count, sizes, sums, room }: MeasureMatrix,
  worker: Worker,
): Steps {
  const panel = room.at + worker.index * room.bytes;
  const squares = panel + panelRoom;
  const { bytes, doubles } = views;
  for (let block = worker.take(); block < Math.ceil(count / blockRows); block = worker.take()) {
    const total = sums + block * matrix.columns * doubleBytes;
    bytes.fill(0, total, total + matrix.columns * doubleBytes);
    const end = Math.min((block + 1) * blockRows, count);
    for (let row = block * blockRows; row < end; row += panelRows) {
      const lanes = Math.min(panelRows, end - row);
      bytes.fill(0, squares, squares + squaresBytes);
      forPanels(kernels, matrix, matrix.at + row * matrix.rowBytes, panel, (column, columns) =>
        kernels.measureRows(panel, columns, lanes, squares, total + doubleBytes * column),
      );
      const square = squares / doubleBytes;
      for (let lane = 0; lane < lanes; lane++)
        doubles[sizes / doubleBytes + first + row + lane] = Math.sqrt(
          (doubles[square + lane] as number) + (doubles[square + panelRows + lane] as number),
        );
      yield;
    }
  }
  yield barrier;
}
