import { scaled, scalesAt, shiftsAt, wordBytes } from './codes';
import {
  gather, halves, held, heldFours, heldHalves, heldTop, highFours, lowerHalves, lowFours, splitFours, upperHalves,
} from './fourRows';
import { iq4Values, valueGroup } from './legacyQuants';

/**
 * Types with blocks of 256 numbers: one block of four rows. Groups of 16 or 32 numbers have small integer scales of
 * their own. Each function first writes the scale of every group to scratch memory, then the numbers to the panel. The
 * formulas are those of src/engine/weights/types/kQuants.ts and iQuants.ts.
 *
 * The scales of groups are bytes, too, and are converted at the top of their lanes. A scale therefore starts from d ·
 * 2^-48: 2^-24 for its own bytes and 2^-24 for the numbers. A minimum starts from dmin · 2^-24.
 */

/** Groups of codes. */
const sixteen: usize = 4 * wordBytes, thirtyTwo: usize = 8 * wordBytes;

/** The lowest two bits of each byte, after a shift to the right; `three` is their mask. */
// @ts-ignore: decorator
@inline
function twos(word: v128, shift: i32, three: v128): v128 {
  return v128.and(i32x4.shr_u(word, shift), three);
}

/**
 * d · scale · q − dmin · minimum for groups of 16. Four numbers that lie 32 apart share a byte. Scale and minimum of a
 * group share another.
 */
export function q2K(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  const top = heldTop(scratch), fours = heldFours(scratch), three = held(scratch, 2, i8x16.splat(3));
  gather(source, rowBytes, 21, scratch, 16);
  const header = v128.load(scratch, 320);
  const d = lowerHalves(header, heldHalves(scratch, 5, -48));
  const dmin = f32x4.neg(halves(header, heldHalves(scratch, 5, -24)));
  const scales = codes + scalesAt;
  const shifts = codes + shiftsAt;
  for (let i: usize = 0; i < 4; i++) {
    const packed = v128.load(scratch + (i << 4));
    scaled(scales + (i << 8), lowFours(packed, fours), d, top);
    scaled(shifts + (i << 8), highFours(packed, fours), dmin, top);
  }
  for (let index: usize = 0; index < 16; index++) {
    const shift = <i32>(index & 6);
    let words = scratch + 64 + ((index >> 3) << 7) + ((index & 1) << 6);
    const end = words + 64;
    do {
      v128.store(codes, twos(v128.load(words), shift, three));
      codes += wordBytes;
      words += 16;
    } while (words < end);
  }
}

/**
 * d · (scale − 32) · q for groups of 16. q has two bits and a third one in a mask, where 0 takes four off. The scales
 * have six bits: four in the first two words and two in the third.
 */
export function q3K(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  const top = heldTop(scratch), fours = heldFours(scratch), three = held(scratch, 2, i8x16.splat(3));
  const one = held(scratch, 3, i8x16.splat(1)), four = held(scratch, 4, i8x16.splat(4));
  gather(source, rowBytes, 27, scratch, 16);
  const d = halves(upperHalves(source + 108, rowBytes), heldHalves(scratch, 5, -48));
  const scales = codes + scalesAt;
  const highs = v128.load(scratch, 416);
  for (let i: usize = 0; i < 4; i++) {
    const both = v128.load(scratch + 384 + ((i & 1) << 4));
    const low = lowFours(i32x4.shr_u(both, <i32>(i >> 1) << 2), fours);
    const six = v128.or(low, i32x4.shl(twos(highs, <i32>i << 1, three), 4));
    scaled(scales + (i << 8), i8x16.sub(six, i8x16.splat(32)), d, top);
  }
  for (let index: usize = 0; index < 16; index++) {
    const shift = <i32>(index & 6);
    let mask = scratch + ((index & 1) << 6);
    let words = mask + 128 + ((index >> 3) << 7);
    const end = words + 64;
    do {
      const third = v128.and(i32x4.shr_u(v128.load(mask), <i32>(index >> 1)), one);
      const q = v128.or(twos(v128.load(words), shift, three), i32x4.shl(third, 2));
      v128.store(codes, i8x16.sub(q, four));
      codes += wordBytes;
      words += 16;
      mask += 16;
    } while (words < end);
  }
}

/**
 * Writes the eight scales and minimums of Q4_K and Q5_K, six bits each. Three words follow d and dmin. The first has
 * the scales of groups 0 … 3 and the second their minimums. The third has the low four bits of groups 4 … 7. Their high
 * two bits lie above the six bits of the first two words.
 */
function sixBitScales(codes: usize, scratch: usize, top: v128, fours: v128): void {
  const header = v128.load(scratch);
  const first = v128.load(scratch, 16);
  const second = v128.load(scratch, 32);
  const third = v128.load(scratch, 48);
  const six = i8x16.splat(63);
  const highTwo = i8x16.splat(48);
  const d = lowerHalves(header, heldHalves(scratch, 5, -48));
  const dmin = f32x4.neg(halves(header, heldHalves(scratch, 5, -24)));
  const scales = codes + scalesAt;
  const shifts = codes + shiftsAt;
  scaled(scales, v128.and(first, six), d, top);
  scaled(scales + 4 * wordBytes, v128.or(lowFours(third, fours), v128.and(i32x4.shr_u(first, 2), highTwo)), d, top);
  scaled(shifts, v128.and(second, six), dmin, top);
  scaled(shifts + 4 * wordBytes, v128.or(highFours(third, fours), v128.and(i32x4.shr_u(second, 2), highTwo)), dmin, top);
}

/** d · scale · q − dmin · minimum. Two groups of 32 share bytes, the first has the low four bits. */
export function q4K(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  const top = heldTop(scratch), fours = heldFours(scratch);
  gather(source, rowBytes, 4, scratch, 16);
  sixBitScales(codes, scratch, top, fours);
  const nothing = held(scratch, 2, i8x16.splat(0));
  const end = source + 144;
  source += 16;
  do {
    splitFours(source, rowBytes, codes, fours, nothing, thirtyTwo);
    splitFours(source + 16, rowBytes, codes + sixteen, fours, nothing, thirtyTwo);
    codes += 2 * thirtyTwo;
    source += 32;
  } while (source < end);
}

/** As Q4_K, with a fifth bit for each number: bit g of byte j belongs to number j of group g. */
export function q5K(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  const top = heldTop(scratch), fours = heldFours(scratch), three = held(scratch, 2, i8x16.splat(3));
  const sixteens = held(scratch, 3, i8x16.splat(16));
  gather(source, rowBytes, 44, scratch, 16);
  sixBitScales(codes, scratch, top, fours);
  let words = scratch + 192;
  for (let index: usize = 0; index < 8; index += 2) {
    let fifths = scratch + 64;
    const end = words + 128;
    do {
      const word = v128.load(words);
      const pair = twos(v128.load(fifths), <i32>index, three);
      const lowFifth = v128.and(i32x4.shl(pair, 4), sixteens);
      const highFifth = v128.and(i32x4.shl(pair, 3), sixteens);
      v128.store(codes, v128.or(lowFours(word, fours), lowFifth));
      v128.store(codes + thirtyTwo, v128.or(highFours(word, fours), highFifth));
      codes += wordBytes;
      words += 16;
      fifths += 16;
    } while (words < end);
    codes += thirtyTwo;
  }
}

/**
 * d · scale · (q − 32) for groups of 16. Three bytes hold four numbers that lie 32 apart: two bytes have their low four
 * bits and one byte has all their high two bits.
 */
export function q6K(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  const top = heldTop(scratch), fours = heldFours(scratch);
  const highTwo = held(scratch, 2, i8x16.splat(48)), middle = held(scratch, 3, i8x16.splat(32));
  gather(source, rowBytes, 52, scratch, 16);
  const d = halves(upperHalves(source + 208, rowBytes), heldHalves(scratch, 5, -48));
  const scales = codes + scalesAt;
  for (let i: usize = 0; i < 4; i++) scaled(scales + (i << 8), v128.load(scratch + 768 + (i << 4)), d, top);
  for (let part: usize = 0; part < 4; part++) {
    const index = (part >> 1 << 3) + (part & 1);
    let low = scratch + (part >> 1 << 8) + ((part & 1) << 6);
    let high = scratch + 512 + (part << 6);
    let to = codes + index * sixteen;
    const end = low + 64;
    do {
      const a = v128.load(low);
      const b = v128.load(low, 128);
      const h = v128.load(high);
      const q0 = v128.or(lowFours(a, fours), v128.and(i32x4.shl(h, 4), highTwo));
      const q1 = v128.or(lowFours(b, fours), v128.and(i32x4.shl(h, 2), highTwo));
      const q2 = v128.or(highFours(a, fours), v128.and(h, highTwo));
      const q3 = v128.or(highFours(b, fours), v128.and(i32x4.shr_u(h, 2), highTwo));
      v128.store(to, i8x16.sub(q0, middle));
      v128.store(to + thirtyTwo, i8x16.sub(q1, middle));
      v128.store(to + 2 * thirtyTwo, i8x16.sub(q2, middle));
      v128.store(to + 3 * thirtyTwo, i8x16.sub(q3, middle));
      to += wordBytes;
      low += 16;
      high += 16;
    } while (low < end);
  }
}

/**
 * d · (scale − 32) · value(q) for groups of 32. A scale has four low bits in the second word and two high bits in the
 * upper half of the first.
 */
export function iq4XS(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  gather(source, rowBytes, 34, scratch, 16);
  const header = v128.load(scratch);
  const d = lowerHalves(header, heldHalves(scratch, 5, -24));
  let highs = i32x4.shr_u(header, 16);
  let lows = v128.load(scratch, 16);
  let scales = codes;
  for (let index = 0; index < 8; index++) {
    const high = i32x4.shl(v128.and(highs, i32x4.splat(3)), 4);
    const six = v128.or(v128.and(lows, i32x4.splat(15)), high);
    const scale = f32x4.mul(f32x4.convert_i32x4_s(i32x4.sub(six, i32x4.splat(32))), d);
    v128.store(scales, scale, scalesAt);
    valueGroup(scratch + 32 + (<usize>index << 6), codes, scratch, iq4Values(scratch));
    highs = i32x4.shr_u(highs, 2);
    lows = i32x4.shr_u(lows, 4);
    scales += wordBytes;
    codes += thirtyTwo;
  }
}

/** d for the eight groups of 32 of a block that has one scale. */
function sameScales(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  const d = halves(upperHalves(source, rowBytes), heldHalves(scratch, 5, -24));
  for (let index: usize = 0; index < 8; index++) v128.store(codes + (index << 6), d, scalesAt);
}

/** Writes q − 1 for digit after digit of `count` words: each byte is a fraction in base 3. Returns where codes go on. */
function ternary(words: usize, count: usize, digits: i32, codes: usize): usize {
  let power: i16 = 1;
  do {
    for (let at = words; at < words + (count << 4); at += 16) {
      const word = v128.load(at);
      v128.store(
        codes, i8x16.sub(i8x16.narrow_i16x8_u(
          digit(i16x8.extend_low_i8x16_u(word), power), digit(i16x8.extend_high_i8x16_u(word), power),
        ), i8x16.splat(1)),
      );
      codes += wordBytes;
    }
    power *= 3;
  } while (--digits);
  return codes;
}

// @ts-ignore: decorator
@inline
function digit(bytes: v128, power: i16): v128 {
  const fraction = v128.and(i16x8.mul(bytes, i16x8.splat(power)), i16x8.splat(255));
  return i16x8.shr_u(i16x8.mul(fraction, i16x8.splat(3)), 8);
}

/** d · (q − 1) */
export function tq1_0(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  sameScales(source + 52, rowBytes, codes, scratch);
  gather(source, rowBytes, 13, scratch, 16);
  ternary(scratch + 192, 1, 4, ternary(scratch + 128, 4, 5, ternary(scratch, 8, 5, codes)));
}

/** d · (q − 1). Four numbers that lie 32 apart share a byte. */
export function tq2_0(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  const three = held(scratch, 2, i8x16.splat(3)), one = held(scratch, 3, i8x16.splat(1));
  sameScales(source + 64, rowBytes, codes, scratch);
  gather(source, rowBytes, 16, scratch, 16);
  for (let index: usize = 0; index < 64; index++) {
    const word = v128.load(scratch + ((index >> 5 << 3) + (index & 7) << 4));
    v128.store(codes + index * wordBytes, i8x16.sub(twos(word, <i32>(index >> 3 & 3) << 1, three), one));
  }
}
