import { exp, greatestOf, sumOf, tanh } from './lanes';
import { multiply } from './multiply';

/**
 * softmax(scale · q·kᵀ)·v of one head for at most 32 positions, `rows` from position `first` on. Each sees itself and
 * the `window` − 1 positions before it. With a cap c above 0 the scores s become c·tanh(s/c).
 *
 * `sink` is a score without a key, which takes its share of the softmax: −∞ for none.
 *
 * `q` and `out` point to the head in their first row, `k` and `v` to the head in the row of position 0, each with its
 * stride in bytes. `scores` is scratch memory for rows × (first + rows, rounded up to 16) numbers, `panel` for headSize
 * × 16, `tile` for rows × 16.
 */
export function attend(
  q: usize, strideQ: usize, k: usize, v: usize, strideKV: usize, out: usize, strideOut: usize,
  first: i32, rows: i32, headSize: i32, window: i32, scale: f32, cap: f32,
  scores: usize, panel: usize, tile: usize, sink: f32,
): void {
  // Sums begin at a multiple of 16 before the window, and invisible positions add zeros: the bits do not depend on
  // which rows are computed together.
  const begin = max(0, first - window + 1) & ~15;
  const end = first + rows;
  const width = (end - begin + 15) & ~15;
  const stride = <usize>width << 2;
  for (let j = 0; j < width; j += 16) {
    transposeKeys(k + <usize>(begin + j) * strideKV, strideKV, min(16, end - begin - j), headSize, panel);
    multiply(q, strideQ, panel, 64, scores + (<usize>j << 2), stride, rows, headSize, false, 0);
  }
  for (let r = 0; r < rows; r++) {
    const position = first + r;
    softmax(scores + <usize>r * stride, width, max(0, position - window + 1) - begin, position + 1 - begin, scale, cap, sink);
  }
  const columns = end - begin;
  const values = v + <usize>begin * strideKV;
  let d = 0;
  for (; d + 16 <= headSize; d += 16) {
    const at = <usize>d << 2;
    multiply(scores, stride, values + at, strideKV, out + at, strideOut, rows, columns, false, 0);
  }
  if (d === headSize) return;
  // The last columns of the head: sixteen are computed, and those of the head are copied.
  const at = <usize>d << 2;
  multiply(scores, stride, values + at, strideKV, tile, 64, rows, columns, false, 0);
  for (let r = 0; r < rows; r++) {
    memory.copy(out + <usize>r * strideOut + at, tile + (<usize>r << 6), <usize>(headSize - d) << 2);
  }
}

/** Transposes `count` rows of keys to a panel of 16 columns, 0 beyond them. */
function transposeKeys(k: usize, stride: usize, count: i32, headSize: i32, panel: usize): void {
  if (count < 16) memory.fill(panel, 0, <usize>headSize << 6);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const p0 = k + <usize>i * stride, p1 = p0 + stride, p2 = p1 + stride, p3 = p2 + stride;
    const to = panel + (<usize>i << 2);
    let d = 0;
    for (; d + 4 <= headSize; d += 4) {
      const at = <usize>d << 2;
      const a = v128.load(p0 + at), b = v128.load(p1 + at), c = v128.load(p2 + at), e = v128.load(p3 + at);
      const low0 = i32x4.shuffle(a, b, 0, 4, 1, 5), high0 = i32x4.shuffle(a, b, 2, 6, 3, 7);
      const low1 = i32x4.shuffle(c, e, 0, 4, 1, 5), high1 = i32x4.shuffle(c, e, 2, 6, 3, 7);
      const line = to + (<usize>d << 6);
      v128.store(line, i64x2.shuffle(low0, low1, 0, 2));
      v128.store(line, i64x2.shuffle(low0, low1, 1, 3), 64);
      v128.store(line, i64x2.shuffle(high0, high1, 0, 2), 128);
      v128.store(line, i64x2.shuffle(high0, high1, 1, 3), 192);
    }
    for (; d < headSize; d++) {
      const at = <usize>d << 2, line = to + (<usize>d << 6);
      store<f32>(line, load<f32>(p0 + at));
      store<f32>(line, load<f32>(p1 + at), 4);
      store<f32>(line, load<f32>(p2 + at), 8);
      store<f32>(line, load<f32>(p3 + at), 12);
    }
  }
  for (; i < count; i++) {
    const from = k + <usize>i * stride, to = panel + (<usize>i << 2);
    for (let d = 0; d < headSize; d++) store<f32>(to + (<usize>d << 6), load<f32>(from + (<usize>d << 2)));
  }
}

/** Softmax in place of the scores from `from` to before `to`, 0 elsewhere. `width` is a multiple of 4. */
function softmax(s: usize, width: i32, from: i32, to: i32, scale: f32, cap: f32, sink: f32): void {
  const nothing = -Infinity as f32;
  for (let j = 0; j < from; j++) store<f32>(s + (<usize>j << 2), nothing);
  for (let j = to; j < width; j++) store<f32>(s + (<usize>j << 2), nothing);
  const bytes = <usize>width << 2;
  const factors = f32x4.splat(cap > 0 ? scale / cap : scale);
  const caps = f32x4.splat(cap);
  let best = f32x4.splat(nothing);
  for (let at: usize = 0; at < bytes; at += 16) {
    let x = f32x4.mul(v128.load(s + at), factors);
    // The capped score of an invisible position would be −c instead of −∞.
    if (cap > 0) x = v128.bitselect(f32x4.mul(tanh(x), caps), x, f32x4.gt(x, f32x4.splat(nothing)));
    v128.store(s + at, x);
    best = f32x4.max(best, x);
  }
  const greatest = f32x4.splat(max(greatestOf(best), sink));
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const x = v128.load(s + at);
    const power = v128.and(exp(f32x4.sub(x, greatest)), f32x4.gt(x, f32x4.splat(nothing)));
    v128.store(s + at, power);
    sum = f32x4.add(sum, power);
  }
  let total = sumOf(sum);
  if (sink > nothing) total += f32x4.extract_lane(exp(f32x4.sub(f32x4.splat(sink), greatest)), 0);
  const share = f32x4.splat(1 / total);
  for (let at: usize = 0; at < bytes; at += 16) v128.store(s + at, f32x4.mul(v128.load(s + at), share));
}
