import { madd } from './madd';

// Tiles of a product: one, two or four rows of A times the 16 columns of a panel are added to rows of C, in the order of
// the columns of A. See `multiply` for the shapes. The loops test at their ends, so that the compiler moves nothing into
// them.

/** One row. */
export function multiplyOne(a: usize, b: usize, stridePanel: usize, c: usize, columns: i32): void {
  let s0 = v128.load(c), s1 = v128.load(c, 16), s2 = v128.load(c, 32), s3 = v128.load(c, 48);
  const end = a + (<usize>columns << 2);
  do {
    const x = v128.load32_splat(a);
    s0 = madd(x, v128.load(b), s0); s1 = madd(x, v128.load(b, 16), s1);
    s2 = madd(x, v128.load(b, 32), s2); s3 = madd(x, v128.load(b, 48), s3);
    a += 4;
    b += stridePanel;
  } while (a < end);
  v128.store(c, s0); v128.store(c, s1, 16); v128.store(c, s2, 32); v128.store(c, s3, 48);
}

/** Two rows: eight sums hide the latency of the multiply-adds, and no more of 128 bits fit into sixteen registers. */
export function multiplyTwo(
  a: usize, strideA: usize, b: usize, stridePanel: usize, c: usize, strideC: usize, columns: i32,
): void {
  const d = c + strideC;
  let s0 = v128.load(c), s1 = v128.load(c, 16), s2 = v128.load(c, 32), s3 = v128.load(c, 48);
  let t0 = v128.load(d), t1 = v128.load(d, 16), t2 = v128.load(d, 32), t3 = v128.load(d, 48);
  const end = a + (<usize>columns << 2);
  do {
    const b0 = v128.load(b), b1 = v128.load(b, 16), b2 = v128.load(b, 32), b3 = v128.load(b, 48);
    const x = v128.load32_splat(a), y = v128.load32_splat(a + strideA);
    s0 = madd(x, b0, s0); s1 = madd(x, b1, s1); s2 = madd(x, b2, s2); s3 = madd(x, b3, s3);
    t0 = madd(y, b0, t0); t1 = madd(y, b1, t1); t2 = madd(y, b2, t2); t3 = madd(y, b3, t3);
    a += 4;
    b += stridePanel;
  } while (a < end);
  v128.store(c, s0); v128.store(c, s1, 16); v128.store(c, s2, 32); v128.store(c, s3, 48);
  v128.store(d, t0); v128.store(d, t1, 16); v128.store(d, t2, 32); v128.store(d, t3, 48);
}

/**
 * Rows in groups of four; returns how many. Its sixteen sums fit into registers only where each pair of neighbours
 * becomes one of 256 bits.
 */
export function multiplyFours(
  a: usize, strideA: usize, panel: usize, stridePanel: usize, c: usize, strideC: usize, rows: i32, columns: i32,
): i32 {
  const length = <usize>columns << 2;
  const second = strideA, third = strideA + strideA, fourth = third + strideA;
  let m = 0;
  for (; m + 4 <= rows; m += 4) {
    const c1 = c + strideC, c2 = c1 + strideC, c3 = c2 + strideC;
    let s0 = v128.load(c), s1 = v128.load(c, 16), s2 = v128.load(c, 32), s3 = v128.load(c, 48);
    let t0 = v128.load(c1), t1 = v128.load(c1, 16), t2 = v128.load(c1, 32), t3 = v128.load(c1, 48);
    let u0 = v128.load(c2), u1 = v128.load(c2, 16), u2 = v128.load(c2, 32), u3 = v128.load(c2, 48);
    let v0 = v128.load(c3), v1 = v128.load(c3, 16), v2 = v128.load(c3, 32), v3 = v128.load(c3, 48);
    const end = a + length;
    let k = a, b = panel;
    do {
      const x = v128.load32_splat(k), y = v128.load32_splat(k + second);
      const z = v128.load32_splat(k + third), w = v128.load32_splat(k + fourth);
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      s0 = madd(x, b0, s0); s1 = madd(x, b1, s1); t0 = madd(y, b0, t0); t1 = madd(y, b1, t1);
      u0 = madd(z, b0, u0); u1 = madd(z, b1, u1); v0 = madd(w, b0, v0); v1 = madd(w, b1, v1);
      const b2 = v128.load(b, 32), b3 = v128.load(b, 48);
      s2 = madd(x, b2, s2); s3 = madd(x, b3, s3); t2 = madd(y, b2, t2); t3 = madd(y, b3, t3);
      u2 = madd(z, b2, u2); u3 = madd(z, b3, u3); v2 = madd(w, b2, v2); v3 = madd(w, b3, v3);
      k += 4;
      b += stridePanel;
    } while (k < end);
    v128.store(c, s0); v128.store(c, s1, 16); v128.store(c, s2, 32); v128.store(c, s3, 48);
    v128.store(c1, t0); v128.store(c1, t1, 16); v128.store(c1, t2, 32); v128.store(c1, t3, 48);
    v128.store(c2, u0); v128.store(c2, u1, 16); v128.store(c2, u2, 32); v128.store(c2, u3, 48);
    v128.store(c3, v0); v128.store(c3, v1, 16); v128.store(c3, v2, 32); v128.store(c3, v3, 48);
    a += fourth + strideA;
    c = c3 + strideC;
  }
  return m;
}
