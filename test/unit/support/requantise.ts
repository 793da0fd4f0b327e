import { dequantise, tensorTypes, type TensorType } from '../../../src/engine/weights/types/types';
import { partsOf } from './ggufParts';
import { writeGguf, type GgufTensor } from './ggufWriter';

// A model whose matrices are stored in another type, by the reference code of ggml (ggml-quants.c,
// `quantize_row_q4_0_ref` and `quantize_row_q8_0_ref`).

export type Requantised = 'Q4_0' | 'Q8_0';

const block = 32;

/** What `general.file_type` says: `LLAMA_FTYPE_MOSTLY_…` of llama.cpp. */
const fileTypes: Readonly<Record<Requantised, Uint8Array>> = {
  Q4_0: Uint8Array.of(2, 0, 0, 0),
  Q8_0: Uint8Array.of(7, 0, 0, 0),
};

/**
 * A copy of a GGUF file whose matrices are rounded to a type. A matrix whose rows are not whole blocks keeps the
 * rounded numbers in float32.
 */
export function requantise(file: Uint8Array, type: Requantised): Uint8Array {
  const { keys, tensors } = partsOf(file);
  return writeGguf({
    keys: keys.map((key) => (key.key === 'general.file_type' ? { ...key, value: fileTypes[type] } : key)),
    tensors: tensors.map((tensor) => (isRounded(tensor) ? rounded(tensor, type) : tensor)),
  });
}

/** Beside a matrix of NVFP4 lies a scale, which belongs to no other type. */
const isRounded = ({ dimensions, type }: GgufTensor): boolean =>
  dimensions.length === 2 && type !== tensorTypes.NVFP4.ggufId;

const typeOf = (id: number): TensorType =>
  (Object.keys(tensorTypes) as TensorType[]).find((type) => tensorTypes[type].ggufId === id) as TensorType;

function rounded(tensor: GgufTensor, type: Requantised): GgufTensor {
  const columns = Number(tensor.dimensions[0]);
  const values = new Float32Array(columns * Number(tensor.dimensions[1]));
  dequantise(typeOf(tensor.type), tensor.data, values);
  const { ggufId, bytes } = tensorTypes[type];
  if (columns % block === 0) {
    const data = new Uint8Array((values.length / block) * bytes);
    for (let i = 0; i * block < values.length; i++) quantise[type](values, i * block, data, i * bytes);
    return { ...tensor, type: ggufId, data };
  }
  const [stored, padded] = [new Uint8Array(bytes), new Float32Array(block)];
  for (let row = 0; row < values.length; row += columns)
    for (let from = row; from < row + columns; from += block) {
      const part = values.subarray(from, Math.min(from + block, row + columns));
      padded.fill(0).set(part);
      quantise[type](padded, 0, stored, 0);
      dequantise(type, stored, padded);
      part.set(padded.subarray(0, part.length));
    }
  return { ...tensor, type: tensorTypes.F32.ggufId, data: new Uint8Array(values.buffer) };
}

/**
 * Each stores the block of 32 numbers that begins at `from`. Plain loops: a model has a hundred million numbers, and a
 * callback for each of them took most of the time.
 */
const quantise: Readonly<
  Record<Requantised, (values: Float32Array, from: number, into: Uint8Array, at: number) => void>
> = {
  Q4_0(values, from, into, at) {
    let furthest = 0;
    for (let i = from; i < from + block; i++)
      if (Math.abs(values[i] as number) > Math.abs(furthest)) furthest = values[i] as number;
    const scale = Math.fround(furthest / -8);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    for (let i = 0; i < 16; i++)
      into[at + 2 + i] =
        nibble(values[from + i] as number, inverse) | (nibble(values[from + i + 16] as number, inverse) << 4);
    putHalf(into, at, scale);
  },
  Q8_0(values, from, into, at) {
    let most = 0;
    for (let i = from; i < from + block; i++) most = Math.max(most, Math.abs(values[i] as number));
    const scale = Math.fround(most / 127);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    for (let i = 0; i < block; i++) {
      const scaled = Math.fround((values[from + i] as number) * inverse);
      // Halves go away from zero.
      into[at + 2 + i] = Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5);
    }
    putHalf(into, at, scale);
  },
};

const nibble = (value: number, inverse: number): number =>
  Math.min(15, Math.trunc(Math.fround(Math.fround(value * inverse) + 8.5)));

/** Writes the nearest half-precision number, of two the even one. */
function putHalf(into: Uint8Array, at: number, value: number): void {
  const size = Math.abs(value);
  const sign = value < 0 ? 0x8000 : 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 1)));
  const steps = size * 2 ** (10 - exponent);
  const below = Math.floor(steps);
  const up = steps - below > 0.5 || (steps - below === 0.5 && below % 2 === 1);
  // What overflows the fraction increases the exponent.
  const bits = sign | (((exponent + 14) << 10) + below + Number(up));
  into[at] = bits & 255;
  into[at + 1] = bits >> 8;
}
