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

/** Where scratch memory holds constants, after the words of a block: 128 of F16. */
const heldAt: usize = 2048;

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

/** The top byte of each lane, which the functions of codes.ts need. */
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

// @ts-ignore: decorator
@inline
function splitWord(to: usize, word: v128, fours: v128, less: v128, apart: usize): void {
  v128.store(to, i8x16.sub(v128.and(word, fours), less));
  v128.store(to + apart, i8x16.sub(v128.and(i32x4.shr_u(word, 4), fours), less));
}

/**
 * Splits 16 bytes of each row into four-bit numbers, minus `less`: those in the low bits go to four words of codes from
 * `to` on, those in the high bits `apart` bytes later. Eight shuffles transpose the square of 4 × 4 words.
 */
// @ts-ignore: decorator
@inline
export function splitFours(source: usize, rowBytes: usize, to: usize, fours: v128, less: v128, apart: usize): void {
  const row1 = source + rowBytes, row2 = row1 + rowBytes;
  const a = v128.load(source), b = v128.load(row1), c = v128.load(row2), d = v128.load(row2 + rowBytes);
  const abLow = i32x4.shuffle(a, b, 0, 4, 1, 5), cdLow = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const abHigh = i32x4.shuffle(a, b, 2, 6, 3, 7), cdHigh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  splitWord(to, i64x2.shuffle(abLow, cdLow, 0, 2), fours, less, apart);
  splitWord(to + 64, i64x2.shuffle(abLow, cdLow, 1, 3), fours, less, apart);
  splitWord(to + 128, i64x2.shuffle(abHigh, cdHigh, 0, 2), fours, less, apart);
  splitWord(to + 192, i64x2.shuffle(abHigh, cdHigh, 1, 3), fours, less, apart);
}

/** Four bytes of each row. */
// @ts-ignore: decorator
@inline
export function wordOf(source: usize, rowBytes: usize): v128 {
  let word = v128.load32_zero(source);
  word = v128.load32_lane(source + rowBytes, word, 1);
  word = v128.load32_lane(source + 2 * rowBytes, word, 2);
  return v128.load32_lane(source + 3 * rowBytes, word, 3);
}

/** Gathers four words from the four rows: eight shuffles transpose their square. */
// @ts-ignore: decorator
@inline
export function gatherFour(source: usize, rowBytes: usize, to: usize, step: usize): void {
  const row1 = source + rowBytes, row2 = row1 + rowBytes;
  const a = v128.load(source), b = v128.load(row1), c = v128.load(row2), d = v128.load(row2 + rowBytes);
  const abLow = i32x4.shuffle(a, b, 0, 4, 1, 5), cdLow = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const abHigh = i32x4.shuffle(a, b, 2, 6, 3, 7), cdHigh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(abLow, cdLow, 0, 2));
  v128.store(to + step, i64x2.shuffle(abLow, cdLow, 1, 3));
  v128.store(to + 2 * step, i64x2.shuffle(abHigh, cdHigh, 0, 2));
  v128.store(to + 3 * step, i64x2.shuffle(abHigh, cdHigh, 1, 3));
}

/**
 * Gathers `words` words from the four rows: word w goes to to + w · step. Eight shuffles transpose a square of 4 × 4
 * words. The last words may fill no square. They are read one by one, because a longer read could leave the memory.
 */
export function gather(source: usize, rowBytes: usize, words: i32, to: usize, step: usize): void {
  for (; words >= 4; words -= 4) {
    gatherFour(source, rowBytes, to, step);
    to += 4 * step;
    source += 16;
  }
  for (; words > 0; words--) {
    v128.store(to, wordOf(source, rowBytes));
    to += step;
    source += 4;
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
