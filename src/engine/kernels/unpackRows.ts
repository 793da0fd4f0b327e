import { panelRows } from './kernels';
import { barrier, type KernelMachine, type Steps, type ThreadRoom, type Worker } from './machine';
import { floatBytes, forPanels, type StoredRows } from './storedRows';

/** Unpacks rows in groups of sixteen, for the self-check. */
export interface UnpackRows {
  readonly kind: 'unpack';
  readonly matrix: StoredRows;
  readonly groups: number;
  /** The first columns of every row that are unpacked: whole blocks. */
  readonly columns: number;
  /** Groups × columns × 16 float32. */
  readonly out: number;
  readonly room: ThreadRoom;
}

export function* unpackRows(
  { kernels, views }: KernelMachine,
  { matrix, groups, columns, out, room }: UnpackRows,
  worker: Worker,
): Steps {
  const panel = room.at + worker.index * room.bytes;
  const lineBytes = panelRows * floatBytes;
  for (let group = worker.take(); group < groups; group = worker.take()) {
    const use = (column: number, count: number) =>
      views.bytes.copyWithin(out + (group * columns + column) * lineBytes, panel, panel + count * lineBytes);
    forPanels(kernels, matrix, matrix.at + group * panelRows * matrix.rowBytes, panel, use, columns);
    yield;
  }
  yield barrier;
}
