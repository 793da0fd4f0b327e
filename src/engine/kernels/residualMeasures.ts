import { barrier, type KernelMachine, type Steps, type ThreadRoom, type Worker } from './machine';
import { doubleBytes, floatBytes } from './storedRows';

/** Computes sizes and angles of the residuals of some layers and positions: see the kernel `measureResidual`. */
export interface MeasureResiduals {
  readonly kind: 'residuals';
  readonly width: number;
  readonly positions: number;
  /** For each layer the address of the residual at the first position. */
  readonly residuals: readonly number[];
  /** Rows of the input tokens and of the predicted tokens, positions × width, and their sizes, float64. */
  readonly inputs: number;
  readonly inputSizes: number;
  readonly outputs: number;
  readonly outputSizes: number;
  readonly gain: number;
  readonly bias: number;
  readonly epsilon: number;
  /** Positions × layers × `measuredNumbers` float64. */
  readonly out: number;
  readonly room: ThreadRoom;
}

/** ‖r‖, ‖r̂ − ê‖², ‖r̂ + ê‖², ‖n̂ − û‖², ‖n̂ + û‖². */
export const measuredNumbers = 5;

/** Bytes for each thread. */
export const roomForResiduals = (width: number): number => (width + 1) * doubleBytes;

export function* measureResiduals(machine: KernelMachine, work: MeasureResiduals, worker: Worker): Steps {
  const { kernels } = machine;
  const { width, positions, residuals, room } = work;
  const own = room.at + worker.index * room.bytes;
  // Another text may grow the memory between two work items, so the views are not kept.
  const size = (sizes: number, position: number) => machine.views.doubles[sizes / doubleBytes + position] as number;
  for (let position = worker.take(); position < positions; position = worker.take()) {
    const row = floatBytes * position * width;
    residuals.forEach((residual, layer) => {
      const out = work.out + doubleBytes * measuredNumbers * (position * residuals.length + layer);
      kernels.measureResidual({
        r: residual + row,
        input: work.inputs + row,
        inputSize: size(work.inputSizes, position),
        output: work.outputs + row,
        outputSize: size(work.outputSizes, position),
        gain: work.gain,
        bias: work.bias,
        epsilon: work.epsilon,
        width,
        scratch: own,
        out,
      });
    });
    yield;
  }
  yield barrier;
}
