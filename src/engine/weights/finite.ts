import { damaged } from './cursor';
import { blocks, type TensorType } from './types';
import type { TensorInfo } from './weights';

/** An exponent of ones, which only NaN and the infinities have. */
const half = 0x7c00;
/** Of BF16, and of the upper half of F32. */
const single = 0x7f80;

/**
 * Where the floating-point numbers of a block lie, in bytes from its beginning; the rest are integers, which are always
 * finite.
 */
const floats: Readonly<Record<TensorType, { readonly at: readonly number[]; readonly exponent: number }>> = {
  F32: { at: [2], exponent: single },
  F16: { at: [0], exponent: half },
  BF16: { at: [0], exponent: single },
  Q4_0: { at: [0], exponent: half },
  Q4_1: { at: [0, 2], exponent: half },
  Q5_0: { at: [0], exponent: half },
  Q5_1: { at: [0, 2], exponent: half },
  Q8_0: { at: [0], exponent: half },
  Q2_K: { at: [80, 82], exponent: half },
  Q3_K: { at: [108], exponent: half },
  Q4_K: { at: [0, 2], exponent: half },
  Q5_K: { at: [0, 2], exponent: half },
  Q6_K: { at: [208], exponent: half },
  IQ4_NL: { at: [0], exponent: half },
  IQ4_XS: { at: [0], exponent: half },
};

/**
 * Throws `EngineError('model-damaged')` that names the row when whole rows of a tensor, from `first` on, stand for NaN
 * or an infinity. A product of finite scales and a block's integers always fits float32, so that the scales alone are
 * looked at: a sixteenth of the work.
 */
export function checkFinite({ name, shape, type }: TensorInfo, bytes: Uint8Array, first: number): void {
  const block = firstNotFinite(type, bytes);
  if (block < 0) return;
  const row = first + Math.floor((block * blocks[type].length) / (shape.at(-1) as number));
  throw damaged(
    `The tensor ${name} of the model file holds NaN or infinity${shape.length > 1 ? ` in row ${row}` : ''}`,
  );
}

/** Index of the first block with NaN or an infinity among whole blocks, −1 where there is none. */
export function firstNotFinite(type: TensorType, bytes: Uint8Array): number {
  const size = blocks[type].bytes;
  const { at, exponent } = floats[type];
  let earliest = bytes.length;
  for (const place of at) {
    for (let i = place; i < earliest; i += size) {
      if ((((bytes[i] as number) | ((bytes[i + 1] as number) << 8)) & exponent) === exponent) earliest = i;
    }
  }
  return earliest === bytes.length ? -1 : Math.floor(earliest / size);
}
