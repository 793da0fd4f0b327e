import { halfAt } from '../weights/half';
import { minimumOf, scaleOf } from '../weights/kQuants';
import { blocks, type TensorType } from '../weights/types';

export interface FourBit {
  /** `rows × blocks × (block size / 2)`: the two nibbles of a byte are neighbours, the first is the low one. */
  readonly nibbles: Uint8Array;
  /** `rows × blocks` each. */
  readonly scales: Float32Array;
  readonly zeroPoints: Float32Array;
}

/** Writes what a block of the file holds to the block of the same place. */
type Repack = (bytes: Uint8Array, from: number, into: FourBit, block: number) => void;

/**
 * Repacks the bytes of a tensor for the runtime's 4-bit product, w = scale · (q − zero point), without changing a
 * number: neither a scale nor an integer is rounded. `type` is one whose stored form has 4 bits.
 */
export function fourBit(type: TensorType, bytes: Uint8Array, blockSize: number): FourBit {
  const repack = repacks[type];
  if (!repack) throw new RangeError(`${type} has no form of 4 bits.`);
  const block = blocks[type];
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

const repacks: Readonly<Partial<Record<TensorType, Repack>>> = {
  /** d · (q − 8) */
  Q4_0(bytes, from, into, block) {
    const d = halfAt(bytes, from);
    affine(into, block, d, -8 * d);
    if (d !== 0) pairs(bytes, from + 2, 16, into.nibbles, block * 16);
  },

  /** d · q + m */
  Q4_1(bytes, from, into, block) {
    const d = halfAt(bytes, from);
    affine(into, block, d, halfAt(bytes, from + 2));
    if (d !== 0) pairs(bytes, from + 4, 16, into.nibbles, block * 16);
  },

  /** d · scale · q − dmin · minimum for 32 numbers; two such groups share bytes, the first has the low fours. */
  Q4_K(bytes, from, into, block) {
    const d = halfAt(bytes, from);
    const dmin = halfAt(bytes, from + 2);
    for (let group = 0; group < 8; group++)
      affine(into, block + group, d * scaleOf(bytes, from + 4, group), -dmin * minimumOf(bytes, from + 4, group));
    for (let both = 0; both < 4; both++) pairs(bytes, from + 16 + 32 * both, 32, into.nibbles, (block + 2 * both) * 16);
    for (let group = 0; group < 8; group++)
      if (d * scaleOf(bytes, from + 4, group) === 0)
        into.nibbles.fill(0, (block + group) * 16, (block + group + 1) * 16);
  },

  /** d · scale · q − dmin · minimum for 16 numbers, q of two bits; numbers 32 apart share a byte. */
  Q2_K(bytes, from, into, block) {
    const d = halfAt(bytes, from + 80);
    const dmin = halfAt(bytes, from + 82);
    for (let group = 0; group < 16; group++) {
      const packed = bytes[from + group] as number;
      const scale = d * (packed & 15);
      affine(into, block + group, scale, -dmin * (packed >> 4));
      if (scale === 0) continue;
      const q = from + 16 + 32 * (group >> 3) + 16 * (group & 1);
      const shift = group & 6;
      for (let j = 0; j < 8; j++)
        into.nibbles[(block + group) * 8 + j] =
          (((bytes[q + 2 * j] as number) >> shift) & 3) | ((((bytes[q + 2 * j + 1] as number) >> shift) & 3) << 4);
    }
  },
};

/**
 * A block of scale · q + m: its zero point is −m / scale. One without a scale is m throughout, which is m · (0 + 1).
 */
function affine({ scales, zeroPoints }: FourBit, block: number, scale: number, m: number): void {
  scales[block] = scale === 0 ? m : scale;
  zeroPoints[block] = scale === 0 ? -1 : -m / scale;
}

/**
 * `count` low nibbles and as many high ones: the file pairs numbers that lie `count` apart, the product takes
 * neighbours.
 */
function pairs(bytes: Uint8Array, from: number, count: number, into: Uint8Array, to: number): void {
  const half = count / 2;
  for (let j = 0; j < half; j++) {
    const first = bytes[from + 2 * j] as number;
    const second = bytes[from + 2 * j + 1] as number;
    into[to + j] = (first & 15) | ((second & 15) << 4);
    into[to + half + j] = (first >> 4) | (second & 240);
  }
}
