import { dequantise, type TensorType } from '../../weights/types/types';
import type { GraphBuilder, OnnxValue } from './graph';
import { addedTo, storedAs, storedForms, type Stored, type StoredForm } from './storedForms';

const microsoft = 'com.microsoft';

/**
 * Where a graph runs. On a GPU the runtime lacks some operators and silently runs those on the processor, so a graph
 * for a GPU uses others with the same meaning.
 */
export type OnnxTarget = 'wasm' | 'webgpu';

interface Matrix {
  readonly type: TensorType;
  readonly rows: number;
  readonly columns: number;
  /** Their bytes, valid until the next read. */
  readonly read: () => Uint8Array;
}

/** x·Wᵀ of a value `1 × positions × columns` and a value W, `rows × columns`. */
function timesRows(
  graph: GraphBuilder,
  target: OnnxTarget,
  x: OnnxValue,
  weight: OnnxValue,
  [rows, columns]: readonly [number, number],
): OnnxValue {
  if (target === 'wasm') return graph.node('FusedMatMul', [x, weight], { transB: 1 }, microsoft);
  const flat = graph.node('Reshape', [x, graph.integers(-1, columns)]);
  return graph.node('Reshape', [graph.node('Gemm', [flat, weight], { transB: 1 }), graph.integers(1, -1, rows)]);
}

/** a·bᵀ · factor over the last two of four dimensions. */
export function scaledProduct(
  graph: GraphBuilder,
  target: OnnxTarget,
  a: OnnxValue,
  b: OnnxValue,
  factor: number,
): OnnxValue {
  if (target === 'wasm') return graph.node('FusedMatMul', [a, b], { transB: 1, alpha: { float: factor } }, microsoft);
  const product = graph.node('MatMul', [a, graph.node('Transpose', [b], { perm: [0, 1, 3, 2] })]);
  return graph.node('Mul', [product, graph.floats(Float32Array.of(factor), [1])]);
}

/** x·Wᵀ. The matrix stays as it is stored if the runtime has an exact product for its type, else it becomes float32. */
export function matrixProduct(graph: GraphBuilder, target: OnnxTarget, x: OnnxValue, matrix: Matrix): OnnxValue {
  const form = storedForms[matrix.type];
  return form ? storedProduct(graph, target, x, matrix, form) : denseProduct(graph, target, x, matrix);
}

function denseProduct(
  graph: GraphBuilder,
  target: OnnxTarget,
  x: OnnxValue,
  { type, rows, columns, read }: Matrix,
): OnnxValue {
  const weight = graph.weight('float', [rows, columns], (into) => dequantise(type, read(), floatsOf(into)));
  return timesRows(graph, target, x, weight, [rows, columns]);
}

/**
 * The runtime's product with a quantised matrix. Its zero points hold the minimums of four-bit integers, but neither
 * those of eight bits nor on a GPU, where the sums of x over the blocks are multiplied by the minimums beside it.
 */
function storedProduct(
  graph: GraphBuilder,
  target: OnnxTarget,
  x: OnnxValue,
  matrix: Matrix,
  form: StoredForm,
): OnnxValue {
  const { rows, columns, type, read } = matrix;
  const { bits, blockSize, minimum } = form;
  const blocks = columns / blockSize;
  const hasZeros = bits === 4 && target === 'wasm';
  const take = takenOnce(() => {
    const stored = storedAs(form, type, read());
    return hasZeros ? withZeros(form, stored) : centred(form, stored);
  });
  const floats = (part: 'scales' | 'offsets', shape: readonly number[]) =>
    graph.weight('float', shape, (into) => into.set(bytesOf(take(part))));
  const integers = graph.weight('uint8', [rows, blocks, (blockSize * bits) / 8], (into) => into.set(take('integers')));
  const inputs = [x, integers, floats('scales', [rows * blocks])];
  if (hasZeros) inputs.push(floats('offsets', [rows * blocks]));
  const attributes = { K: columns, N: rows, bits, block_size: blockSize };
  const product = graph.node('MatMulNBits', inputs, attributes, microsoft);
  if (!minimum || hasZeros) return product;
  const byBlock = graph.node('Reshape', [x, graph.integers(1, -1, blocks, blockSize)]);
  const sums = graph.node('ReduceSum', [byBlock, graph.integers(-1)], { keepdims: 0 });
  const weight = floats('offsets', [rows, blocks]);
  return graph.node('Add', [product, timesRows(graph, target, sums, weight, [rows, blocks])]);
}

interface Parts extends Pick<Stored, 'integers' | 'scales'> {
  /** One for each block: its zero point, or the number that is added to all its weights. */
  readonly offsets: Float32Array;
}

/** With zero points: w = scale · (q − zero). A block with the scale 0 becomes minimum · (0 + 1). */
function withZeros(form: StoredForm, { integers, scales, minimums }: Stored): Parts {
  if (!form.minimum) return { integers, scales, offsets: scales.map(() => addedTo(form)) };
  return {
    integers,
    scales: scales.map((scale, i) => (scale === 0 ? (minimums[i] as number) : scale)),
    offsets: scales.map((scale, i) => (scale === 0 ? -1 : -(minimums[i] as number) / scale)),
  };
}

/** With the operator's own zero point, which is in the middle of the integers. */
function centred(form: StoredForm, { integers, scales, minimums }: Stored): Parts {
  const missing = 2 ** (form.bits - 1) - addedTo(form);
  return { integers, scales, offsets: minimums.map((minimum, i) => minimum + missing * (scales[i] as number)) };
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
