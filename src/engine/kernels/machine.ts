import { kernelsOver, type Kernels } from './kernels';

/** The kernels over one memory, as one thread has them. */
export class Machine {
  readonly kernels: Kernels;
  /** What was handed to this thread once and is used by number: see `Work`. */
  readonly programs = new Map<number, unknown>();
  #views: Views | undefined;

  constructor(
    module: WebAssembly.Module,
    private readonly memory: WebAssembly.Memory,
  ) {
    this.kernels = kernelsOver(module, memory);
  }

  /** The memory as numbers; made anew when it has grown. */
  get views(): Views {
    const { buffer } = this.memory;
    if (!this.#views || this.#views.bytes.byteLength !== buffer.byteLength) {
      this.#views = {
        bytes: new Uint8Array(buffer),
        floats: new Float32Array(buffer),
        doubles: new Float64Array(buffer),
        integers: new Int32Array(buffer),
      };
    }
    return this.#views;
  }
}

export interface Views {
  readonly bytes: Uint8Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  readonly integers: Int32Array;
}

/** A thread at its work: which of how many it is, and how it gets its pieces. */
export interface Worker {
  readonly index: number;
  readonly threads: number;
  /** The next piece that nobody has taken; Infinity once the work was stopped. */
  take(): number;
  /** Tells how far the work is. */
  tell(progress: number): void;
}

/**
 * What works yield: a chance to pause after each piece, and `together` where no thread may go on before all are there.
 * Every thread meets the same barriers, stopped or not.
 */
export const together = Symbol('together');
export type Steps = Generator<typeof together | undefined, void, void>;

/** Room of a thread's own, in bytes from its beginning. */
export interface ThreadRoom {
  /** Address of the first thread's room, and the bytes of each. */
  readonly at: number;
  readonly bytes: number;
}
