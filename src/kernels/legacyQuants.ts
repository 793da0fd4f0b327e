import {
  columnBytes, gather, halves, highFours, lowerHalves, lowFours, scaled, scaledAndShifted, upperHalves,
} from './fourRows';

/**
 * Types with blocks of 32 numbers: `columns` numbers, one block or more, of four rows. A block has one scale. Byte j of
 * the four-bit types holds number j in its low bits and number j + 16 in its high bits. The formulas are those of
 * src/engine/weights/types/legacyQuants.ts.
 */

/** Half a block, in bytes of the panel. */
const half: usize = 16 * columnBytes;

/** d · (q − 8) */
export function q4_0(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  const end = scratch + 64;
  do {
    const scale = halves(upperHalves(source, rowBytes), -24);
    gather(source + 2, rowBytes, 4, scratch, 16);
    let words = scratch;
    do {
      const word = v128.load(words);
      scaled(panel, columnBytes, i8x16.sub(lowFours(word), i8x16.splat(8)), scale);
      scaled(panel + half, columnBytes, i8x16.sub(highFours(word), i8x16.splat(8)), scale);
      panel += 4 * columnBytes;
      words += 16;
    } while (words < end);
    panel += half;
    source += 18;
    columns -= 32;
  } while (columns > 0);
}

/** d · q + m */
export function q4_1(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  const end = scratch + 80;
  do {
    gather(source, rowBytes, 5, scratch, 16);
    const header = v128.load(scratch);
    const scale = lowerHalves(header, -24);
    const minimum = halves(header, 0);
    let words = scratch + 16;
    do {
      const word = v128.load(words);
      scaledAndShifted(panel, lowFours(word), scale, minimum);
      scaledAndShifted(panel + half, highFours(word), scale, minimum);
      panel += 4 * columnBytes;
      words += 16;
    } while (words < end);
    panel += half;
    source += 20;
    columns -= 32;
  } while (columns > 0);
}

/** Moves the lowest four bits of each lane to bit 4 of its four bytes. The four copies in the product never overlap. */
// @ts-ignore: decorator
@inline
function fifthBits(bits: v128): v128 {
  const copies = i32x4.mul(v128.and(bits, i32x4.splat(15)), i32x4.splat(1 << 4 | 1 << 11 | 1 << 18 | 1 << 25));
  return v128.and(copies, i8x16.splat(16));
}

/** d · (q − 16). Bit j of a 32-bit word before the four-bit integers is the fifth bit of number j. */
export function q5_0(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  const end = scratch + 80;
  do {
    const scale = halves(upperHalves(source, rowBytes), -24);
    gather(source + 2, rowBytes, 5, scratch, 16);
    let fifths = v128.load(scratch);
    let words = scratch + 16;
    do {
      const word = v128.load(words);
      const low = v128.or(lowFours(word), fifthBits(fifths));
      const high = v128.or(highFours(word), fifthBits(i32x4.shr_u(fifths, 16)));
      scaled(panel, columnBytes, i8x16.sub(low, i8x16.splat(16)), scale);
      scaled(panel + half, columnBytes, i8x16.sub(high, i8x16.splat(16)), scale);
      fifths = i32x4.shr_u(fifths, 4);
      panel += 4 * columnBytes;
      words += 16;
    } while (words < end);
    panel += half;
    source += 22;
    columns -= 32;
  } while (columns > 0);
}

/** d · q + m, with fifth bits as in Q5_0 */
export function q5_1(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  const end = scratch + 96;
  do {
    gather(source, rowBytes, 6, scratch, 16);
    const header = v128.load(scratch);
    const scale = lowerHalves(header, -24);
    const minimum = halves(header, 0);
    let fifths = v128.load(scratch, 16);
    let words = scratch + 32;
    do {
      const word = v128.load(words);
      const low = v128.or(lowFours(word), fifthBits(fifths));
      const high = v128.or(highFours(word), fifthBits(i32x4.shr_u(fifths, 16)));
      scaledAndShifted(panel, low, scale, minimum);
      scaledAndShifted(panel + half, high, scale, minimum);
      fifths = i32x4.shr_u(fifths, 4);
      panel += 4 * columnBytes;
      words += 16;
    } while (words < end);
    panel += half;
    source += 24;
    columns -= 32;
  } while (columns > 0);
}

/** d · q */
export function q8_0(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  const end = scratch + 128;
  do {
    const scale = halves(upperHalves(source, rowBytes), -24);
    gather(source + 2, rowBytes, 8, scratch, 16);
    let words = scratch;
    do {
      scaled(panel, columnBytes, v128.load(words), scale);
      panel += 4 * columnBytes;
      words += 16;
    } while (words < end);
    source += 34;
    columns -= 32;
  } while (columns > 0);
}

/** The values of IQ4, looked up by bytes of 0 … 15. */
// @ts-ignore: decorator
@inline
function iq4Values(indices: v128): v128 {
  return i8x16.swizzle(i8x16(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113), indices);
}

/** scale · value(q) for 32 numbers, whose four words begin at `words` */
// @ts-ignore: decorator
@inline
export function iq4Group(words: usize, panel: usize, scale: v128): void {
  const end = words + 64;
  do {
    const word = v128.load(words);
    scaled(panel, columnBytes, iq4Values(lowFours(word)), scale);
    scaled(panel + half, columnBytes, iq4Values(highFours(word)), scale);
    panel += 4 * columnBytes;
    words += 16;
  } while (words < end);
}

/** d · value(q) */
export function iq4NL(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  do {
    const scale = halves(upperHalves(source, rowBytes), -24);
    gather(source + 2, rowBytes, 4, scratch, 16);
    iq4Group(scratch, panel, scale);
    panel += 2 * half;
    source += 18;
    columns -= 32;
  } while (columns > 0);
}
