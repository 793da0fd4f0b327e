import { scalesAt, shiftsAt, wordBytes } from './codes';
import { gather, gatherFour, halves, held, heldFours, heldHalves, highFours, lowerHalves, lowFours, splitFours, upperHalves, wordOf } from './fourRows';

/**
 * Types with blocks of 32 numbers: `columns` numbers, one block or more, of four rows. A block has one scale. Byte j of
 * the four-bit types holds number j in its low bits and number j + 16 in its high bits. The formulas are those of
 * src/engine/weights/types/legacyQuants.ts.
 */

/** Half a block of codes. */
const half: usize = 4 * wordBytes;

/** d · (q − 8) */
export function q4_0(source: usize, rowBytes: usize, columns: i32, codes: usize, scratch: usize): void {
  const fours = heldFours(scratch), eights = held(scratch, 2, i8x16.splat(8));
  const factors = heldHalves(scratch, 3, -24);
  let scales = codes;
  do {
    v128.store(scales, halves(upperHalves(source, rowBytes), factors), scalesAt);
    splitFours(source + 2, rowBytes, codes, fours, eights, half);
    codes += 2 * half;
    scales += wordBytes;
    source += 18;
    columns -= 32;
  } while (columns > 0);
}

/** d · q + m */
export function q4_1(source: usize, rowBytes: usize, columns: i32, codes: usize, scratch: usize): void {
  const fours = heldFours(scratch), nothing = held(scratch, 2, i8x16.splat(0));
  const factors = heldHalves(scratch, 3, -24), plain = heldHalves(scratch, 8, 0);
  let scales = codes;
  do {
    const header = wordOf(source, rowBytes);
    v128.store(scales, lowerHalves(header, factors), scalesAt);
    v128.store(scales, halves(header, plain), shiftsAt);
    splitFours(source + 4, rowBytes, codes, fours, nothing, half);
    codes += 2 * half;
    scales += wordBytes;
    source += 20;
    columns -= 32;
  } while (columns > 0);
}

/** Times this, four bits become four copies that do not overlap: bit i of copy i is bit 4 of byte i. */
const fourCopies = 1 << 4 | 1 << 11 | 1 << 18 | 1 << 25;

/** Moves the `lowest` four bits of each lane to bit 4 of its four bytes, the `sixteens`. */
// @ts-ignore: decorator
@inline
function fifthBits(bits: v128, lowest: v128, copies: v128, sixteens: v128): v128 {
  return v128.and(i32x4.mul(v128.and(bits, lowest), copies), sixteens);
}

/** Splits four words of five-bit numbers, minus `less`. Bit j of `fifths` is the fifth bit of number j. */
// @ts-ignore: decorator
@inline
function splitFives(words: usize, fifths: v128, codes: usize, scratch: usize, less: v128): void {
  const fours = heldFours(scratch), sixteens = held(scratch, 2, i8x16.splat(16));
  const lowest = held(scratch, 3, i32x4.splat(15)), copies = held(scratch, 4, i32x4.splat(fourCopies));
  const end = words + 64;
  do {
    const word = v128.load(words);
    const low = v128.or(lowFours(word, fours), fifthBits(fifths, lowest, copies, sixteens));
    const high = v128.or(highFours(word, fours), fifthBits(i32x4.shr_u(fifths, 16), lowest, copies, sixteens));
    v128.store(codes, i8x16.sub(low, less));
    v128.store(codes + half, i8x16.sub(high, less));
    fifths = i32x4.shr_u(fifths, 4);
    codes += wordBytes;
    words += 16;
  } while (words < end);
}

/** d · (q − 16). Bit j of a 32-bit word before the four-bit integers is the fifth bit of number j. */
export function q5_0(source: usize, rowBytes: usize, columns: i32, codes: usize, scratch: usize): void {
  const less = held(scratch, 5, i8x16.splat(16)), factors = heldHalves(scratch, 6, -24);
  let scales = codes;
  do {
    v128.store(scales, halves(upperHalves(source, rowBytes), factors), scalesAt);
    gather(source + 2, rowBytes, 5, scratch, 16);
    splitFives(scratch + 16, v128.load(scratch), codes, scratch, less);
    codes += 2 * half;
    scales += wordBytes;
    source += 22;
    columns -= 32;
  } while (columns > 0);
}

/** d · q + m, with fifth bits as in Q5_0 */
export function q5_1(source: usize, rowBytes: usize, columns: i32, codes: usize, scratch: usize): void {
  const less = held(scratch, 5, i8x16.splat(0));
  const factors = heldHalves(scratch, 6, -24), plain = heldHalves(scratch, 11, 0);
  let scales = codes;
  do {
    gather(source, rowBytes, 6, scratch, 16);
    const header = v128.load(scratch);
    v128.store(scales, lowerHalves(header, factors), scalesAt);
    v128.store(scales, halves(header, plain), shiftsAt);
    splitFives(scratch + 32, v128.load(scratch, 16), codes, scratch, less);
    codes += 2 * half;
    scales += wordBytes;
    source += 24;
    columns -= 32;
  } while (columns > 0);
}

/** d · q */
export function q8_0(source: usize, rowBytes: usize, columns: i32, codes: usize, scratch: usize): void {
  const factors = heldHalves(scratch, 1, -24);
  let scales = codes;
  do {
    v128.store(scales, halves(upperHalves(source, rowBytes), factors), scalesAt);
    gatherFour(source + 2, rowBytes, codes, wordBytes);
    gatherFour(source + 18, rowBytes, codes + half, wordBytes);
    codes += 2 * half;
    scales += wordBytes;
    source += 34;
    columns -= 32;
  } while (columns > 0);
}

/** value(q) of 32 numbers, whose four words begin at `words`. */
// @ts-ignore: decorator
@inline
export function iq4Group(words: usize, codes: usize, scratch: usize): void {
  const fours = heldFours(scratch);
  // The values of IQ4, looked up by bytes of 0 … 15.
  const values = held(scratch, 2, i8x16(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113));
  const end = words + 64;
  do {
    const word = v128.load(words);
    v128.store(codes, i8x16.swizzle(values, lowFours(word, fours)));
    v128.store(codes + half, i8x16.swizzle(values, highFours(word, fours)));
    codes += wordBytes;
    words += 16;
  } while (words < end);
}

/** d · value(q) */
export function iq4NL(source: usize, rowBytes: usize, columns: i32, codes: usize, scratch: usize): void {
  const factors = heldHalves(scratch, 3, -24);
  let scales = codes;
  do {
    v128.store(scales, halves(upperHalves(source, rowBytes), factors), scalesAt);
    gather(source + 2, rowBytes, 4, scratch, 16);
    iq4Group(scratch, codes, scratch);
    codes += 2 * half;
    scales += wordBytes;
    source += 18;
    columns -= 32;
  } while (columns > 0);
}
