import { multiplyOne, multiplyTwo } from './tiles';

/**
 * The tile of four rows, from a module of its own (wide.ts): it multiplies the first rows in groups of four, and returns
 * how many it has multiplied. Where nothing can be gained by it, it returns 0.
 */
// @ts-ignore: decorator
@external('env', 'multiplyFours')
declare function multiplyFours(
  a: usize, strideA: usize, panel: usize, stridePanel: usize, c: usize, strideC: usize, rows: i32, columns: i32,
): i32;

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
  if (!accumulate) beginSums(c, strideC, rows, bias);
  let m = rows < 4 ? 0 : multiplyFours(a, strideA, panel, stridePanel, c, strideC, rows, columns);
  for (; m + 2 <= rows; m += 2) {
    multiplyTwo(a + <usize>m * strideA, strideA, panel, stridePanel, c + <usize>m * strideC, strideC, columns);
  }
  if (m < rows) multiplyOne(a + <usize>m * strideA, panel, stridePanel, c + <usize>m * strideC, columns);
}

/** Writes the 16 numbers at `bias`, or 0, to each row of C. */
export function beginSums(c: usize, strideC: usize, rows: i32, bias: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  if (bias) {
    s0 = v128.load(bias); s1 = v128.load(bias, 16); s2 = v128.load(bias, 32); s3 = v128.load(bias, 48);
  }
  for (let m = 0; m < rows; m++) {
    v128.store(c, s0); v128.store(c, s1, 16); v128.store(c, s2, 32); v128.store(c, s3, 48);
    c += strideC;
  }
}
