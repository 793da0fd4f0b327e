import { halves } from './half';

/**
 * The sixteen values that four bits stand for in IQ4: they lie closer around 0, as weights do. ggml's `kvalues_iq4nl`.
 */
export const valuesOfIQ4 = Int32Array.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);
const u16 = (bytes: Uint8Array, at: number): number => (bytes[at] as number) | ((bytes[at + 1] as number) << 8);

/** d · value(q), 32 numbers a block, the low fours first. */
export function iq4NL(bytes: Uint8Array, into: Float32Array, at: number): void {
  const half = halves();
  for (let from = 0, to = at; from < bytes.length; from += 18, to += 32) {
    const d = half[u16(bytes, from)] as number;
    for (let j = 0; j < 16; j++) {
      const pair = bytes[from + 2 + j] as number;
      into[to + j] = d * (valuesOfIQ4[pair & 15] as number);
      into[to + 16 + j] = d * (valuesOfIQ4[pair >> 4] as number);
    }
  }
}

/**
 * Scale of group 0 … 7 of a block that begins at `from`: four low bits in one place and two high ones in another, less
 * 32.
 */
export function scaleOfIQ4XS(bytes: Uint8Array, from: number, group: number): number {
  const low = ((bytes[from + 4 + (group >> 1)] as number) >> (4 * (group & 1))) & 15;
  return (low | (((u16(bytes, from + 2) >> (2 * group)) & 3) << 4)) - 32;
}

/** d · (scale − 32) · value(q), 256 numbers a block in groups of 32. */
export function iq4XS(bytes: Uint8Array, into: Float32Array, at: number): void {
  const half = halves();
  for (let from = 0, to = at; from < bytes.length; from += 136) {
    const d = half[u16(bytes, from)] as number;
    for (let group = 0; group < 8; group++, to += 32) {
      const scale = d * scaleOfIQ4XS(bytes, from, group);
      for (let j = 0; j < 16; j++) {
        const pair = bytes[from + 8 + 16 * group + j] as number;
        into[to + j] = scale * (valuesOfIQ4[pair & 15] as number);
        into[to + 16 + j] = scale * (valuesOfIQ4[pair >> 4] as number);
      }
    }
  }
}
