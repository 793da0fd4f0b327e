import { compareWithRows, type CompareWithRows } from './comparison';
import type { RunLayers } from './layerProgram';
import type { KernelMachine, Steps, Worker } from './machine';
import { measureMatrix, type MeasureMatrix } from './matrixMeasures';
import { measureResiduals, type MeasureResiduals } from './residualMeasures';
import { searchRows, type SearchRows } from './rowSearch';
import { runLayers } from './runLayers';
import { unpackRows, type UnpackRows } from './unpackRows';

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
