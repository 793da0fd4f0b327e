import plainOwn from '#kernels/plain-own.wasm';
import plainShared from '#kernels/plain-shared.wasm';
import relaxedOwn from '#kernels/relaxed-own.wasm';
import relaxedShared from '#kernels/relaxed-shared.wasm';
import wideOwn from '#kernels/wide-own.wasm';
import wideShared from '#kernels/wide-shared.wasm';
import { platform } from '#platform';
import { modelUnsupported } from '../../shared/errors';
import type { KernelBuild } from '../platform/platform';
import { tilesOver, wideIfFaster } from './wideTile';

type Named<Numbers extends string, Flags extends string = never> = (
  named: Readonly<Record<Numbers, number> & Record<Flags, boolean>>,
) => void;

/** The kernels with eight arguments or more. */
interface NamedKernels {
  readonly unpack: Named<'type' | 'rows' | 'rowBytes' | 'bytesPerColumn' | 'first' | 'columns' | 'panel' | 'scratch'>;
  readonly multiplyRow: Named<
    'type' | 'rows' | 'rowBytes' | 'bytesPerColumn' | 'x' | 'columns' | 'out' | 'bias' | 'panel' | 'scratch'
  >;
  readonly multiply: Named<
    'a' | 'strideA' | 'panel' | 'stridePanel' | 'c' | 'strideC' | 'rows' | 'columns' | 'bias',
    'accumulate'
  >;
  readonly rotary: Named<'x' | 'out' | 'cosine' | 'sine' | 'rows' | 'heads' | 'headSize' | 'pairs', 'interleaved'>;
  readonly attend: Named<
    | 'q'
    | 'strideQ'
    | 'k'
    | 'v'
    | 'strideKV'
    | 'out'
    | 'strideOut'
    | 'first'
    | 'rows'
    | 'headSize'
    | 'window'
    | 'scale'
    | 'cap'
    | 'scores'
    | 'panel'
    | 'tile'
    | 'sink'
  >;
  readonly meetKeys: Named<'q' | 'k' | 'keys' | 'strideKeys' | 'position' | 'size' | 'asked' | 'recalled'>;
  readonly recallState: Named<
    | 'asked'
    | 'recalled'
    | 'v'
    | 'out'
    | 'values'
    | 'strideValues'
    | 'decays'
    | 'strideDecays'
    | 'position'
    | 'size'
    | 'beta'
    | 'weights'
  >;
  readonly select: Named<
    'dots' | 'queries' | 'id' | 'lists' | 'capacity' | 'metrics' | 'squares' | 'inverse' | 'shifts' | 'bias'
  >;
  readonly measureResidual: Named<
    'r' | 'input' | 'inputSize' | 'output' | 'outputSize' | 'gain' | 'bias' | 'epsilon' | 'width' | 'scratch' | 'out'
  >;
}

type PositionalKernels = Record<keyof NamedKernels, (...args: readonly (number | boolean)[]) => void>;

/** `src/kernels` takes the arguments by position, in the order given here. */
const namedKernels = (kernels: PositionalKernels): NamedKernels => ({
  unpack: ({ type, rows, rowBytes, bytesPerColumn, first, columns, panel, scratch }) =>
    kernels.unpack(type, rows, rowBytes, bytesPerColumn, first, columns, panel, scratch),
  multiplyRow: ({ type, rows, rowBytes, bytesPerColumn, x, columns, out, bias, panel, scratch }) =>
    kernels.multiplyRow(type, rows, rowBytes, bytesPerColumn, x, columns, out, bias, panel, scratch),
  multiply: ({ a, strideA, panel, stridePanel, c, strideC, rows, columns, accumulate, bias }) =>
    kernels.multiply(a, strideA, panel, stridePanel, c, strideC, rows, columns, accumulate, bias),
  rotary: ({ x, out, cosine, sine, rows, heads, headSize, pairs, interleaved }) =>
    kernels.rotary(x, out, cosine, sine, rows, heads, headSize, pairs, interleaved),
  attend: (named) =>
    kernels.attend(
      named.q,
      named.strideQ,
      named.k,
      named.v,
      named.strideKV,
      named.out,
      named.strideOut,
      named.first,
      named.rows,
      named.headSize,
      named.window,
      named.scale,
      named.cap,
      named.scores,
      named.panel,
      named.tile,
      named.sink,
    ),
  meetKeys: ({ q, k, keys, strideKeys, position, size, asked, recalled }) =>
    kernels.meetKeys(q, k, keys, strideKeys, position, size, asked, recalled),
  recallState: (named) =>
    kernels.recallState(
      named.asked,
      named.recalled,
      named.v,
      named.out,
      named.values,
      named.strideValues,
      named.decays,
      named.strideDecays,
      named.position,
      named.size,
      named.beta,
      named.weights,
    ),
  select: ({ dots, queries, id, lists, capacity, metrics, squares, inverse, shifts, bias }) =>
    kernels.select(dots, queries, id, lists, capacity, metrics, squares, inverse, shifts, bias),
  measureResidual: ({ r, input, inputSize, output, outputSize, gain, bias, epsilon, width, scratch, out }) =>
    kernels.measureResidual(r, input, inputSize, output, outputSize, gain, bias, epsilon, width, scratch, out),
});

/**
 * The exports of `src/kernels`, which documents them. Arguments are addresses in bytes, numbers and booleans; a kernel
 * with eight or more takes them by name.
 */
export interface Kernels extends NamedKernels {
  rmsNorm(x: number, out: number, gain: number, rows: number, width: number, epsilon: number): void;
  layerNorm(x: number, out: number, gain: number, bias: number, rows: number, width: number, epsilon: number): void;
  add(a: number, b: number, out: number, count: number): void;
  multiplyElements(a: number, b: number, out: number, count: number): void;
  activateValues(x: number, out: number, count: number, kind: number): void;
  sizes(x: number, out: number, rows: number, width: number): void;
  blankLanes(dots: number, queries: number, lanes: number): void;
  clearLists(lists: number, count: number): void;
  clearSoftmax(parts: number, count: number): void;
  addToSoftmax(dots: number, queries: number, id: number, parts: number, bias: number, cap: number): void;
  countBefore(
    dots: number,
    queries: number,
    id: number,
    own: number,
    targets: number,
    counts: number,
    bias: number,
  ): void;
  reach(dots: number, queries: number, id: number, offset: number, slope: number, line: number, results: number): void;
  compareRows(panel: number, columns: number, query: number, origin: number, out: number): void;
  measureRows(panel: number, columns: number, lanes: number, squares: number, total: number): void;
}

/** Rows that kernels unpack and multiply together. */
export const panelRows = 16;
/** Columns of a panel: 32 kB of float32, which fit the first-level cache. A multiple of every type's block. */
export const panelColumns = 512;
/** Bytes of scratch memory that `unpack` needs. */
export const unpackRoom = 8448;
/** The most positions that `attend` takes. */
export const attendedTogether = 32;

/** The activation functions, by their numbers in the kernels. */
export const activations = { silu: 0, gelu: 1, 'gelu-tanh': 2 } as const;

/** A module that uses `f32x4.relaxed_madd`. It is valid only if relaxed SIMD is supported. */
const relaxedProbe = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 0x0a, 0x0f, 1, 0x0d, 1, 1, 0x7b, 0x20, 0,
  0x20, 0, 0x20, 0, 0xfd, 0x85, 2, 0x0b,
]);

export const isRelaxed = (): boolean => WebAssembly.validate(relaxedProbe);

/** The modules of a build, for this thread and others. */
export interface CompiledKernels {
  readonly module: WebAssembly.Module;
  /** Products with 256 bits, where they are faster. */
  readonly wide: WebAssembly.Module | null;
}

/** Compiles a build, for a memory that threads share or not. Throws `EngineError('model-unsupported')` without SIMD. */
export function compileKernels(build: KernelBuild, shared: boolean): CompiledKernels {
  const bytes = build === 'relaxed' ? (shared ? relaxedShared : relaxedOwn) : shared ? plainShared : plainOwn;
  try {
    const module = platform.compile(bytes);
    return { module, wide: build === 'relaxed' ? wideIfFaster(shared ? wideShared : wideOwn, shared) : null };
  } catch {
    throw modelUnsupported`WebAssembly has no SIMD on this machine, and the engine cannot compute without it. Use a newer editor or browser, or a processor made after 2010.`;
  }
}

export function kernelsOver({ module, wide }: CompiledKernels, memory: WebAssembly.Memory): Kernels {
  const abort = () => {
    throw new Error('A kernel failed.');
  };
  const { multiplyFours, sumRow: sumWide } = wide
    ? tilesOver(wide, memory)
    : { multiplyFours: () => 0, sumRow: () => 0 };
  const exports = new WebAssembly.Instance(module, { env: { memory, abort, multiplyFours, sumWide } })
    .exports as unknown as Omit<Kernels, keyof NamedKernels> & PositionalKernels;
  return { ...exports, ...namedKernels(exports) };
}
