import { weightsOf, type ReadRange } from './tensorReader';
import { dequantised, rowBytesOf } from './types/types';
import { type TensorInfo, type Weights, wrongShape } from './weights';

/** Blocks with a float32 scale before each, from blocks without. `scaleOf` gets a block and its index in the tensor. */
export const behindScales =
  (read: ReadRange, blockBytes: number, scaleOf: (index: number, block: Uint8Array) => number): ReadRange =>
  (offset, length, into = new Uint8Array(length)) => {
    const each = 4 + blockBytes;
    const first = offset / each;
    const stored = read(first * blockBytes, (length / each) * blockBytes);
    const scales = new DataView(into.buffer, into.byteOffset);
    for (let from = 0, to = 0; to < length; from += blockBytes, to += each) {
      const block = stored.subarray(from, from + blockBytes);
      scales.setFloat32(to, scaleOf(first + to / each, block), true);
      into.set(block, to + 4);
    }
    return into;
  };

/**
 * Weights of a GGUF file whose NVFP4 matrices are multiplied with the numbers of `NAME.scale`: one for a matrix, so one
 * for each expert. `NAME.input_scale` is left out, since it serves activations of four bits. A read of a matrix throws
 * `EngineError('model-damaged')` if its scale has another shape.
 */
export function withMatrixScales(weights: Weights): Weights {
  const tensors = new Map(weights.tensors);
  const scales = new Map<string, TensorInfo>();
  const read = new Map<string, Float32Array>();
  for (const info of weights.tensors.values()) {
    if (info.type !== 'NVFP4' || !info.name.endsWith('.weight')) continue;
    const { name, byteLength } = info;
    tensors.delete(name.replace(/weight$/, 'input_scale'));
    const scale = weights.tensors.get(name.replace(/weight$/, 'scale'));
    if (!scale) continue;
    tensors.delete(scale.name);
    tensors.set(name, { ...info, type: 'NVFP4_SCALED', byteLength: (byteLength / 36) * 40 });
    scales.set(name, scale);
  }
  const rangeOf = ({ name, shape, byteLength }: TensorInfo): ReadRange => {
    const scale = scales.get(name) as TensorInfo;
    const matrices = shape.length > 2 ? (shape[0] as number) : 1;
    if (scale.shape.join() !== String(matrices)) throw wrongShape(scale, String(matrices));
    const numbers = read.get(name) ?? dequantised(scale.type, weights.read(scale.name));
    read.set(name, numbers);
    const rowBytes = rowBytesOf('NVFP4', shape.at(-1) as number);
    const stored: ReadRange = (from, length) => weights.readRows(name, from / rowBytes, length / rowBytes);
    const blocks = byteLength / 40 / numbers.length;
    return behindScales(stored, 36, (index) => numbers[Math.floor(index / blocks)] as number);
  };
  const scaled = weightsOf({ ...weights, tensors, rangeOf });
  const from = (name: string) => (scales.has(name) ? scaled : weights);
  return {
    ...weights,
    tensors,
    readRows: (name, ...rest) => from(name).readRows(name, ...rest),
    read: (name, into) => from(name).read(name, into),
  };
}
