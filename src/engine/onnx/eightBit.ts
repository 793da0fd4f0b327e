import { halfAt } from '../weights/half';
import { scaleOfIQ4XS, valuesOfIQ4 } from '../weights/iQuants';
import { minimumOf, scaleOf, scalesOfQ3K } from '../weights/kQuants';
import { blocks, type TensorType } from '../weights/types';

export interface EightBit {
  /** `rows × blocks × block size`: q + 128, since the product takes 128 off. */
  readonly integers: Uint8Array;
  /** `rows × blocks` each. */
  readonly scales: Float32Array;
  /** What is added to every number of a block; empty where the form has none. */
  readonly minimums: Float32Array;
}

/** Writes what a block of the file holds to the group of the same place: `at` counts numbers, `group` scales. */
type Unpack = (bytes: Uint8Array, from: number, into: EightBit, at: number, group: number) => void;

/** What the runtime's 8-bit product takes off every integer. */
const zero = 128;

/**
 * Unpacks the bytes of a tensor for the runtime's 8-bit product, w = scale · (q + 128 − 128) + minimum, without
 * changing a number: neither a scale nor an integer is rounded. `type` is one whose stored form has 8 bits.
 */
export function eightBit(type: TensorType, bytes: Uint8Array, blockSize: number, hasMinimum: boolean): EightBit {
  const unpack = unpacks[type];
  if (!unpack) throw new RangeError(`${type} has no form of 8 bits.`);
  const block = blocks[type];
  const count = bytes.length / block.bytes;
  const groups = block.length / blockSize;
  const into = {
    integers: new Uint8Array(count * block.length),
    scales: new Float32Array(count * groups),
    minimums: new Float32Array(hasMinimum ? count * groups : 0),
  };
  for (let index = 0; index < count; index++)
    unpack(bytes, index * block.bytes, into, index * block.length, index * groups);
  return into;
}

const unpacks: Readonly<Partial<Record<TensorType, Unpack>>> = {
  /** d · (q − 16) */
  Q5_0(bytes, from, { integers, scales }, at, group) {
    scales[group] = halfAt(bytes, from);
    fives(bytes, from + 2, integers, at, zero - 16);
  },

  /** d · q + m */
  Q5_1(bytes, from, { integers, scales, minimums }, at, group) {
    scales[group] = halfAt(bytes, from);
    minimums[group] = halfAt(bytes, from + 2);
    fives(bytes, from + 4, integers, at, zero);
  },

  /** d · q, q from −128 to 127 */
  Q8_0(bytes, from, { integers, scales }, at, group) {
    scales[group] = halfAt(bytes, from);
    for (let j = 0; j < 32; j++) integers[at + j] = (bytes[from + 2 + j] as number) ^ zero;
  },

  /** d · value(q) */
  IQ4_NL(bytes, from, { integers, scales }, at, group) {
    scales[group] = halfAt(bytes, from);
    looked(bytes, from + 2, integers, at);
  },

  /** d · (scale − 32) · value(q) for 32 numbers */
  IQ4_XS(bytes, from, { integers, scales }, at, group) {
    const d = halfAt(bytes, from);
    for (let part = 0; part < 8; part++) {
      scales[group + part] = d * scaleOfIQ4XS(bytes, from, part);
      looked(bytes, from + 8 + 16 * part, integers, at + 32 * part);
    }
  },

  /** d · scale · q for 16 numbers; q has two bits and a third in a mask, where 0 takes four off. */
  Q3_K(bytes, from, { integers, scales }, at, group) {
    const d = halfAt(bytes, from + 108);
    scalesOfQ3K(bytes, from + 96, sixteen);
    for (let part = 0; part < 16; part++) {
      scales[group + part] = d * (sixteen[part] as number);
      const side = 16 * (part & 1);
      const q = from + 32 + 32 * (part >> 3) + side;
      const shift = part & 6;
      const mask = 1 << (part >> 1);
      for (let j = 0; j < 16; j++)
        integers[at + 16 * part + j] =
          zero + (((bytes[q + j] as number) >> shift) & 3) - ((bytes[from + side + j] as number) & mask ? 0 : 4);
    }
  },

  /** d · scale · q − dmin · minimum for 32 numbers; bit `part` of byte j is the fifth bit of number j. */
  Q5_K(bytes, from, { integers, scales, minimums }, at, group) {
    const d = halfAt(bytes, from);
    const dmin = halfAt(bytes, from + 2);
    for (let part = 0; part < 8; part++) {
      scales[group + part] = d * scaleOf(bytes, from + 4, part);
      minimums[group + part] = -dmin * minimumOf(bytes, from + 4, part);
      const q = from + 48 + 32 * (part >> 1);
      const shift = 4 * (part & 1);
      for (let j = 0; j < 32; j++)
        integers[at + 32 * part + j] =
          zero + ((((bytes[q + j] as number) >> shift) & 15) | ((((bytes[from + 16 + j] as number) >> part) & 1) << 4));
    }
  },

  /** d · scale · (q − 32) for 16 numbers; q has four low bits and two high ones. */
  Q6_K(bytes, from, { integers, scales }, at, group) {
    const d = halfAt(bytes, from + 208);
    for (let part = 0; part < 16; part++)
      scales[group + part] = d * (((bytes[from + 192 + part] as number) << 24) >> 24);
    for (let part = 0; part < 8; part++) {
      const low = from + 64 * (part >> 2) + 32 * (part & 1);
      const high = from + 128 + 32 * (part >> 2);
      const lowShift = 2 * (part & 2);
      const highShift = 2 * (part & 3);
      for (let j = 0; j < 32; j++)
        integers[at + 32 * part + j] =
          zero -
          32 +
          ((((bytes[low + j] as number) >> lowShift) & 15) | ((((bytes[high + j] as number) >> highShift) & 3) << 4));
    }
  },
};

const sixteen = new Int32Array(16);

/**
 * 32 integers of five bits: a word of the fifth ones, then the fours, the low ones of a byte 16 places before the high
 * ones.
 */
function fives(bytes: Uint8Array, from: number, into: Uint8Array, to: number, offset: number): void {
  for (let j = 0; j < 16; j++) {
    const pair = bytes[from + 4 + j] as number;
    const fifth = (place: number) => (((bytes[from + (place >> 3)] as number) >> (place & 7)) & 1) << 4;
    into[to + j] = offset + ((pair & 15) | fifth(j));
    into[to + 16 + j] = offset + ((pair >> 4) | fifth(j + 16));
  }
}

/** 32 numbers of which four bits choose the value. */
function looked(bytes: Uint8Array, from: number, into: Uint8Array, to: number): void {
  for (let j = 0; j < 16; j++) {
    const pair = bytes[from + j] as number;
    into[to + j] = zero + (valuesOfIQ4[pair & 15] as number);
    into[to + 16 + j] = zero + (valuesOfIQ4[pair >> 4] as number);
  }
}
