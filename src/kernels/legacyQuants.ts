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

/** The values of IQ4, and twice those of four-bit floats, looked up by bytes of 0 … 15. */
// @ts-ignore: decorator
@inline
export function iq4Values(scratch: usize): v128 {
  return held(scratch, 2, i8x16(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113));
}
// @ts-ignore: decorator
@inline
function e2m1Values(scratch: usize): v128 {
  return held(scratch, 2, i8x16(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12));
}

/** value(q) of 32 numbers, whose four words begin at `words`. */
// @ts-ignore: decorator
@inline
export function valueGroup(words: usize, codes: usize, scratch: usize, values: v128): void {
  const fours = heldFours(scratch);
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
    valueGroup(scratch, codes, scratch, iq4Values(scratch));
    codes += 2 * half;
    scales += wordBytes;
    source += 18;
    columns -= 32;
  } while (columns > 0);
}

/** One byte of each of the four rows. */
// @ts-ignore: decorator
@inline
export function byteOf(source: usize, rowBytes: usize): v128 {
  let bytes = v128.load8_lane(source, i32x4.splat(0), 0);
  bytes = v128.load8_lane(source + rowBytes, bytes, 4);
  bytes = v128.load8_lane(source + 2 * rowBytes, bytes, 8);
  return v128.load8_lane(source + 3 * rowBytes, bytes, 12);
}

/** d · value(q) with d = 2^(byte − 128). Those below 2^-125 become 0: with the codes' factor of 2^-24 they leave float32. */
export function mxfp4(source: usize, rowBytes: usize, columns: i32, codes: usize, scratch: usize): void {
  const values = e2m1Values(scratch), factor = i32x4.splat(103 << 23);
  let scales = codes;
  do {
    const exponent = i32x4.max_s(i32x4.sub(byteOf(source, rowBytes), i32x4.splat(1)), i32x4.splat(0));
    v128.store(scales, f32x4.mul(i32x4.shl(exponent, 23), factor), scalesAt);
    gather(source + 1, rowBytes, 4, scratch, 16);
    valueGroup(scratch, codes, scratch, values);
    codes += 2 * half;
    scales += wordBytes;
    source += 17;
    columns -= 32;
  } while (columns > 0);
}

/**
 * d · value(q) for groups of 16. A `lead` is the four bytes of a float32 factor of d. Moved by 20 bits, the exponent
 * and the fraction of d lie where float32 has them, with an exponent of 120 too few; subnormal ones stay such. Half of d
 * is wanted, times 2^-24.
 */
export function nvfp4(source: usize, rowBytes: usize, columns: i32, codes: usize, scratch: usize, lead: usize): void {
  const fours = heldFours(scratch), values = e2m1Values(scratch);
  let scales = codes, factor = f32x4.splat(1);
  do {
    if (lead) factor = wordOf(source, rowBytes);
    source += lead;
    for (let group: usize = 0; group < 4; group++) {
      const d = byteOf(source + group, rowBytes);
      const number = i32x4.shl(v128.and(d, i32x4.splat(127)), 20);
      const finite = v128.andnot(number, i32x4.eq(d, i32x4.splat(127)));
      v128.store(scales, f32x4.mul(f32x4.mul(finite, i32x4.splat(222 << 23)), factor), scalesAt);
      const a = wordOf(source + 4 + 8 * group, rowBytes), b = wordOf(source + 8 + 8 * group, rowBytes);
      v128.store(codes, i8x16.swizzle(values, lowFours(a, fours)));
      v128.store(codes + wordBytes, i8x16.swizzle(values, lowFours(b, fours)));
      v128.store(codes + 2 * wordBytes, i8x16.swizzle(values, highFours(a, fours)));
      v128.store(codes + 3 * wordBytes, i8x16.swizzle(values, highFours(b, fours)));
      codes += half;
      scales += wordBytes;
    }
    source += 36;
    columns -= 64;
  } while (columns > 0);
}
