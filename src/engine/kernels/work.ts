import { compareWithRows, type CompareWithRows } from './comparison';
import { panelRows } from './kernels';
import type { RunLayers } from './layerProgram';
import { type KernelMachine, type Steps, type Worker, barrier, type ThreadRoom } from './machine';
import { measureMatrix, type MeasureMatrix } from './matrixMeasures';
import { measureResiduals, type MeasureResiduals } from './residualMeasures';
import { searchRows, type SearchRows } from './rowSearch';
import { runLayers } from './runLayers';
import { floatBytes, forPanels, type StoredRows } from './storedRows';

/** Unpacks rows in groups of sixteen, for the self-check. */
interface UnpackRows {
  readonly kind: 'unpack';
  readonly matrix: StoredRows;
  readonly groups: number;
  /** The first columns of every row that are unpacked: whole blocks. */
  readonly columns: number;
  /** Groups × columns × 16 float32. */
  readonly out: number;
  readonly room: ThreadRoom;
}

function* unpackRows(
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

/** A task for the threads of a team. Plain data, since it is sent to them. */
export type KernelWork = RunLayers | SearchRows | CompareWithRows | MeasureMatrix | MeasureResiduals | UnpackRows;

export function perform(machine: KernelMachine, work: KernelWork, worker: Worker): Steps {
  switch (work.kind) {
    case 'layers':
      return runLayers(machine, work, worker);
    case 'search':
      return searchRows(machine, work, worker);
    case 'comparison':
      return compareWithRows(machine, work, worker);
    case 'matrix':
      return measureMatrix(machine, work, worker);
    case 'residuals':
      return measureResiduals(machine, work, worker);
    case 'unpack':
      return unpackRows(machine, work, worker);
  }
}
