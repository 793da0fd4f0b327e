import type { TypeDefinition } from './definition';
import { halfAt } from './half';

// ggml's types of numbers with three values, and of four-bit floating-point numbers. The formulas are those of ggml's
// reference dequantisers, and each rounds to float32 once.

/** Twice the values of four-bit floating-point numbers with two bits of exponent and one of fraction. */
const e2m1Values = Int32Array.of(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);

export const tinyQuants = {
  /** d · value(q), 32 numbers in a block: the low four bits of its bytes, then the high four. d is a power of two. */
  MXFP4: {
    ggufId: 39,
    length: 32,
    bytes: 17,
    floats: [0],
    // Of the one byte that is d: with 2^124 and more, products could leave float32.
    exponent: 0xfc,
    unpack(bytes, into, at) {
      for (let from = 0, to = at; from < bytes.length; from += 17, to += 32)
        writeFours(2 ** ((bytes[from] as number) - 128), bytes.subarray(from + 1, from + 17), into, to);
    },
  },
  /** As MXFP4, with four groups of 16 numbers in a block, whose d has four bits of exponent and three of fraction. */
  NVFP4: {
    ggufId: 40,
    length: 64,
    bytes: 36,
    floats: [],
    unpack(bytes, into, at) {
      for (let from = 0, to = at; from < bytes.length; from += 36, to += 64) writeGroups(bytes, from, into, to);
    },
  },
  /** As NVFP4, behind a float32 number that d is multiplied with in float32. No file has it: see `matrixScales.ts`. */
  NVFP4_SCALED: {
    ...behindScale('NVFP4', -40, 36),
    unpack(bytes, into, at) {
      const scales = new DataView(bytes.buffer, bytes.byteOffset);
      for (let from = 0, to = at; from < bytes.length; from += 40, to += 64)
        writeGroups(bytes, from + 4, into, to, scales.getFloat32(from, true));
    },
  },
  /** Numbers of one byte times the scale. No file has it: see `blockScales.ts`. */
  F8_E4M3_SCALED: {
    ...behindScale('F8_E4M3', -8, 64),
    unpack(bytes, into, at) {
      const scales = new DataView(bytes.buffer, bytes.byteOffset);
      for (let from = 0, to = at; from < bytes.length; from += 68) {
        const scale = scales.getFloat32(from, true);
        for (let i = 4; i < 68; i++) into[to++] = (e4m3[bytes[from + i] as number] as number) * scale;
      }
    },
  },
  /**
   * d · (q − 1), 256 numbers in a block. A byte is a fraction with five digits of base 3, or four at the end of the
   * block. Its digits belong to numbers that lie 32 apart, later 16 and 4.
   */
  TQ1_0: {
    ggufId: 34,
    length: 256,
    bytes: 54,
    floats: [52],
    unpack(bytes, into, at) {
      for (let from = 0, to = at; from < bytes.length; from += 54) {
        const d = halfAt(bytes, from + 52);
        for (const [first, count, digits] of ternary) {
          for (let digit = 0, power = 1; digit < digits; digit++, power *= 3) {
            for (let j = 0; j < count; j++)
              into[to++] = d * ((((((bytes[from + first + j] as number) * power) & 255) * 3) >> 8) - 1);
          }
        }
      }
    },
  },
  /** d · (q − 1), 256 numbers in a block. q has two bits, and four numbers 32 apart share a byte. */
  TQ2_0: {
    ggufId: 35,
    length: 256,
    bytes: 66,
    floats: [64],
    unpack(bytes, into, at) {
      for (let from = 0, to = at; from < bytes.length; from += 66) {
        const d = halfAt(bytes, from + 64);
        for (let q = from; q < from + 64; q += 32) {
          for (let shift = 0; shift < 8; shift += 2)
            for (let j = 0; j < 32; j++) into[to++] = d * ((((bytes[q + j] as number) >> shift) & 3) - 1);
        }
      }
    },
  },
} satisfies Record<string, TypeDefinition>;

/** The parts of a block of TQ1_0: first byte, bytes, digits of each. */
const ternary = [
  [0, 32, 5],
  [32, 16, 5],
  [48, 4, 4],
] as const;

/** Blocks of 64 numbers that begin with a float32 scale. With 2^113 and more, products could leave float32. */
function behindScale(type: string, ggufId: number, bytes: number) {
  return { ggufId, inFile: { type, bytes }, length: 64, bytes: 4 + bytes, floats: [2], exponent: 0x7800 };
}

/** The four groups of a block of NVFP4, each d times a scale. */
function writeGroups(bytes: Uint8Array, from: number, into: Float32Array, to: number, scale = 1): void {
  for (let group = 0; group < 4; group++) {
    const q = from + 4 + 8 * group;
    const d = Math.fround(e4m3Half(bytes[from + group] as number) * scale);
    writeFours(d, bytes.subarray(q, q + 8), into, to + 16 * group);
  }
}

/** d times the values of the low four bits of some bytes, then of the high four. */
function writeFours(d: number, pairs: Uint8Array, into: Float32Array, to: number): void {
  for (let j = 0; j < pairs.length; j++) {
    const pair = pairs[j] as number;
    into[to + j] = d * (e2m1Values[pair & 15] as number);
    into[to + pairs.length + j] = d * (e2m1Values[pair >> 4] as number);
  }
}

/** Numbers with four bits of exponent and three of fraction. Those that stand for no number are 480 here. */
const e4m3 = Float32Array.from({ length: 256 }, (_, byte) => {
  const [exponent, fraction] = [(byte >> 3) & 15, byte & 7];
  return (byte & 0x80 ? -1 : 1) * (exponent === 0 ? fraction * 2 ** -9 : (8 + fraction) * 2 ** (exponent - 10));
});

/** Half the number in a byte, whose sign counts for nothing. 0x7f stands for no number, and is 0 in ggml. */
const e4m3Half = (byte: number): number => (byte === 0x7f ? 0 : (e4m3[byte & 0x7f] as number) / 2);
