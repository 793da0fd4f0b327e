import type { TypeDefinition } from './definition';
import { halfTable, u16 } from './half';

// ggml's first quantised types: 32 numbers in a block with one half-precision scale d and, in some, a minimum m. Byte j
// of four-bit integers holds number j in its low bits and number j + 16 in its high bits.

export const legacyQuants = {
  /** d · (q − 8) */
  Q4_0: {
    ggufId: 2,
    length: 32,
    bytes: 18,
    floats: [0],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, to = at; from < bytes.length; from += 18, to += 32) {
        const d = half[u16(bytes, from)] as number;
        for (let j = 0; j < 16; j++) {
          const pair = bytes[from + 2 + j] as number;
          into[to + j] = d * ((pair & 15) - 8);
          into[to + 16 + j] = d * ((pair >> 4) - 8);
        }
      }
    },
  },
  /** d · q + m */
  Q4_1: {
    ggufId: 3,
    length: 32,
    bytes: 20,
    floats: [0, 2],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, to = at; from < bytes.length; from += 20, to += 32) {
        const d = half[u16(bytes, from)] as number;
        const m = half[u16(bytes, from + 2)] as number;
        for (let j = 0; j < 16; j++) {
          const pair = bytes[from + 4 + j] as number;
          into[to + j] = d * (pair & 15) + m;
          into[to + 16 + j] = d * (pair >> 4) + m;
        }
      }
    },
  },
  /** d · (q − 16). Bit j of a 32-bit word before the four-bit integers is the fifth bit of number j. */
  Q5_0: {
    ggufId: 6,
    length: 32,
    bytes: 22,
    floats: [0],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, to = at; from < bytes.length; from += 22, to += 32) {
        const d = half[u16(bytes, from)] as number;
        const fifth = u32(bytes, from + 2);
        for (let j = 0; j < 16; j++) {
          const pair = bytes[from + 6 + j] as number;
          into[to + j] = d * (((pair & 15) | (((fifth >>> j) & 1) << 4)) - 16);
          into[to + 16 + j] = d * (((pair >> 4) | (((fifth >>> (j + 16)) & 1) << 4)) - 16);
        }
      }
    },
  },
  /** d · q + m, with fifth bits as in Q5_0 */
  Q5_1: {
    ggufId: 7,
    length: 32,
    bytes: 24,
    floats: [0, 2],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, to = at; from < bytes.length; from += 24, to += 32) {
        const d = half[u16(bytes, from)] as number;
        const m = half[u16(bytes, from + 2)] as number;
        const fifth = u32(bytes, from + 4);
        for (let j = 0; j < 16; j++) {
          const pair = bytes[from + 8 + j] as number;
          into[to + j] = d * ((pair & 15) | (((fifth >>> j) & 1) << 4)) + m;
          into[to + 16 + j] = d * ((pair >> 4) | (((fifth >>> (j + 16)) & 1) << 4)) + m;
        }
      }
    },
  },
  /** d · q, q from −128 to 127 */
  Q8_0: {
    ggufId: 8,
    length: 32,
    bytes: 34,
    floats: [0],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, to = at; from < bytes.length; from += 34, to += 32) {
        const d = half[u16(bytes, from)] as number;
        for (let j = 0; j < 32; j++) into[to + j] = d * (((bytes[from + 2 + j] as number) << 24) >> 24);
      }
    },
  },
} satisfies Record<string, TypeDefinition>;

const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) | (u16(bytes, at + 2) << 16);
