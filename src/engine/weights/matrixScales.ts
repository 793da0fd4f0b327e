import { weightsOf, type ReadRange } from './tensorReader';
import { dequantise, rowBytesOf, tensorTypes } from './types/types';
import { type TensorInfo, type Weights, wrongShape } from './weights';

const scaleBytes = 4;

/** Blocks with a float32 scale before each, from blocks without. `scaleOf` gets a block and its index in the tensor. */
export const behindScales =
  (read: ReadRange, blockBytes: number, scaleOf: (index: number, block: Uint8Array) => number): ReadRange =>
  (offset, length, into = new Uint8Array(length)) => {
    const each = scaleBytes + blockBytes;
    const first = offset / each;
    const stored = read(first * blockBytes, (length / each) * blockBytes);
    const scales = new DataView(into.buffer, into.byteOffset);
    for (let from = 0, to = 0; to < length; from += blockBytes, to += each) {
      const block = stored.subarray(from, from + blockBytes);
      scales.setFloat32(to, scaleOf(first + to / each, block), true);
      into.set(block, to + scaleBytes);
    }
    return into;
  };

/**
 * Weights of a GGUF file whose NVFP4 matrices are multiplied with the numbers of `NAME.scale`: one for a matrix, so one
 * for each expert. `NAME.input_scale` is left out, since it serves activations of four bits. Closes the weights and
 * throws `EngineError('model-damaged')` if a scale has another shape.
 */
export function withMatrixScales(weights: Weights): Weights {
  const tensors = new Map(weights.tensors);
  const scales = new Map<string, TensorInfo>();
  for (const { name, type, shape } of weights.tensors.values()) {
    if (type !== 'NVFP4') continue;
    const [scale, input] = ['scale', 'input_scale'].map((kind) => name.replace(/weight$/, kind)) as [string, string];
    const found = weights.tensors.get(scale);
    tensors.delete(input);
    if (!found || !tensors.delete(scale)) continue;
    const matrices = shape.length > 2 ? (shape[0] as number) : 1;
    if (found.shape.join() !== String(matrices)) {
      weights.close();
      throw wrongShape(found, String(matrices));
    }
    scales.set(name, found);
  }
  for (const name of scales.keys()) {
    const info = weights.tensors.get(name) as TensorInfo;
    tensors.set(name, { ...info, type: 'NVFP4_SCALED', byteLength: (info.byteLength / plain.bytes) * scaled.bytes });
  }
  const own = weightsOf({
    ...weights,
    tensors,
    rangeOf({ name, shape, byteLength }) {
      const scale = scales.get(name) as TensorInfo;
      const rowBytes = rowBytesOf('NVFP4', shape.at(-1) as number);
      const numbers = new Float32Array(scale.shape[0] as number);
      dequantise(scale.type, weights.read(scale.name), numbers);
      const blocks = byteLength / scaled.bytes / numbers.length;
      return behindScales(
        (offset, length) => weights.readRows(name, offset / rowBytes, length / rowBytes),
        plain.bytes,
        (index) => numbers[Math.floor(index / blocks)] as number,
      );
    },
  });
  const from = (name: string) => (scales.has(name) ? own : weights);
  return {
    ...weights,
    tensors,
    readRows: (name, ...rest) => from(name).readRows(name, ...rest),
    read: (name, into) => from(name).read(name, into),
  };
}

const { NVFP4: plain, NVFP4_SCALED: scaled } = tensorTypes;
