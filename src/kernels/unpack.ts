import { shifted, sixteens, spread, sumRow, thirtyTwos } from './codes';
import { columnBytes, gather, halves, halvesBy, held, heldHalves, upperHalves, wordOf } from './fourRows';
import { iq1M, iq1S, iq2S, iq2XS, iq2XXS, iq3S, iq3XXS } from './iQuants';
import { iq4XS, q2K, q3K, q4K, q5K, q6K, tq1_0, tq2_0 } from './kQuants';
import { iq4NL, mxfp4, nvfp4, q4_0, q4_1, q5_0, q5_1, q8_0 } from './legacyQuants';
import { beginSums } from './multiply';
import { multiplyOne } from './tiles';

/** `sumRow` from a module of its own (wide.ts). Where nothing can be gained by it, it does nothing and returns false. */
// @ts-ignore: decorator
@external('env', 'sumWide')
declare function sumWide(codes: usize, columns: i32, layout: i32, x: usize, sums: usize, scratch: usize): bool;

/** Floating-point types: `columns` numbers of four rows. A word of a row holds one F32, or two F16 or BF16. */

function float32(source: usize, rowBytes: usize, columns: i32, panel: usize): void {
  gather(source, rowBytes, columns, panel, columnBytes);
}

function float16(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  const constants = heldHalves(scratch, 0, 0);
  const mask = v128.load(constants), bias = v128.load(constants, 16), two = v128.load(constants, 32);
  const offset = v128.load(constants, 48), sign = v128.load(constants, 64);
  const pairs = columns >> 1;
  if (pairs) {
    gather(source, rowBytes, pairs, scratch, 16);
    const end = scratch + (<usize>pairs << 4);
    do {
      const word = v128.load(scratch);
      v128.store(panel, halvesBy(i32x4.shl(word, 16), mask, bias, two, offset, sign));
      v128.store(panel + columnBytes, halvesBy(word, mask, bias, two, offset, sign));
      panel += 2 * columnBytes;
      scratch += 16;
    } while (scratch < end);
  }
  if (columns & 1) v128.store(panel, halves(upperHalves(source + (<usize>pairs << 2), rowBytes), constants));
}

/** BF16 is the upper half of float32. */
function bfloat16(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  const pairs = columns >> 1;
  if (pairs) {
    const upper = held(scratch, 0, i32x4.splat(0xffff0000));
    gather(source, rowBytes, pairs, scratch, 16);
    const end = scratch + (<usize>pairs << 4);
    do {
      const word = v128.load(scratch);
      v128.store(panel, i32x4.shl(word, 16));
      v128.store(panel + columnBytes, v128.and(word, upper));
      panel += 2 * columnBytes;
      scratch += 16;
    } while (scratch < end);
  }
  if (columns & 1) v128.store(panel, upperHalves(source + (<usize>pairs << 2), rowBytes));
}

/** Number `top` of four rows: a sign, four bits of exponent and three of fraction in the highest byte of the lane. */
// @ts-ignore: decorator
@inline
function eightBits(top: v128, sign: v128, number: v128, power: v128, scale: v128): v128 {
  const small = v128.or(v128.and(i32x4.shr_u(top, 4), number), v128.and(top, sign));
  return f32x4.mul(f32x4.mul(small, power), scale);
}

/** Blocks of 64 numbers behind their scale. Where float32 has exponent and fraction, the exponent is 120 too few. */
function float8(source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize): void {
  const sign = held(scratch, 0, i32x4.splat(0x80000000)), number = held(scratch, 1, i32x4.splat(0x07f00000));
  const power = held(scratch, 2, i32x4.splat(247 << 23));
  do {
    const scale = wordOf(source, rowBytes);
    gather(source + 4, rowBytes, 16, scratch, 16);
    for (let at: usize = 0; at < 256; at += 16) {
      const word = v128.load(scratch + at);
      v128.store(panel, eightBits(i32x4.shl(word, 24), sign, number, power, scale));
      v128.store(panel + columnBytes, eightBits(i32x4.shl(word, 16), sign, number, power, scale));
      v128.store(panel + 2 * columnBytes, eightBits(i32x4.shl(word, 8), sign, number, power, scale));
      v128.store(panel + 3 * columnBytes, eightBits(word, sign, number, power, scale));
      panel += 4 * columnBytes;
    }
    source += 68;
    columns -= 64;
  } while (columns > 0);
}

/**
 * Unpacks `columns` numbers of four rows, at most 256, to codes; those of a floating-point type to a panel. `type` is
 * ggml's number, below 0 for those of ours; an unknown one ends in a trap.
 */
function unpackFour(type: i32, source: usize, rowBytes: usize, columns: i32, to: usize, scratch: usize): void {
  switch (type) {
    case -8: return float8(source, rowBytes, columns, to, scratch);
    case 0: return float32(source, rowBytes, columns, to);
    case 1: return float16(source, rowBytes, columns, to, scratch);
    case 2: return q4_0(source, rowBytes, columns, to, scratch);
    case 3: return q4_1(source, rowBytes, columns, to, scratch);
    case 6: return q5_0(source, rowBytes, columns, to, scratch);
    case 7: return q5_1(source, rowBytes, columns, to, scratch);
    case 8: return q8_0(source, rowBytes, columns, to, scratch);
    case 10: return q2K(source, rowBytes, to, scratch);
    case 11: return q3K(source, rowBytes, to, scratch);
    case 12: return q4K(source, rowBytes, to, scratch);
    case 13: return q5K(source, rowBytes, to, scratch);
    case 14: return q6K(source, rowBytes, to, scratch);
    case 16: return iq2XXS(source, rowBytes, to, scratch);
    case 17: return iq2XS(source, rowBytes, to, scratch);
    case 18: return iq3XXS(source, rowBytes, to, scratch);
    case 19: return iq1S(source, rowBytes, to, scratch);
    case 20: return iq4NL(source, rowBytes, columns, to, scratch);
    case 21: return iq3S(source, rowBytes, to, scratch);
    case 22: return iq2S(source, rowBytes, to, scratch);
    case 23: return iq4XS(source, rowBytes, to, scratch);
    case 29: return iq1M(source, rowBytes, to, scratch);
    case 30: return bfloat16(source, rowBytes, columns, to, scratch);
    case 34: return tq1_0(source, rowBytes, to, scratch);
    case 35: return tq2_0(source, rowBytes, to, scratch);
    case 39: return mxfp4(source, rowBytes, columns, to, scratch);
    case 40: return nvfp4(source, rowBytes, columns, to, scratch, 0);
    case -40: return nvfp4(source, rowBytes, columns, to, scratch, 4);
    default: return unreachable();
  }
}

/** How the codes of a type lie; 0 for a floating-point type, which has none. */
function layoutOf(type: i32): i32 {
  switch (type) {
    case -8: case 0: case 1: case 30: return 0;
    case 3: case 7: case 12: case 13: return thirtyTwos | shifted;
    case 10: return sixteens | shifted;
    case 11: case 14: case 17: case 22: case 29: case 40: case -40: return sixteens;
    default: return thirtyTwos;
  }
}

/** Where scratch memory holds codes, after the words and constants of `unpackFour`. */
const codesAt: usize = 2304;

/** Columns of a block: of the codes that are made at a time, and of the largest block of a type. */
const blockColumns = 256;

/** Unpacks at most 256 columns of 16 rows, to the panel if the type has no codes. */
function unpackBlock(
  type: i32, source: usize, rowBytes: usize, columns: i32, panel: usize, scratch: usize, layout: i32,
): void {
  const to = layout ? scratch + codesAt : panel;
  for (let row: usize = 0; row < 16; row += 4) {
    unpackFour(type, source + row * rowBytes, rowBytes, columns, to + (row << 2), scratch);
  }
}

/**
 * Unpacks 16 rows of a stored matrix, `columns` numbers from column `first` on, to a panel of float32, `columns × 16`.
 *
 * Row i begins at rows + i · rowBytes, at any address. A column takes `bytesPerColumn` bytes of a row, a fraction if
 * several share a byte. `first` and `columns` are whole blocks of the type. The panel has the 16 numbers of a column
 * side by side and begins at a multiple of 16. `scratch` is 8,448 bytes of the calling thread alone, at a multiple of
 * 16. Finite numbers equal those of src/engine/weights/types to the bit.
 */
export function unpack(
  type: i32, rows: usize, rowBytes: usize, bytesPerColumn: f64, first: i32, columns: i32, panel: usize, scratch: usize,
): void {
  const layout = layoutOf(type);
  let source = rows + <usize>(<f64>first * bytesPerColumn);
  while (columns > 0) {
    const count = min(blockColumns, columns);
    unpackBlock(type, source, rowBytes, count, panel, scratch, layout);
    if (layout) spread(scratch + codesAt, count, layout, panel, scratch);
    columns -= count;
    source += <usize>(<f64>count * bytesPerColumn);
    panel += <usize>count * columnBytes;
  }
}

/**
 * The products of one vector with 16 stored rows of as many columns, plus the 16 numbers at `bias` unless it is 0. The
 * weights of a block stay in registers between their bytes and the sums. Sums have the order, and so the bits, of
 * `unpack` and `multiply`. `panel` has room for 256 columns.
 */
export function multiplyRow(
  type: i32, rows: usize, rowBytes: usize, bytesPerColumn: f64, x: usize, columns: i32, out: usize, bias: usize,
  panel: usize, scratch: usize,
): void {
  const layout = layoutOf(type), codes = scratch + codesAt;
  // The processor fetches ahead within a row alone, so all lines of the rows are asked for at once.
  const end = rows + 15 * rowBytes + <usize>(<f64>columns * bytesPerColumn);
  for (let line = rows; line < end; line += 64) load<u8>(line);
  beginSums(out, 0, 1, bias);
  while (columns > 0) {
    const count = min(blockColumns, columns);
    unpackBlock(type, rows, rowBytes, count, panel, scratch, layout);
    if (layout === 0) multiplyOne(x, panel, columnBytes, out, count);
    else if (!sumWide(codes, count, layout, x, out, scratch)) sumRow(codes, count, layout, x, out, scratch);
    columns -= count;
    rows += <usize>(<f64>count * bytesPerColumn);
    x += <usize>count << 2;
  }
}
