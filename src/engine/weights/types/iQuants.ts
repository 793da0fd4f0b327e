import type { TypeDefinition } from './definition';
import { halfTable, u16 } from './half';

// ggml's IQ4 types, whose four-bit integers are indices into a table.

/** ggml's `kvalues_iq4nl`: the values lie closer around 0, as weights do. */
const iq4Values = Int32Array.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);

export const iQuants = {
  /** d · value(q), 32 numbers in a block: the low four bits of its bytes, then the high four. */
  IQ4_NL: {
    ggufId: 20,
    length: 32,
    bytes: 18,
    floats: [0],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, to = at; from < bytes.length; from += 18, to += 32) {
        const d = half[u16(bytes, from)] as number;
        for (let j = 0; j < 16; j++) {
          const pair = bytes[from + 2 + j] as number;
          into[to + j] = d * (iq4Values[pair & 15] as number);
          into[to + 16 + j] = d * (iq4Values[pair >> 4] as number);
        }
      }
    },
  },
  /** d · (scale − 32) · value(q), 256 numbers in a block, in groups of 32 */
  IQ4_XS: {
    ggufId: 23,
    length: 256,
    bytes: 136,
    floats: [0],
    unpack(bytes, into, at) {
      const half = halfTable();
      for (let from = 0, to = at; from < bytes.length; from += 136) {
        const d = half[u16(bytes, from)] as number;
        for (let group = 0; group < 8; group++, to += 32) {
          const scale = d * scaleOf(bytes, from, group);
          for (let j = 0; j < 16; j++) {
            const pair = bytes[from + 8 + 16 * group + j] as number;
            into[to + j] = scale * (iq4Values[pair & 15] as number);
            into[to + 16 + j] = scale * (iq4Values[pair >> 4] as number);
          }
        }
      }
    },
  },
} satisfies Record<string, TypeDefinition>;

/** The scale of group 0 … 7 of a block at `from`: its low four bits and its high two lie in different bytes. */
function scaleOf(bytes: Uint8Array, from: number, group: number): number {
  const low = ((bytes[from + 4 + (group >> 1)] as number) >> (4 * (group & 1))) & 15;
  return (low | (((u16(bytes, from + 2) >> (2 * group)) & 3) << 4)) - 32;
}
