import { madd } from './madd';

// Arithmetic on four float32 lanes. The polynomials and their constants are from Cephes' single-precision library
// (Moshier, 1992), each accurate to about one unit in the last place.

/** Sum of the lanes, in order. */
@inline
export function sumOf(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3);
}

/** The greatest lane. */
@inline
export function greatestOf(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** The sum of two lanes of float64. */
@inline
export function sumOfTwo(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** The first two of four float32 as float64. */
@inline
export function firstTwo(v: v128): v128 {
  return f64x2.promote_low_f32x4(v);
}

/** The last two of four float32 as float64. */
@inline
export function lastTwo(v: v128): v128 {
  return f64x2.promote_low_f32x4(i32x4.shuffle(v, v, 2, 3, 2, 3));
}

/** e^x, limited to e^−87 … e^88, so that neither infinities nor subnormal numbers occur. */
@inline
export function exp(x: v128): v128 {
  const within = f32x4.max(f32x4.min(x, f32x4.splat(88)), f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(within, f32x4.splat(1.44269504088896341)));
  // ln 2 in two parts, so that n · ln 2 is exact enough.
  const most = madd(n, f32x4.splat(-0.693359375), within);
  const r = madd(n, f32x4.splat(2.12194440e-4), most);
  let p = madd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3));
  p = madd(p, r, f32x4.splat(8.3334519073e-3));
  p = madd(p, r, f32x4.splat(4.1665795894e-2));
  p = madd(p, r, f32x4.splat(1.6666665459e-1));
  p = madd(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(madd(p, f32x4.mul(r, r), r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** tanh x: a polynomial near 0, where 1 − 2 / (e^2x + 1) would cancel, and that formula elsewhere. */
@inline
export function tanh(x: v128): v128 {
  const size = f32x4.abs(x);
  const far = f32x4.sub(
    f32x4.splat(1),
    f32x4.div(f32x4.splat(2), f32x4.add(exp(f32x4.add(size, size)), f32x4.splat(1))),
  );
  const square = f32x4.mul(x, x);
  let p = madd(f32x4.splat(-5.70498872745e-3), square, f32x4.splat(2.06390887954e-2));
  p = madd(p, square, f32x4.splat(-5.37397155531e-2));
  p = madd(p, square, f32x4.splat(1.33314422036e-1));
  p = madd(p, square, f32x4.splat(-3.33332819422e-1));
  const near = madd(f32x4.mul(p, square), x, x);
  const sign = v128.and(x, i32x4.splat(0x80000000));
  return v128.bitselect(near, v128.or(far, sign), f32x4.lt(size, f32x4.splat(0.625)));
}

/** x / (1 + e^−x), Hendrycks & Gimpel 2016, arXiv:1606.08415. */
@inline
export function silu(x: v128): v128 {
  return f32x4.div(x, f32x4.add(f32x4.splat(1), exp(f32x4.neg(x))));
}

/**
 * The approximation of x·Φ(x) that some models are trained with: x · sigmoid(2 √(2/π) (x + 0.044715 x³)), from the same
 * source.
 */
@inline
export function geluTanh(x: v128): v128 {
  const inner = madd(f32x4.mul(f32x4.mul(x, x), x), f32x4.splat(0.044715), x);
  const u = f32x4.mul(inner, f32x4.splat(1.5957691216057308));
  return f32x4.div(x, f32x4.add(f32x4.splat(1), exp(f32x4.neg(u))));
}

/**
 * x·Φ(x) = x · ½ erfc(−x/√2), with the Chebyshev fit of erfc from Press et al., “Numerical Recipes”, section 6.2, whose
 * relative error is below 1.2e-7 everywhere.
 */
@inline
export function geluErf(x: v128): v128 {
  const z = f32x4.mul(f32x4.abs(x), f32x4.splat(0.7071067811865476));
  const t = f32x4.div(f32x4.splat(1), madd(z, f32x4.splat(0.5), f32x4.splat(1)));
  let p = madd(f32x4.splat(0.17087277), t, f32x4.splat(-0.82215223));
  p = madd(p, t, f32x4.splat(1.48851587));
  p = madd(p, t, f32x4.splat(-1.13520398));
  p = madd(p, t, f32x4.splat(0.27886807));
  p = madd(p, t, f32x4.splat(-0.18628806));
  p = madd(p, t, f32x4.splat(0.09678418));
  p = madd(p, t, f32x4.splat(0.37409196));
  p = madd(p, t, f32x4.splat(1.00002368));
  p = madd(p, t, f32x4.splat(-1.26551223));
  const tail = f32x4.mul(f32x4.mul(t, f32x4.splat(0.5)), exp(f32x4.sub(p, f32x4.mul(z, z))));
  const share = v128.bitselect(tail, f32x4.sub(f32x4.splat(1), tail), f32x4.lt(x, f32x4.splat(0)));
  return f32x4.mul(x, share);
}
