import { setFlagsFromString } from 'node:v8';
import { compileKernels, kernelsOver, type CompiledKernels, type Kernels } from '../../../src/engine/kernels/kernels';
import { gridsAt } from '../../../src/engine/kernels/memory';
import type { KernelBuild } from '../../../src/engine/platform/platform';
import { gridPoints } from '../../../src/engine/weights/types/iQuants';

export const builds: readonly KernelBuild[] = ['plain', 'relaxed'];

/** Half the distance from 1 to the next float32: the most that one rounding changes, as a share of the result. */
export const rounding = 2 ** -24;
/** The smallest float32 above 0. Below the normal numbers a rounding changes this much at most. */
export const smallest = 2 ** -149;

const page = 65_536;

export function compiled(build: KernelBuild): CompiledKernels {
  try {
    return compileKernels(build, false);
  } catch {
    // Node 20 has relaxed SIMD behind a flag.
    setFlagsFromString('--experimental-wasm-relaxed-simd');
    return compileKernels(build, false);
  }
}

/**
 * The kernels of one build over a memory of their own. Before each use `clear` fills the memory with NaN, so that a
 * number that no kernel should read spoils the result.
 */
export class Bench {
  readonly kernels: Kernels;
  readonly bytes: Uint8Array<ArrayBuffer>;
  #end = page;

  constructor(build: KernelBuild, bytes: number) {
    const memory = new WebAssembly.Memory({ initial: 1 + Math.ceil(bytes / page), maximum: 65_536, shared: false });
    this.kernels = kernelsOver(compiled(build), memory);
    this.bytes = new Uint8Array(memory.buffer);
    this.bytes.set(gridPoints(), gridsAt);
  }

  clear(): void {
    this.bytes.fill(0xff, page);
    this.#end = page;
  }

  /** Room for `bytes` bytes, at a multiple of 16, with NaN before and after it. */
  room(bytes: number): number {
    const at = this.#end;
    this.#end += Math.ceil(bytes / 16) * 16 + 64;
    if (this.#end > this.bytes.length)
      throw new RangeError(`The bench has ${this.bytes.length} bytes, ${this.#end} were needed.`);
    return at;
  }

  put(values: Float32Array | Float64Array | Int32Array): number {
    const at = this.room(values.byteLength);
    this.bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    return at;
  }

  floats(at: number, count: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.bytes.buffer, at, count);
  }

  doubles(at: number, count: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.bytes.buffer, at, count);
  }

  integers(at: number, count: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.bytes.buffer, at, count);
  }
}

/**
 * Random numbers from a seed. fast-check chooses the seed, because thousands of numbers of its own take most of a
 * test's time.
 */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** From 0 to below 1. */
  next(): number {
    // Mulberry32 by Tommy Ettinger, which is in the public domain.
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  floats(count: number, scale = 1): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length: count }, () => (2 * this.next() - 1) * scale);
  }
}

/** The bits of numbers. Unlike the numbers they tell 0 from −0. */
export const bitsOf = (values: Float32Array | Float64Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();

/**
 * The place of the first number that is farther from the expected one than allowed, with both; null where there is
 * none.
 */
export function firstWrong(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  allowed: (index: number) => number,
): string | null {
  for (let i = 0; i < expected.length; i++) {
    const apart = Math.abs((found[i] ?? NaN) - (expected[i] as number));
    if (!(apart <= allowed(i)))
      return `Number ${i} is ${found[i]}, expected ${expected[i]}: off by ${apart}, allowed ${allowed(i)}.`;
  }
  return null;
}
