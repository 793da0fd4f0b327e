import { madd } from './madd';

/**
 * Multiplies `rows` rows of A with the 16 columns of a panel: C[m][j] = start + Σ_k A[m][k] · panel[k][j]. The order of
 * k does not depend on the number of rows, so neither do the bits.
 *
 * A is `rows × columns` with `strideA` bytes between rows, the panel `columns × 16` with `stridePanel` bytes between
 * columns, C `rows × 16` with `strideC` bytes between rows. The sums start from C itself with `accumulate`, else from
 * the 16 numbers at `bias`, else from 0.
 */
export function multiply(
  a: usize, strideA: usize, panel: usize, stridePanel: usize, c: usize, strideC: usize,
  rows: i32, columns: i32, accumulate: bool, bias: usize,
): void {
  const length = <usize>columns << 2;
  let m = 0;
  // Two rows at a time: eight sums hide the latency of the multiply-adds, and no more fit into sixteen registers.
  for (; m + 2 <= rows; m += 2) {
    const c0 = c + <usize>m * strideC;
    const c1 = c0 + strideC;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
    if (accumulate) {
      s0 = v128.load(c0); s1 = v128.load(c0, 16); s2 = v128.load(c0, 32); s3 = v128.load(c0, 48);
      t0 = v128.load(c1); t1 = v128.load(c1, 16); t2 = v128.load(c1, 32); t3 = v128.load(c1, 48);
    } else if (bias) {
      s0 = v128.load(bias); s1 = v128.load(bias, 16); s2 = v128.load(bias, 32); s3 = v128.load(bias, 48);
      t0 = s0; t1 = s1; t2 = s2; t3 = s3;
    }
    let x = a + <usize>m * strideA;
    let y = x + strideA;
    const end = x + length;
    let b = panel;
    // The loop tests at its end, so that the compiler moves nothing into it.
    do {
      const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
      const first = v128.load32_splat(x);
      const second = v128.load32_splat(y);
      s0 = madd(first, b0, s0); s1 = madd(first, b1, s1); s2 = madd(first, b2, s2); s3 = madd(first, b3, s3);
      t0 = madd(second, b0, t0); t1 = madd(second, b1, t1); t2 = madd(second, b2, t2); t3 = madd(second, b3, t3);
      x += 4;
      y += 4;
      b += stridePanel;
    } while (x < end);
    v128.store(c0, s0); v128.store(c0, s1, 16); v128.store(c0, s2, 32); v128.store(c0, s3, 48);
    v128.store(c1, t0); v128.store(c1, t1, 16); v128.store(c1, t2, 32); v128.store(c1, t3, 48);
  }
  for (; m < rows; m++) {
    const c0 = c + <usize>m * strideC;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    if (accumulate) {
      s0 = v128.load(c0); s1 = v128.load(c0, 16); s2 = v128.load(c0, 32); s3 = v128.load(c0, 48);
    } else if (bias) {
      s0 = v128.load(bias); s1 = v128.load(bias, 16); s2 = v128.load(bias, 32); s3 = v128.load(bias, 48);
    }
    let x = a + <usize>m * strideA;
    const end = x + length;
    let b = panel;
    do {
      const first = v128.load32_splat(x);
      s0 = madd(first, v128.load(b), s0);
      s1 = madd(first, v128.load(b, 16), s1);
      s2 = madd(first, v128.load(b, 32), s2);
      s3 = madd(first, v128.load(b, 48), s3);
      x += 4;
      b += stridePanel;
    } while (x < end);
    v128.store(c0, s0); v128.store(c0, s1, 16); v128.store(c0, s2, 32); v128.store(c0, s3, 48);
  }
}
