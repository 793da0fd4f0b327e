import { scalesAt, wordBytes } from './codes';
import { gather, halves, heldHalves, upperHalves } from './fourRows';

/**
 * Types whose numbers are points of a grid, with blocks of 256 numbers. The formulas and the places of bits are those of
 * src/engine/weights/types/iQuants.ts, which also has the points that lie here, in the first page of a memory.
 */
const gridsAt = 16384;
const iq2XXSAt = gridsAt, iq2XSAt = gridsAt + 2048, iq2SAt = gridsAt + 6144, iq1At = gridsAt + 14336;
const iq3XXSAt = gridsAt + 30720, iq3SAt = gridsAt + 31744;

/** Two words: eight columns. */
const eightBytes: usize = 2 * wordBytes;

/** Gathers the words after d, and returns 2^power · d: 2^-24 for the codes, and what each type divides by. */
function begin(source: usize, rowBytes: usize, words: i32, scratch: usize, power: i32): v128 {
  gather(source + 2, rowBytes, words, scratch, 16);
  return halves(upperHalves(source, rowBytes), heldHalves(scratch, 5, power));
}

/** The bits of the four rows from bit `at` of their words on, up to the end of a word. */
function bitsFrom(words: usize, at: i32): v128 {
  return i32x4.shr_u(v128.load(words + <usize>(at >> 5 << 4)), at & 31);
}

function bits(words: usize, at: i32, mask: i32): v128 {
  return v128.and(bitsFrom(words, at), i32x4.splat(mask));
}

/** Bits of an index, and those above its lowest eight. */
function index(words: usize, at: i32, high: i32, mask: i32): v128 {
  return v128.or(bits(words, at, 255), i32x4.shl(bits(words, high, mask), 8));
}

/** Writes d · (2 · scale + 1) for `count` groups. Their scales lie `apart` bits apart, from bit `at` on. */
function oddScales(to: usize, count: usize, words: usize, at: i32, apart: i32, mask: i32, d: v128): void {
  for (const end = to + (count << 6); to < end; to += wordBytes) {
    const scale = bits(words, at, mask);
    const odd = i32x4.add(i32x4.add(scale, scale), i32x4.splat(1));
    v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(odd), d), scalesAt);
    at += apart;
  }
}

/** The lowest byte of each lane, four times. */
function spreadByte(lanes: v128): v128 {
  return i8x16.swizzle(lanes, i8x16(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12));
}

/** Writes four numbers of each row: the points of a grid with these indices. */
function four(to: usize, grid: i32, point: v128): void {
  const at = i32x4.add(i32x4.shl(point, 2), i32x4.splat(grid));
  let word = v128.load32_zero(i32x4.extract_lane(at, 0));
  word = v128.load32_lane(i32x4.extract_lane(at, 1), word, 1);
  word = v128.load32_lane(i32x4.extract_lane(at, 2), word, 2);
  v128.store(to, v128.load32_lane(i32x4.extract_lane(at, 3), word, 3));
}

/** The same of a grid whose points have eight numbers. */
function eight(to: usize, grid: i32, point: v128): void {
  const at = i32x4.add(i32x4.shl(point, 3), i32x4.splat(grid));
  const a = v128.load64_lane(i32x4.extract_lane(at, 1), v128.load64_zero(i32x4.extract_lane(at, 0)), 1);
  const b = v128.load64_lane(i32x4.extract_lane(at, 3), v128.load64_zero(i32x4.extract_lane(at, 2)), 1);
  v128.store(to, i32x4.shuffle(a, b, 0, 2, 4, 6));
  v128.store(to, i32x4.shuffle(a, b, 1, 3, 5, 7), wordBytes);
}

/** Subtracts number j, where bit j of its byte is 1. */
function signFour(to: usize, signs: v128): void {
  const each = i32x4.splat(0x08040201);
  const minus = i8x16.eq(v128.and(signs, each), each);
  v128.store(to, i8x16.sub(v128.xor(v128.load(to), minus), minus));
}

function signEight(to: usize, signs: v128): void {
  const spread = spreadByte(signs);
  signFour(to, spread);
  signFour(to + wordBytes, i32x4.shr_u(spread, 4));
}

/** Adds 1 to eight numbers, or subtracts 1 where `minus` is 1. */
function shiftEight(to: usize, minus: v128): void {
  const shift = spreadByte(i32x4.sub(i32x4.splat(1), i32x4.shl(minus, 1)));
  v128.store(to, i8x16.add(v128.load(to), shift));
  v128.store(to, i8x16.add(v128.load(to, wordBytes), shift), wordBytes);
}

/** Eight signs in seven bits: the number of minus signs is even. */
function evenSigns(words: usize, at: i32): v128 {
  const seven = bits(words, at, 127);
  return v128.or(seven, i32x4.shl(v128.and(i8x16.popcnt(seven), i32x4.splat(1)), 7));
}

export function iq2XXS(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  oddScales(codes, 8, scratch, 60, 64, 15, begin(source, rowBytes, 16, scratch, -27));
  for (let i = 0; i < 32; i++, codes += eightBytes) {
    const at = i >> 2 << 6;
    eight(codes, iq2XXSAt, bits(scratch, at + 8 * (i & 3), 255));
    signEight(codes, evenSigns(scratch, at + 32 + 7 * (i & 3)));
  }
}

export function iq2XS(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  oddScales(codes, 16, scratch, 512, 4, 15, begin(source, rowBytes, 18, scratch, -27));
  for (let i = 0; i < 32; i++, codes += eightBytes) {
    eight(codes, iq2XSAt, bits(scratch, 16 * i, 511));
    signEight(codes, evenSigns(scratch, 16 * i + 9));
  }
}

export function iq2S(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  oddScales(codes, 16, scratch, 576, 4, 15, begin(source, rowBytes, 20, scratch, -27));
  for (let i = 0; i < 32; i++, codes += eightBytes) {
    eight(codes, iq2SAt, index(scratch, 8 * i, 512 + 2 * i, 3));
    signEight(codes, bitsFrom(scratch, 256 + 8 * i));
  }
}

export function iq3XXS(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  oddScales(codes, 8, scratch, 540, 32, 15, begin(source, rowBytes, 24, scratch, -26));
  for (let i = 0; i < 32; i++, codes += eightBytes) {
    four(codes, iq3XXSAt, bits(scratch, 16 * i, 255));
    four(codes + wordBytes, iq3XXSAt, bits(scratch, 16 * i + 8, 255));
    signEight(codes, evenSigns(scratch, 512 + (i >> 2 << 5) + 7 * (i & 3)));
  }
}

export function iq3S(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  oddScales(codes, 8, scratch, 832, 4, 15, begin(source, rowBytes, 27, scratch, -24));
  for (let i = 0; i < 32; i++, codes += eightBytes) {
    four(codes, iq3SAt, index(scratch, 16 * i, 512 + 2 * i, 1));
    four(codes + wordBytes, iq3SAt, index(scratch, 16 * i + 8, 513 + 2 * i, 1));
    signEight(codes, bitsFrom(scratch, 576 + 8 * i));
  }
}

export function iq1S(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  oddScales(codes, 8, scratch, 268, 16, 7, begin(source, rowBytes, 12, scratch, -27));
  for (let i = 0; i < 32; i++, codes += eightBytes) {
    const at = 256 + (i >> 2 << 4);
    eight(codes, iq1At, index(scratch, 8 * i, at + 3 * (i & 3), 7));
    shiftEight(codes, bits(scratch, at + 15, 1));
  }
}

/** d has four bits above the scales of each 16 bits. */
export function iq1M(source: usize, rowBytes: usize, codes: usize, scratch: usize): void {
  gather(source, rowBytes, 14, scratch, 16);
  const low = v128.load(scratch, 192), high = v128.load(scratch, 208);
  const lower = i32x4.splat(0xf000), upper = i32x4.splat(0xf0000000);
  const byte = v128.or(i32x4.shl(v128.and(low, lower), 4), i32x4.shr_u(v128.and(low, upper), 8));
  const half = v128.or(byte, v128.or(i32x4.shl(v128.and(high, lower), 12), v128.and(high, upper)));
  const d = halves(half, heldHalves(scratch, 5, -27));
  for (let i = 0; i < 4; i++) oddScales(codes + (<usize>i << 8), 4, scratch, 384 + 16 * i, 3, 7, d);
  for (let i = 0; i < 32; i++, codes += eightBytes) {
    eight(codes, iq1At, index(scratch, 8 * i, 256 + 4 * i, 7));
    shiftEight(codes, bits(scratch, 259 + 4 * i, 1));
  }
}
