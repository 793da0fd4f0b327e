import type { GraphBuilder, Value } from './graph';
import { dequantise, type TensorType } from '../weights/types';
import { eightBit } from './eightBit';
import { fourBit } from './fourBit';
import type { StoredForm } from './storedForm';

const microsoft = 'com.microsoft';

/**
 * What a graph is to run on. The runtime has not every operator on a GPU, and runs the others on the processor without
 * a word; so a graph for a GPU says the same in other operators.
 */
export type Target = 'wasm' | 'webgpu';

/** Rows of a matrix of the file. */
export interface Matrix {
  readonly type: TensorType;
  readonly rows: number;
  readonly columns: number;
  /** Their raw bytes, valid until something else is read. */
  readonly read: () => Uint8Array;
}

/** x·Wᵀ of a value `1 × positions × columns`, W a value `rows × columns`. */
export function timesRows(
  graph: GraphBuilder,
  target: Target,
  x: Value,
  weight: Value,
  [rows, columns]: readonly [number, number],
): Value {
  if (target === 'wasm') return graph.node('FusedMatMul', [x, weight], { transB: 1 }, microsoft);
  const flat = graph.node('Reshape', [x, graph.integers(-1, columns)]);
  return graph.node('Reshape', [graph.node('Gemm', [flat, weight], { transB: 1 }), graph.integers(1, -1, rows)]);
}

/** a·bᵀ · factor over the last two of four dimensions. */
export function scaledProduct(graph: GraphBuilder, target: Target, a: Value, b: Value, factor: number): Value {
  if (target === 'wasm') return graph.node('FusedMatMul', [a, b], { transB: 1, alpha: { float: factor } }, microsoft);
  const product = graph.node('MatMul', [a, graph.node('Transpose', [b], { perm: [0, 1, 3, 2] })]);
  return graph.node('Mul', [product, graph.floats(Float32Array.of(factor), [1])]);
}

export function denseProduct(
  graph: GraphBuilder,
  target: Target,
  x: Value,
  { type, rows, columns, read }: Matrix,
): Value {
  return timesRows(
    graph,
    target,
    x,
    graph.weight('float', [rows, columns], (into) => dequantise(type, read(), floatsOf(into))),
    [rows, columns],
  );
}

/** The same with the matrix as it is stored. */
export function storedProduct(
  graph: GraphBuilder,
  target: Target,
  x: Value,
  { type, rows, columns, read }: Matrix,
  { bits, blockSize, minimum }: StoredForm,
): Value {
  const blocks = columns / blockSize;
  const attributes = { K: columns, N: rows, bits, block_size: blockSize };
  const integers = (bytes: () => Uint8Array) =>
    graph.weight('uint8', [rows, blocks, (blockSize * bits) / 8], (into) => into.set(bytes()));
  const floats = (values: () => Float32Array, shape: number[]) =>
    graph.weight('float', shape, (into) => into.set(bytesOf(values())));
  const product = (...inputs: Value[]) => graph.node('MatMulNBits', [x, ...inputs], attributes, microsoft);
  /** x·(W + M)ᵀ, where M is one number a block, is x·Wᵀ and the blocks' sums of x times those numbers. */
  const withMinimums = (plain: Value, minimums: () => Float32Array): Value => {
    const sums = graph.node(
      'ReduceSum',
      [graph.node('Reshape', [x, graph.integers(1, -1, blocks, blockSize)]), graph.integers(-1)],
      { keepdims: 0 },
    );
    return graph.node('Add', [plain, timesRows(graph, target, sums, floats(minimums, [rows, blocks]), [rows, blocks])]);
  };
  if (bits === 8) {
    const of = parts(() => eightBit(type, read(), blockSize, minimum));
    const plain = product(
      integers(() => of('integers')),
      floats(() => of('scales'), [rows * blocks]),
    );
    return minimum ? withMinimums(plain, () => of('minimums')) : plain;
  }
  if (target === 'wasm') {
    const of = parts(() => fourBit(type, read(), blockSize));
    return product(
      integers(() => of('nibbles')),
      floats(() => of('scales'), [rows * blocks]),
      floats(() => of('zeroPoints'), [rows * blocks]),
    );
  }
  const of = parts(() => {
    const { nibbles, scales, zeroPoints } = fourBit(type, read(), blockSize);
    return {
      nibbles,
      scales,
      minimums: scales.map((scale, block) => scale * (gpuZero - (zeroPoints[block] as number))),
    };
  });
  const plain = product(
    integers(() => of('nibbles')),
    floats(() => of('scales'), [rows * blocks]),
  );
  return type === 'Q4_0' ? plain : withMinimums(plain, () => of('minimums'));
}

/** What a GPU's 4-bit product takes off every integer; it knows no other zero points that are not whole. */
const gpuZero = 8;

/** The same memory seen as float32. */
export const floatsOf = (bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> =>
  new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/**
 * The parts of what is made when one is first asked for. The runtime asks in any order, for each once: what it has
 * taken is not kept.
 */
function parts<T extends object>(make: () => T): <K extends keyof T>(part: K) => T[K] {
  let kept: Partial<T> = {};
  return (part) => {
    if (kept[part] === undefined) kept = make();
    const value = kept[part] as T[typeof part];
    delete kept[part];
    return value;
  };
}
