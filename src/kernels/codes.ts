import { columnBytes, heldTop } from './fourRows';
import { madd } from './madd';

/**
 * Quantised weights of 16 rows between their blocks and float32: at most 256 columns of signed bytes q, and a scale for
 * each group of 16 or 32 columns. A weight is scale · q, or scale · q + shift. A word of each row holds four columns, and
 * the words of 16 rows lie side by side. Scales and shifts of a group lie side by side as well. A byte is converted at
 * the top of its lane, so a scale has a factor of 2^-24.
 */
export const scalesAt: usize = 4096;
export const shiftsAt: usize = 5120;

/** The words of 16 rows: four columns. */
export const wordBytes: usize = 64;

/** How codes lie: the columns of a group, as the power of two by which it has more words than scales; and a flag. */
export const sixteens = 2, thirtyTwos = 3, shifted = 16;

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

/** Writes scale · q for the four signed bytes q of each row, 64 bytes apart. */
// @ts-ignore: decorator
@inline
export function scaled(to: usize, bytes: v128, scale: v128, top: v128): void {
  v128.store(to, f32x4.mul(firstOf(bytes), scale));
  v128.store(to + columnBytes, f32x4.mul(secondOf(bytes, top), scale));
  v128.store(to + 2 * columnBytes, f32x4.mul(thirdOf(bytes, top), scale));
  v128.store(to + 3 * columnBytes, f32x4.mul(fourthOf(bytes, top), scale));
}

// @ts-ignore: decorator
@inline
function weight<Shift>(q: v128, scale: v128, shift: v128): v128 {
  if (isFloat<Shift>()) return madd(q, scale, shift);
  return f32x4.mul(q, scale);
}

/** Where the four rows of a quad lie among sixteen: 0, 16, 32 or 48 bytes for i8, i16, i32 and i64. */
// @ts-ignore: decorator
@inline
function at<Quad>(): usize {
  return <usize>ctz<u32>(<u32>sizeof<Quad>()) << 4;
}

/** Writes four columns of four rows to a panel. */
// @ts-ignore: decorator
@inline
function spreadFour<Shift, Quad>(panel: usize, codes: usize, scales: usize, top: v128): void {
  const word = v128.load(codes, at<Quad>()), scale = v128.load(scales, scalesAt + at<Quad>());
  const shift = isFloat<Shift>() ? v128.load(scales, shiftsAt + at<Quad>()) : scale;
  v128.store(panel, weight<Shift>(firstOf(word), scale, shift), at<Quad>());
  v128.store(panel, weight<Shift>(secondOf(word, top), scale, shift), columnBytes + at<Quad>());
  v128.store(panel, weight<Shift>(thirdOf(word, top), scale, shift), 2 * columnBytes + at<Quad>());
  v128.store(panel, weight<Shift>(fourthOf(word, top), scale, shift), 3 * columnBytes + at<Quad>());
}

// @ts-ignore: decorator
@inline
function spreadBy<Shift>(codes: usize, columns: i32, group: usize, panel: usize, top: v128): void {
  const begin = codes, end = codes + (<usize>columns << 4);
  do {
    const scales = begin + ((codes - begin) >> group & ~63);
    spreadFour<Shift, i8>(panel, codes, scales, top);
    spreadFour<Shift, i16>(panel, codes, scales, top);
    spreadFour<Shift, i32>(panel, codes, scales, top);
    spreadFour<Shift, i64>(panel, codes, scales, top);
    codes += wordBytes;
    panel += 4 * columnBytes;
  } while (codes < end);
}

/** Writes the weights to a panel of float32, `columns × 16`. */
export function spread(codes: usize, columns: i32, layout: i32, panel: usize, scratch: usize): void {
  const top = heldTop(scratch), group = <usize>(layout & ~shifted);
  if (layout & shifted) spreadBy<f32>(codes, columns, group, panel, top);
  else spreadBy<i32>(codes, columns, group, panel, top);
}

/** Adds the products of four numbers x with four columns of four rows to their sums. */
// @ts-ignore: decorator
@inline
function addFour<Shift, Quad>(
  sum: v128, codes: usize, scales: usize, x0: v128, x1: v128, x2: v128, x3: v128, top: v128,
): v128 {
  const word = v128.load(codes, at<Quad>()), scale = v128.load(scales, scalesAt + at<Quad>());
  const shift = isFloat<Shift>() ? v128.load(scales, shiftsAt + at<Quad>()) : scale;
  sum = madd(x0, weight<Shift>(firstOf(word), scale, shift), sum);
  sum = madd(x1, weight<Shift>(secondOf(word, top), scale, shift), sum);
  sum = madd(x2, weight<Shift>(thirdOf(word, top), scale, shift), sum);
  return madd(x3, weight<Shift>(fourthOf(word, top), scale, shift), sum);
}

// @ts-ignore: decorator
@inline
function sumBy<Shift>(codes: usize, columns: i32, group: usize, x: usize, sums: usize, top: v128): void {
  let s0 = v128.load(sums), s1 = v128.load(sums, 16), s2 = v128.load(sums, 32), s3 = v128.load(sums, 48);
  const begin = codes, end = codes + (<usize>columns << 4);
  do {
    const scales = begin + ((codes - begin) >> group & ~63);
    const x0 = v128.load32_splat(x), x1 = v128.load32_splat(x, 4);
    const x2 = v128.load32_splat(x, 8), x3 = v128.load32_splat(x, 12);
    s0 = addFour<Shift, i8>(s0, codes, scales, x0, x1, x2, x3, top);
    s1 = addFour<Shift, i16>(s1, codes, scales, x0, x1, x2, x3, top);
    s2 = addFour<Shift, i32>(s2, codes, scales, x0, x1, x2, x3, top);
    s3 = addFour<Shift, i64>(s3, codes, scales, x0, x1, x2, x3, top);
    codes += wordBytes;
    x += 16;
  } while (codes < end);
  v128.store(sums, s0); v128.store(sums, s1, 16); v128.store(sums, s2, 32); v128.store(sums, s3, 48);
}

/**
 * Adds the products of a vector x with the codes of 16 rows to 16 sums, column by column as `multiply` does. Returns
 * true, which tells the caller that it exists: see `sumWide`.
 */
export function sumRow(codes: usize, columns: i32, layout: i32, x: usize, sums: usize, scratch: usize): bool {
  const top = heldTop(scratch), group = <usize>(layout & ~shifted);
  if (layout & shifted) sumBy<f32>(codes, columns, group, x, sums, top);
  else sumBy<i32>(codes, columns, group, x, sums, top);
  return true;
}
