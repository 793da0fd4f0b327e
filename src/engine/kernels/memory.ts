import { noMemory } from '../../shared/noMemory';
import { gridPoints } from '../weights/types/iQuants';

const page = 65_536;
/** The limit of 32-bit addresses. */
const mostPages = 65_536;
/** The first page holds the constants of the compiler's library, and the grids of the types IQ1 to IQ3. */
const firstAddress = page;
/** As in src/kernels/iQuants.ts. */
export const gridsAt = 16_384;
const alignment = 64;

interface Hole {
  at: number;
  bytes: number;
}

/** A WebAssembly memory and its allocator. It grows on demand and never shrinks. */
export class KernelMemory {
  readonly memory: WebAssembly.Memory;
  /** Free parts below the end, by address. */
  readonly #holes: Hole[] = [];
  readonly #taken = new Map<number, number>();
  #end = firstAddress;

  constructor(
    /** The id by which threads know it. */
    readonly id: number,
    shared: boolean,
    /** Initial size, to avoid growing later. */
    bytes = 0,
  ) {
    this.memory = madeOr(
      firstAddress + bytes,
      bytes,
      () => new WebAssembly.Memory({ initial: pagesFor(firstAddress + bytes), maximum: mostPages, shared }),
    );
    const points = gridPoints();
    new Int8Array(this.memory.buffer, gridsAt, points.length).set(points);
  }

  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /**
   * Allocates `bytes` bytes with unknown contents at a multiple of 64. Throws `EngineError('no-memory')` and changes
   * nothing if there is no memory.
   */
  allocate(bytes: number): number {
    const wanted = Math.ceil(Math.max(bytes, 1) / alignment) * alignment;
    const hole = this.#holes.find((free) => free.bytes >= wanted);
    const at = hole ? hole.at : this.#atEnd(wanted);
    if (hole) {
      hole.at += wanted;
      hole.bytes -= wanted;
      if (hole.bytes === 0) this.#holes.splice(this.#holes.indexOf(hole), 1);
    }
    this.#taken.set(at, wanted);
    return at;
  }

  #atEnd(bytes: number): number {
    const last = this.#holes.at(-1);
    const at = last && last.at + last.bytes === this.#end ? last.at : this.#end;
    this.#growTo(at + bytes, bytes);
    if (last && at === last.at) this.#holes.pop();
    this.#end = at + bytes;
    return at;
  }

  #growTo(bytes: number, asked: number): void {
    const missing = pagesFor(bytes) - this.bytes / page;
    if (missing > 0) madeOr(bytes, asked, () => this.memory.grow(missing));
  }

  release(at: number): void {
    const bytes = this.#taken.get(at);
    if (bytes === undefined) throw new RangeError(`Nothing was allocated at ${at}.`);
    this.#taken.delete(at);
    const next = this.#holes.findIndex((hole) => hole.at > at);
    const index = next < 0 ? this.#holes.length : next;
    this.#holes.splice(index, 0, { at, bytes });
    this.#join(index);
    if (index > 0) this.#join(index - 1);
  }

  #join(index: number): void {
    const [hole, after] = [this.#holes[index], this.#holes[index + 1]];
    if (!hole || !after || hole.at + hole.bytes !== after.at) return;
    hole.bytes += after.bytes;
    this.#holes.splice(index + 1, 1);
  }

  /** `count` float32 at an address. Valid until the memory grows. */
  floats(at: number, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.memory.buffer, at, count);
  }

  doubles(at: number, count: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.memory.buffer, at, count);
  }

  integers(at: number, count: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.memory.buffer, at, count);
  }

  raw(at: number, count: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer, at, count);
  }
}

/** One page more than needed: kernels may read sixteen numbers where fewer are left. */
const pagesFor = (bytes: number): number => Math.ceil(bytes / page) + 1;

/** `bytes` is the size of the whole memory, `asked` the part that the error names. */
function madeOr<T>(bytes: number, asked: number, make: () => T): T {
  if (pagesFor(bytes) <= mostPages) {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  throw noMemory(asked);
}
