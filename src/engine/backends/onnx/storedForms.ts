import { halfAt } from '../../weights/types/half';
import { tensorTypes, type TensorType } from '../../weights/types/types';

/**
 * How the runtime's MatMulNBits holds a type: w = scale · q + minimum with integers q, and a float32 scale for each
 * block of `blockSize` numbers. The operator computes every weight in float32 while it multiplies, so nothing is lost.
 */
export interface StoredForm {
  readonly bits: 4 | 8;
  readonly blockSize: 16 | 32;
  /** Whether a block has a minimum. Without one, q has a sign. */
  readonly minimum: boolean;
}

/** Types without a form become float32. */
export const storedForms: Readonly<Partial<Record<TensorType, StoredForm>>> = {
  Q4_0: { bits: 4, blockSize: 32, minimum: false },
  Q4_1: { bits: 4, blockSize: 32, minimum: true },
  Q5_0: { bits: 8, blockSize: 32, minimum: false },
  Q5_1: { bits: 8, blockSize: 32, minimum: true },
  Q8_0: { bits: 8, blockSize: 32, minimum: false },
  Q2_K: { bits: 4, blockSize: 16, minimum: true },
  Q3_K: { bits: 8, blockSize: 16, minimum: false },
  Q4_K: { bits: 4, blockSize: 32, minimum: true },
  Q5_K: { bits: 8, blockSize: 32, minimum: true },
  Q6_K: { bits: 8, blockSize: 16, minimum: false },
  IQ4_NL: { bits: 8, blockSize: 32, minimum: false },
  IQ4_XS: { bits: 8, blockSize: 32, minimum: false },
};

/** Blocks of the file that are unpacked at a time. */
const together = 1024;
/** 1 in half precision. */
const one = 0x3c00;

export interface Stored {
  /** q plus `addedTo` of its form. Two neighbours share a byte if they have four bits: the first has the low ones. */
  readonly integers: Uint8Array;
  readonly scales: Float32Array;
  /** Empty without minimums. */
  readonly minimums: Float32Array;
}

/** What is added to each integer: the operator's zero point; nothing where four bits without a sign fill them. */
export const addedTo = ({ bits, minimum }: StoredForm): number => (bits === 4 && minimum ? 0 : 2 ** (bits - 1));

/**
 * Rows in their form. They are unpacked with 1 for the scale of the file's blocks and 0 for their minimum, which gives
 * integers. The greatest common divisor of a block's goes to its scale, so what is left has no more bits than the file
 * gives it.
 */
export function storedAs(form: StoredForm, type: TensorType, bytes: Uint8Array): Stored {
  const { bits, blockSize, minimum } = form;
  const { length, bytes: blockBytes, floats, unpack } = tensorTypes[type];
  const [scaleAt = 0, minimumAt = 0] = floats;
  const count = bytes.length / blockBytes;
  const perBlock = length / blockSize;
  const integers = new Uint8Array((count * length * bits) / 8);
  const scales = new Float32Array(count * perBlock);
  const minimums = new Float32Array(minimum ? count * perBlock : 0);
  const products = new Float32Array(together * length);
  const least = new Float32Array(minimum ? together * length : 0);
  const added = addedTo(form);
  for (let first = 0; first < count; first += together) {
    const stored = new Uint8Array(bytes.subarray(first * blockBytes, (first + together) * blockBytes));
    const write = (at: number, half: number) => {
      for (let from = at; from < stored.length; from += blockBytes) {
        stored[from] = half & 255;
        stored[from + 1] = half >> 8;
      }
    };
    write(scaleAt, 0);
    if (minimum) {
      unpack(stored, least, 0);
      write(minimumAt, 0);
    }
    write(scaleAt, one);
    unpack(stored, products, 0);
    const blocks = (stored.length / blockBytes) * perBlock;
    for (let block = 0, from = 0; block < blocks; block++, from += blockSize) {
      const to = first * perBlock + block;
      const scale = halfAt(bytes, (first + Math.floor(block / perBlock)) * blockBytes + scaleAt);
      // A block of the file with one scale has no other factor.
      const divisor = scale === 0 ? 0 : perBlock === 1 ? 1 : commonDivisor(products, from, blockSize);
      scales[to] = scale * divisor;
      if (minimum) minimums[to] = least[from] as number;
      const at = to * blockSize;
      for (let j = 0; j < blockSize; j++) {
        const q = added + (divisor === 0 ? 0 : ((products[from + j] as number) / divisor) | 0);
        if (bits === 8) integers[at + j] = q;
        else (integers[(at + j) >> 1] as number) |= q << (4 * (j & 1));
      }
    }
  }
  return { integers, scales, minimums };
}

/** Of integers in float32; 0 if all are 0. The remainder of integers is far faster than that of floats. */
function commonDivisor(values: Float32Array, from: number, length: number): number {
  let divisor = 0;
  for (let i = from; i < from + length && divisor !== 1; i++) {
    let rest = Math.abs(values[i] as number) | 0;
    if (divisor !== 0 && rest % divisor === 0) continue;
    while (rest !== 0) {
      const next = (divisor % rest) | 0;
      divisor = rest;
      rest = next;
    }
  }
  return divisor;
}
