import type { EightBit, EightBitForm, FourBit, FourBitForm } from '../weights/types/definition';
import { dequantise, tensorTypes, type TensorType } from '../weights/types/types';
import type { GraphBuilder, Value } from './graph';

const microsoft = 'com.microsoft';

/**
 * Where a graph runs. On a GPU the runtime lacks some operators and silently runs those on the processor, so a graph
 * for a GPU uses others with the same meaning.
 */
export type Target = 'wasm' | 'webgpu';

/** Rows of a matrix in the model file. */
export interface Matrix {
  readonly type: TensorType;
  readonly rows: number;
  readonly columns: number;
  /** Their bytes, valid until the next read. */
  readonly read: () => Uint8Array;
}

/** x·Wᵀ of a value `1 × positions × columns` and a value W, `rows × columns`. */
function timesRows(
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

/** x·Wᵀ. The matrix stays as it is stored if the runtime has an exact product for its type, else it becomes float32. */
export function matrixProduct(graph: GraphBuilder, target: Target, x: Value, matrix: Matrix): Value {
  const form = tensorTypes[matrix.type].onnx;
  if (!form) return denseProduct(graph, target, x, matrix);
  return form.bits === 8
    ? eightBitProduct(graph, target, x, matrix, form)
    : fourBitProduct(graph, target, x, matrix, form);
}

function denseProduct(graph: GraphBuilder, target: Target, x: Value, { type, rows, columns, read }: Matrix): Value {
  const weight = graph.weight('float', [rows, columns], (into) => dequantise(type, read(), floatsOf(into)));
  return timesRows(graph, target, x, weight, [rows, columns]);
}

function eightBitProduct(graph: GraphBuilder, target: Target, x: Value, matrix: Matrix, form: EightBitForm): Value {
  const take = takenOnce(() => eightBit(matrix.type, matrix.read(), form));
  const product = nBitsProduct(graph, x, matrix, form, {
    integers: () => take('integers'),
    scales: () => take('scales'),
  });
  return form.minimum ? plusMinimums(graph, target, x, product, matrix, form, () => take('minimums')) : product;
}

function fourBitProduct(graph: GraphBuilder, target: Target, x: Value, matrix: Matrix, form: FourBitForm): Value {
  if (target === 'wasm') {
    const take = takenOnce(() => fourBit(matrix.type, matrix.read(), form));
    return nBitsProduct(graph, x, matrix, form, {
      integers: () => take('nibbles'),
      scales: () => take('scales'),
      zeroPoints: () => take('zeroPoints'),
    });
  }
  const take = takenOnce(() => {
    const { nibbles, scales, zeroPoints } = fourBit(matrix.type, matrix.read(), form);
    const minimums = scales.map((scale, block) => scale * (gpuZero - (zeroPoints[block] as number)));
    return { nibbles, scales, minimums };
  });
  const product = nBitsProduct(graph, x, matrix, form, {
    integers: () => take('nibbles'),
    scales: () => take('scales'),
  });
  return form.symmetric ? product : plusMinimums(graph, target, x, product, matrix, form, () => take('minimums'));
}

/** The fixed zero point of the GPU's 4-bit product, which takes no others but whole numbers. */
const gpuZero = 8;

/** The runtime's product with a quantised matrix. */
function nBitsProduct(
  graph: GraphBuilder,
  x: Value,
  { rows, columns }: Matrix,
  { bits, blockSize }: EightBitForm | FourBitForm,
  parts: {
    readonly integers: () => Uint8Array;
    readonly scales: () => Float32Array;
    readonly zeroPoints?: () => Float32Array;
  },
): Value {
  const blocks = columns / blockSize;
  const floats = (values: () => Float32Array) => floatWeight(graph, [rows * blocks], values);
  const integers = graph.weight('uint8', [rows, blocks, (blockSize * bits) / 8], (into) => into.set(parts.integers()));
  const inputs = [x, integers, floats(parts.scales), ...(parts.zeroPoints ? [floats(parts.zeroPoints)] : [])];
  return graph.node('MatMulNBits', inputs, { K: columns, N: rows, bits, block_size: blockSize }, microsoft);
}

/** x·(W + M)ᵀ from x·Wᵀ, M having one number for each block: the sums of x over the blocks are multiplied by them. */
function plusMinimums(
  graph: GraphBuilder,
  target: Target,
  x: Value,
  product: Value,
  { rows, columns }: Matrix,
  { blockSize }: EightBitForm | FourBitForm,
  minimums: () => Float32Array,
): Value {
  const blocks = columns / blockSize;
  const byBlock = graph.node('Reshape', [x, graph.integers(1, -1, blocks, blockSize)]);
  const sums = graph.node('ReduceSum', [byBlock, graph.integers(-1)], { keepdims: 0 });
  const weight = floatWeight(graph, [rows, blocks], minimums);
  return graph.node('Add', [product, timesRows(graph, target, sums, weight, [rows, blocks])]);
}

const floatWeight = (graph: GraphBuilder, shape: readonly number[], values: () => Float32Array): Value =>
  graph.weight('float', shape, (into) => into.set(bytesOf(values())));

/** A matrix in the form of the runtime's 4-bit product. No scale and no integer is rounded. */
function fourBit(type: TensorType, bytes: Uint8Array, { blockSize, repack }: FourBitForm): FourBit {
  const block = tensorTypes[type];
  const count = bytes.length / block.bytes;
  const perBlock = block.length / blockSize;
  const into = {
    nibbles: new Uint8Array((count * block.length) / 2),
    scales: new Float32Array(count * perBlock),
    zeroPoints: new Float32Array(count * perBlock),
  };
  for (let index = 0; index < count; index++) repack(bytes, index * block.bytes, into, index * perBlock);
  return into;
}

/** A matrix in the form of the runtime's 8-bit product. No scale and no integer is rounded. */
function eightBit(type: TensorType, bytes: Uint8Array, { blockSize, minimum, repack }: EightBitForm): EightBit {
  const block = tensorTypes[type];
  const count = bytes.length / block.bytes;
  const perBlock = block.length / blockSize;
  const into = {
    integers: new Uint8Array(count * block.length),
    scales: new Float32Array(count * perBlock),
    minimums: new Float32Array(minimum ? count * perBlock : 0),
  };
  for (let index = 0; index < count; index++)
    repack(bytes, index * block.bytes, into, index * block.length, index * perBlock);
  return into;
}

/** The same memory as float32. */
export const floatsOf = (bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> =>
  new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);

const bytesOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/**
 * Makes all parts when the first is asked for, and forgets each once it is taken: the runtime asks for every part once,
 * in any order.
 */
function takenOnce<T extends object>(make: () => T): <K extends keyof T>(part: K) => T[K] {
  let kept: Partial<T> = {};
  return (part) => {
    if (kept[part] === undefined) kept = make();
    const value = kept[part] as T[typeof part];
    delete kept[part];
    return value;
  };
}
