/**
 * a · b + c in four lanes. The build with relaxed SIMD lets the processor fuse the two steps, which is faster on most
 * machines. A fused step rounds once instead of twice, so the two builds agree to the bit only where a · b is exact.
 */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}
