import type { TypeDefinition } from './definition';
import { halfTable, u16 } from './half';

// ggml's “K” types: 256 numbers in a block, in groups of 16 or 32 with small integer scales of their own. d and dmin
// are the block's half-precision scales, q is a stored integer. The formulas are those of ggml's reference
// dequantisers, and each rounds to float32 once.

export const kQuants = {
  /**
   * d · scale · q − dmin · minimum for 16 numbers. q has two bits, and four numbers 32 apart share a byte. Scale and
   * minimum have four bits each.
   */
  Q2_K: {
    ggufId: 10,
    length: 256,
    bytes: 84,
    floats: [80, 82],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, to = at; from < bytes.length; from += 84) {
        const d = half[u16(bytes, from + 80)] as number;
        const dmin = half[u16(bytes, from + 82)] as number;
        let group = from;
        for (let q = from + 16; q < from + 80; q += 32) {
          for (let shift = 0; shift < 8; shift += 2) {
            for (let side = 0; side < 32; side += 16) {
              const packed = bytes[group++] as number;
              const scale = d * (packed & 15);
              const minimum = dmin * (packed >> 4);
              for (let j = 0; j < 16; j++)
                into[to++] = scale * (((bytes[q + side + j] as number) >> shift) & 3) - minimum;
            }
          }
        }
      }
    },
  },
  /** d · scale · q for 16 numbers. q has two bits, and a third in a mask: 0 subtracts four. */
  Q3_K: {
    ggufId: 11,
    length: 256,
    bytes: 110,
    floats: [108],
    unpack(bytes, into, at) {
      const half = halfTable();
      const scales = new Int32Array(16);
      for (let from = 0, to = at; from < bytes.length; from += 110) {
        const d = half[u16(bytes, from + 108)] as number;
        scalesOfQ3K(bytes, from + 96, scales);
        let group = 0;
        let mask = 1;
        for (let q = from + 32; q < from + 96; q += 32) {
          for (let shift = 0; shift < 8; shift += 2, mask <<= 1) {
            for (let side = 0; side < 32; side += 16) {
              const scale = d * (scales[group++] as number);
              for (let j = side; j < side + 16; j++)
                into[to++] =
                  scale * ((((bytes[q + j] as number) >> shift) & 3) - ((bytes[from + j] as number) & mask ? 0 : 4));
            }
          }
        }
      }
    },
  },
  /** d · scale · q − dmin · minimum for 32 numbers. Two groups share bytes, the first has the low four bits. */
  Q4_K: {
    ggufId: 12,
    length: 256,
    bytes: 144,
    floats: [0, 2],
    unpack(bytes, into, at) {
      const half = halfTable();
      const words = wordsOf(bytes);
      for (let from = 0, to = at; from < bytes.length; from += 144, to += 256) {
        const d = half[u16(bytes, from)] as number;
        const dmin = half[u16(bytes, from + 2)] as number;
        for (let pair = 0; pair < 4; pair++) {
          const low = d * scaleOf(bytes, from + 4, 2 * pair);
          const high = d * scaleOf(bytes, from + 4, 2 * pair + 1);
          const lowMinimum = dmin * minimumOf(bytes, from + 4, 2 * pair);
          const highMinimum = dmin * minimumOf(bytes, from + 4, 2 * pair + 1);
          const first = (from + 16 + 32 * pair) >> 2;
          for (let j = 0, i = to + 64 * pair; j < 8; j++, i += 4) {
            const word = words[first + j] as number;
            into[i] = low * (word & 15) - lowMinimum;
            into[i + 1] = low * ((word >>> 8) & 15) - lowMinimum;
            into[i + 2] = low * ((word >>> 16) & 15) - lowMinimum;
            into[i + 3] = low * ((word >>> 24) & 15) - lowMinimum;
            into[i + 32] = high * ((word >>> 4) & 15) - highMinimum;
            into[i + 33] = high * ((word >>> 12) & 15) - highMinimum;
            into[i + 34] = high * ((word >>> 20) & 15) - highMinimum;
            into[i + 35] = high * (word >>> 28) - highMinimum;
          }
        }
      }
    },
  },
  /** As Q4_K, with a fifth bit for each number: bit `group` of byte j belongs to number j of the group. */
  Q5_K: {
    ggufId: 13,
    length: 256,
    bytes: 176,
    floats: [0, 2],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, to = at; from < bytes.length; from += 176) {
        const d = half[u16(bytes, from)] as number;
        const dmin = half[u16(bytes, from + 2)] as number;
        for (let group = 0; group < 8; group++) {
          const scale = d * scaleOf(bytes, from + 4, group);
          const minimum = dmin * minimumOf(bytes, from + 4, group);
          const q = from + 48 + 32 * (group >> 1);
          const shift = 4 * (group & 1);
          for (let j = 0; j < 32; j++) {
            const fifth = ((bytes[from + 16 + j] as number) >> group) & 1;
            into[to++] = scale * ((((bytes[q + j] as number) >> shift) & 15) | (fifth << 4)) - minimum;
          }
        }
      }
    },
  },
  /**
   * d · scale · (q − 32) for 16 numbers, with eight-bit scales. q has four low bits and two high ones: three bytes hold
   * four numbers 32 apart.
   */
  Q6_K: {
    ggufId: 14,
    length: 256,
    bytes: 210,
    floats: [208],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, start = at; from < bytes.length; from += 210, start += 256) {
        const d = half[u16(bytes, from + 208)] as number;
        for (let part = 0; part < 4; part++) {
          const side = part >> 1;
          const sixteen = 16 * (part & 1);
          const low = from + 64 * side + sixteen;
          const high = from + 128 + 32 * side + sixteen;
          const scales = from + 192 + 8 * side + (part & 1);
          const [first, second, third, fourth] = [
            d * i8(bytes[scales] as number),
            d * i8(bytes[scales + 2] as number),
            d * i8(bytes[scales + 4] as number),
            d * i8(bytes[scales + 6] as number),
          ];
          const to = start + 128 * side + sixteen;
          for (let j = 0; j < 16; j++) {
            const a = bytes[low + j] as number;
            const b = bytes[low + 32 + j] as number;
            const twos = bytes[high + j] as number;
            into[to + j] = first * (((a & 15) | ((twos & 3) << 4)) - 32);
            into[to + 32 + j] = second * (((b & 15) | ((twos & 12) << 2)) - 32);
            into[to + 64 + j] = third * (((a >> 4) | (twos & 48)) - 32);
            into[to + 96 + j] = fourth * (((b >> 4) | ((twos & 192) >> 2)) - 32);
          }
        }
      }
    },
  },
} satisfies Record<string, TypeDefinition>;

/** The sixteen six-bit scales of Q3_K: eight bytes of low four bits, then four bytes of high two bits. */
function scalesOfQ3K(bytes: Uint8Array, from: number, scales: Int32Array): void {
  for (let i = 0; i < 16; i++) {
    const low = i < 8 ? (bytes[from + i] as number) & 15 : (bytes[from + i - 8] as number) >> 4;
    const high = ((bytes[from + 8 + (i % 4)] as number) >> (2 * (i >> 2))) & 3;
    scales[i] = (low | (high << 4)) - 32;
  }
}

/** The scale and the minimum of group 0 … 7 in Q4_K and Q5_K, six bits each in twelve bytes. */
const scaleOf = (bytes: Uint8Array, from: number, group: number): number =>
  group < 4
    ? (bytes[from + group] as number) & 63
    : ((bytes[from + group + 4] as number) & 15) | (((bytes[from + group - 4] as number) >> 6) << 4);
const minimumOf = (bytes: Uint8Array, from: number, group: number): number =>
  group < 4
    ? (bytes[from + group + 4] as number) & 63
    : ((bytes[from + group + 4] as number) >> 4) | (((bytes[from + group] as number) >> 6) << 4);

const i8 = (byte: number): number => (byte << 24) >> 24;

/** The same bytes as little-endian words. They are copied if they do not begin at a multiple of 4. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
}
