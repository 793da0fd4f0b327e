import { madd } from './madd';

/**
 * The steps that all stored types share. A vector has four lanes, so rows are unpacked four at a time: lane r belongs
 * to row r.
 *
 * A `word` is four bytes of each of the four rows, from the same place in each row. Integers are cut out of words as
 * bytes. Each byte then moves to the top of its lane, which keeps its sign, and is converted there. The converted
 * number is 2^24 times too large, so scales have a factor of 2^-24. Powers of two cost no precision.
 *
 * Loops test at their end (`do … while`). V8 moves constants and other invariants out of a loop only if the loop's body
 * is certain to run. In other loops each round builds all vector constants anew, which takes up to twice the time.
 */

/** From a column of the panel to the next one: 16 rows of float32. */
export const columnBytes: usize = 64;

// Indices for `swizzle` that move one byte of each lane to the top of its lane and clear the rest.
const first: v128 = i8x16(-1, -1, -1, 0, -1, -1, -1, 4, -1, -1, -1, 8, -1, -1, -1, 12);
const second: v128 = i8x16(-1, -1, -1, 1, -1, -1, -1, 5, -1, -1, -1, 9, -1, -1, -1, 13);
const third: v128 = i8x16(-1, -1, -1, 2, -1, -1, -1, 6, -1, -1, -1, 10, -1, -1, -1, 14);
const topOnly: v128 = i32x4(0xff000000, 0xff000000, 0xff000000, 0xff000000);

/**
 * Gathers `words` words from the four rows: word w goes to to + w · step. Eight shuffles transpose a square of 4 × 4
 * words. The last words may fill no square. They are read one by one, because a longer read could leave the memory.
 */
export function gather(source: usize, rowBytes: usize, words: i32, to: usize, step: usize): void {
  let row0 = source;
  let row1 = row0 + rowBytes;
  let row2 = row1 + rowBytes;
  let row3 = row2 + rowBytes;
  for (; words >= 4; words -= 4) {
    const a = v128.load(row0);
    const b = v128.load(row1);
    const c = v128.load(row2);
    const d = v128.load(row3);
    const abLow = i32x4.shuffle(a, b, 0, 4, 1, 5);
    const cdLow = i32x4.shuffle(c, d, 0, 4, 1, 5);
    const abHigh = i32x4.shuffle(a, b, 2, 6, 3, 7);
    const cdHigh = i32x4.shuffle(c, d, 2, 6, 3, 7);
    v128.store(to, i64x2.shuffle(abLow, cdLow, 0, 2));
    v128.store(to + step, i64x2.shuffle(abLow, cdLow, 1, 3));
    v128.store(to + 2 * step, i64x2.shuffle(abHigh, cdHigh, 0, 2));
    v128.store(to + 3 * step, i64x2.shuffle(abHigh, cdHigh, 1, 3));
    to += 4 * step;
    row0 += 16;
    row1 += 16;
    row2 += 16;
    row3 += 16;
  }
  for (; words > 0; words--) {
    let word = v128.load32_zero(row0);
    word = v128.load32_lane(row1, word, 1);
    word = v128.load32_lane(row2, word, 2);
    v128.store(to, v128.load32_lane(row3, word, 3));
    to += step;
    row0 += 4;
    row1 += 4;
    row2 += 4;
    row3 += 4;
  }
}

/** Two bytes of each row, in the upper half of its lane; the lower half is zero. */
// @ts-ignore: decorator
@inline
export function upperHalves(source: usize, rowBytes: usize): v128 {
  let pair = v128.load16_lane(source, i32x4.splat(0), 1);
  pair = v128.load16_lane(source + rowBytes, pair, 3);
  pair = v128.load16_lane(source + 2 * rowBytes, pair, 5);
  return v128.load16_lane(source + 3 * rowBytes, pair, 7);
}

/**
 * The finite half-precision numbers in the upper halves of the lanes, times 2^power; the lower halves are ignored.
 *
 * Shifted by three bits, a half has its exponent and fraction where float32 has them, and the exponent needs another
 * bias. The result x is right for normal halves. A subnormal half stands for 0.f · 2^-14 but becomes x = 1.f · 2^-15,
 * so 2x − 2^-14 is right. That is the smaller one of the two exactly for subnormals. No step meets a subnormal float32,
 * which takes many processors a hundred times longer.
 */
// @ts-ignore: decorator
@inline
export function halves(upper: v128, power: i32): v128 {
  const bits = v128.and(i32x4.shr_u(upper, 3), i32x4.splat(0x0fffe000));
  const normal = i32x4.add(bits, i32x4.splat((112 + power) << 23));
  const offset = f32x4.splat(-reinterpret<f32>((113 + power) << 23));
  const subnormal = madd(normal, f32x4.splat(2), offset);
  return v128.or(f32x4.pmin(normal, subnormal), v128.and(upper, i32x4.splat(0x80000000)));
}

/** The same for the lower halves. */
// @ts-ignore: decorator
@inline
export function lowerHalves(word: v128, power: i32): v128 {
  return halves(i32x4.shl(word, 16), power);
}

/** The low four bits of each byte. */
// @ts-ignore: decorator
@inline
export function lowFours(word: v128): v128 {
  return v128.and(word, i8x16.splat(15));
}

/** The high four bits of each byte. */
// @ts-ignore: decorator
@inline
export function highFours(word: v128): v128 {
  return v128.and(i32x4.shr_u(word, 4), i8x16.splat(15));
}

// @ts-ignore: decorator
@inline
function firstOf(bytes: v128): v128 {
  return f32x4.convert_i32x4_s(i8x16.swizzle(bytes, first));
}

// @ts-ignore: decorator
@inline
function secondOf(bytes: v128): v128 {
  return f32x4.convert_i32x4_s(i8x16.swizzle(bytes, second));
}

// @ts-ignore: decorator
@inline
function thirdOf(bytes: v128): v128 {
  return f32x4.convert_i32x4_s(i8x16.swizzle(bytes, third));
}

// @ts-ignore: decorator
@inline
function fourthOf(bytes: v128): v128 {
  return f32x4.convert_i32x4_s(v128.and(bytes, topOnly));
}

/**
 * Writes scale · q for the four signed bytes q of each row, where `scale` has a factor of 2^-24. Byte i goes to
 * to + i · step.
 */
// @ts-ignore: decorator
@inline
export function scaled(to: usize, step: usize, bytes: v128, scale: v128): void {
  v128.store(to, f32x4.mul(firstOf(bytes), scale));
  v128.store(to + step, f32x4.mul(secondOf(bytes), scale));
  v128.store(to + 2 * step, f32x4.mul(thirdOf(bytes), scale));
  v128.store(to + 3 * step, f32x4.mul(fourthOf(bytes), scale));
}

/** Writes scale · q + shift for the four signed bytes q of each row to four columns of the panel. */
// @ts-ignore: decorator
@inline
export function scaledAndShifted(panel: usize, bytes: v128, scale: v128, shift: v128): void {
  v128.store(panel, madd(firstOf(bytes), scale, shift));
  v128.store(panel + columnBytes, madd(secondOf(bytes), scale, shift));
  v128.store(panel + 2 * columnBytes, madd(thirdOf(bytes), scale, shift));
  v128.store(panel + 3 * columnBytes, madd(fourthOf(bytes), scale, shift));
}
