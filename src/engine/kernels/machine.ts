import { kernelsOver, type CompiledKernels, type Kernels } from './kernels';

/** The kernels over one memory in one thread. */
export class KernelMachine {
  readonly kernels: Kernels;
  /** Programs that were sent to this thread once and are used by number: see `Work`. */
  readonly programs = new Map<number, unknown>();
  #views: Views | undefined;

  constructor(
    compiled: CompiledKernels,
    private readonly memory: WebAssembly.Memory,
  ) {
    this.kernels = kernelsOver(compiled, memory);
  }

  /**
   * Makes this thread see a memory that another thread has grown to `bytes`. V8 announces the growth by an interrupt,
   * which can arrive after a message that was sent later. Until then `memory.buffer` is the old buffer; growing by 0
   * pages renews it.
   */
  renew(bytes: number): void {
    if (this.memory.buffer.byteLength >= bytes) return;
    this.memory.grow(0);
    const { byteLength } = this.memory.buffer;
    if (byteLength < bytes) throw new RangeError(`The memory has ${byteLength} bytes here, of ${bytes}.`);
  }

  /** Views of the memory, renewed when it has grown. */
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

export interface Worker {
  readonly index: number;
  readonly threads: number;
  /** The next unclaimed work item, or Infinity once the work is stopped. */
  take(): number;
  reportProgress(progress: number): void;
}

/**
 * What a generator of work yields: `undefined` after each work item, when a lone thread may pause, and `barrier` at a
 * barrier. Every thread meets the same barriers, even if the work is stopped.
 */
export const barrier = Symbol('barrier');
export type Steps = Generator<typeof barrier | undefined, void, void>;

export interface ThreadRoom {
  /** Address of the first thread's part, and the bytes of each part. */
  readonly at: number;
  readonly bytes: number;
}
