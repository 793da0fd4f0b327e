import { exp, sumOf } from './lanes';
import { madd } from './madd';
import { squares } from './rows';

// The gated delta rule as attention without a softmax: the state S is the sum of k δᵀ over the positions, each decayed
// since then, so keys k and values δ are kept in its place. The order of the sums does not depend on which positions
// run together, so neither do the bits.

/** ε of the L2 norm of queries and keys, under the root. */
const epsilon: f64 = 1e-6;

/**
 * Divides the key of a position by its size, and writes its product with each key up to it to `recalled`, and that of
 * the query, divided by its size and √size, to `asked`. `keys` points to the head in the row of position 0. `size` is a
 * multiple of 4.
 */
export function meetKeys(
  q: usize, k: usize, keys: usize, strideKeys: usize, position: i32, size: i32, asked: usize, recalled: usize,
): void {
  const own = keys + <usize>position * strideKeys;
  const bytes = <usize>size << 2;
  const ofKey = f32x4.splat(<f32>(1 / Math.sqrt(squares(k, size) + epsilon)));
  for (let at: usize = 0; at < bytes; at += 16) v128.store(own + at, f32x4.mul(v128.load(k + at), ofKey));
  const ofQuery = <f32>(1 / Math.sqrt((squares(q, size) + epsilon) * size));
  for (let other = 0; other <= position; other++) {
    const key = keys + <usize>other * strideKeys;
    let a = f32x4.splat(0), b = a;
    for (let at: usize = 0; at < bytes; at += 16) {
      const x = v128.load(key + at);
      a = madd(v128.load(q + at), x, a);
      b = madd(v128.load(own + at), x, b);
    }
    store<f32>(asked + (<usize>other << 2), sumOf(a) * ofQuery);
    store<f32>(recalled + (<usize>other << 2), sumOf(b));
  }
}

/**
 * Writes δ = β (v − Sᵀk) of a position to its row of the values, and Sᵀq with it to `out`. `values` and `decays`
 * point to the head in the row of position 0: a decay is the logarithm of the factor of the state.
 * `weights` is scratch memory for as many numbers as there are positions, and 3 more. `size` is a multiple of 16.
 */
export function recallState(
  asked: usize, recalled: usize, v: usize, out: usize, values: usize, strideValues: usize, decays: usize,
  strideDecays: usize, position: i32, size: i32, beta: f32, weights: usize,
): void {
  let left: f64 = 0;
  for (let other = position; other >= 0; other--) {
    store<f32>(weights + (<usize>other << 2), <f32>left);
    left += <f64>load<f32>(decays + <usize>other * strideDecays);
  }
  const end = <usize>position << 2;
  for (let at: usize = 0; at <= end; at += 16) v128.store(weights + at, exp(v128.load(weights + at)));
  const betas = f32x4.splat(beta);
  for (let column: usize = 0; column < <usize>size << 2; column += 64) {
    let o0 = f32x4.splat(0), o1 = o0, o2 = o0, o3 = o0, p0 = o0, p1 = o0, p2 = o0, p3 = o0;
    let from = values + column;
    for (let at: usize = 0; at < end; at += 4) {
      const weight = load<f32>(weights + at);
      const a = f32x4.splat(weight * load<f32>(asked + at)), b = f32x4.splat(weight * load<f32>(recalled + at));
      const x0 = v128.load(from), x1 = v128.load(from, 16), x2 = v128.load(from, 32), x3 = v128.load(from, 48);
      o0 = madd(a, x0, o0); o1 = madd(a, x1, o1); o2 = madd(a, x2, o2); o3 = madd(a, x3, o3);
      p0 = madd(b, x0, p0); p1 = madd(b, x1, p1); p2 = madd(b, x2, p2); p3 = madd(b, x3, p3);
      from += strideValues;
    }
    const x = v + column;
    p0 = f32x4.mul(betas, f32x4.sub(v128.load(x), p0)); p1 = f32x4.mul(betas, f32x4.sub(v128.load(x, 16), p1));
    p2 = f32x4.mul(betas, f32x4.sub(v128.load(x, 32), p2)); p3 = f32x4.mul(betas, f32x4.sub(v128.load(x, 48), p3));
    v128.store(from, p0); v128.store(from, p1, 16); v128.store(from, p2, 32); v128.store(from, p3, 48);
    const own = f32x4.splat(load<f32>(asked + end));
    const to = out + column;
    v128.store(to, madd(own, p0, o0)); v128.store(to, madd(own, p1, o1), 16);
    v128.store(to, madd(own, p2, o2), 32); v128.store(to, madd(own, p3, o3), 48);
  }
}
