import { madd } from './madd';

/**
 * The steps that all stored types share. A vector has four lanes, so rows are unpacked four at a time: lane r belongs
 * to row r.
 *
 * A `word` is four bytes of each of the four rows, from the same place in each row. Integers are cut out of words as
 * bytes. Each byte then moves to the top of its lane, which keeps its sign, and is converted there. The converted
 * number is 2^24 times too large, so scales have a factor of 2^-24. Powers of two cost no precision.
 *
 * Loops test at their end (`do … while`): only then do some versions of V8 move what does not change out of a loop. Newer
 * ones never move a vector constant and build it anew in each round, which takes up to twice the time. The loops
 * therefore use constants that are `held`.
 */

/** From a column of the panel to the next one: 16 rows of float32. */
export const columnBytes: usize = 64;

/** Where scratch memory holds constants, after the words and scales of a block. */
const heldAt: usize = 3072;

/**
 * A constant that stays in a register: it is written to place `index` of scratch memory and read back, and V8 takes
 * what was read for a value that could be any.
 */
// @ts-ignore: decorator
@inline
export function held(scratch: usize, index: usize, constant: v128): v128 {
  v128.store(scratch + (index << 4), constant, heldAt);
  return v128.load(scratch + (index << 4), heldAt);
}

/** The top byte of each lane, which `scaled` and `scaledAndShifted` need. */
// @ts-ignore: decorator
@inline
export function heldTop(scratch: usize): v128 {
  return held(scratch, 0, i32x4.splat(0xff000000));
}

/** The low four bits of each byte, which `lowFours` and `highFours` need. */
// @ts-ignore: decorator
@inline
export function heldFours(scratch: usize): v128 {
  return held(scratch, 1, i8x16.splat(15));
}

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

/** Writes the constants of `halves` to five places of scratch memory from `index` on, and returns their address. */
export function heldHalves(scratch: usize, index: usize, power: i32): usize {
  const at = scratch + heldAt + (index << 4);
  v128.store(at, i32x4.splat(0x0fffe000));
  v128.store(at, i32x4.splat((112 + power) << 23), 16);
  v128.store(at, f32x4.splat(2), 32);
  v128.store(at, f32x4.splat(-reinterpret<f32>((113 + power) << 23)), 48);
  v128.store(at, i32x4.splat(0x80000000), 64);
  return at;
}

/**
 * The finite half-precision numbers in the upper halves of the lanes, times the 2^power of `heldHalves`; the lower halves
 * are ignored.
 *
 * Shifted by three bits, a half has its exponent and fraction where float32 has them, and the exponent needs another
 * bias. The result x is right for normal halves. A subnormal half stands for 0.f · 2^-14 but becomes x = 1.f · 2^-15,
 * so 2x − 2^-14 is right. That is the smaller one of the two exactly for subnormals. No step meets a subnormal float32,
 * which takes many processors a hundred times longer.
 */
// @ts-ignore: decorator
@inline
export function halves(upper: v128, constants: usize): v128 {
  return halvesBy(
    upper, v128.load(constants), v128.load(constants, 16), v128.load(constants, 32), v128.load(constants, 48),
    v128.load(constants, 64),
  );
}

/** The same with the constants themselves, for a loop that does little else. */
// @ts-ignore: decorator
@inline
export function halvesBy(upper: v128, mask: v128, bias: v128, two: v128, offset: v128, sign: v128): v128 {
  const normal = i32x4.add(v128.and(i32x4.shr_u(upper, 3), mask), bias);
  return v128.or(f32x4.pmin(normal, madd(normal, two, offset)), v128.and(upper, sign));
}

/** The same for the lower halves. */
// @ts-ignore: decorator
@inline
export function lowerHalves(word: v128, constants: usize): v128 {
  return halves(i32x4.shl(word, 16), constants);
}

/** The low four bits of each byte; `fours` is their mask. */
// @ts-ignore: decorator
@inline
export function lowFours(word: v128, fours: v128): v128 {
  return v128.and(word, fours);
}

/** The high four bits of each byte. */
// @ts-ignore: decorator
@inline
export function highFours(word: v128, fours: v128): v128 {
  return v128.and(i32x4.shr_u(word, 4), fours);
}

// @ts-ignore: decorator
@inline
function firstOf(bytes: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.shl(bytes, 24));
}

// @ts-ignore: decorator
@inline
function secondOf(bytes: v128, top: v128): v128 {
  return f32x4.convert_i32x4_s(v128.and(i32x4.shl(bytes, 16), top));
}

// @ts-ignore: decorator
@inline
function thirdOf(bytes: v128, top: v128): v128 {
  return f32x4.convert_i32x4_s(v128.and(i32x4.shl(bytes, 8), top));
}

// @ts-ignore: decorator
@inline
function fourthOf(bytes: v128, top: v128): v128 {
  return f32x4.convert_i32x4_s(v128.and(bytes, top));
}

/**
 * Writes scale · q for the four signed bytes q of each row, where `scale` has a factor of 2^-24. Byte i goes to
 * to + i · step.
 */
// @ts-ignore: decorator
@inline
export function scaled(to: usize, step: usize, bytes: v128, scale: v128, top: v128): void {
  v128.store(to, f32x4.mul(firstOf(bytes), scale));
  v128.store(to + step, f32x4.mul(secondOf(bytes, top), scale));
  v128.store(to + 2 * step, f32x4.mul(thirdOf(bytes, top), scale));
  v128.store(to + 3 * step, f32x4.mul(fourthOf(bytes, top), scale));
}

/** Writes scale · q + shift for the four signed bytes q of each row to four columns of the panel. */
// @ts-ignore: decorator
@inline
export function scaledAndShifted(panel: usize, bytes: v128, scale: v128, shift: v128, top: v128): void {
  v128.store(panel, madd(firstOf(bytes), scale, shift));
  v128.store(panel + columnBytes, madd(secondOf(bytes, top), scale, shift));
  v128.store(panel + 2 * columnBytes, madd(thirdOf(bytes, top), scale, shift));
  v128.store(panel + 3 * columnBytes, madd(fourthOf(bytes, top), scale, shift));
}
