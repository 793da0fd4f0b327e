import { norm } from './vectors';

/** The products of rows with each other, in float64: n × n of `count` rows one after another. */
export function gram(rows: Float32Array, count: number): Float64Array[] {
  const width = rows.length / count;
  const products = Array.from({ length: count }, () => new Float64Array(count));
  for (let i = 0; i < count; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < width; k++) sum += (rows[i * width + k] as number) * (rows[j * width + k] as number);
      at(products, i)[j] = sum;
      at(products, j)[i] = sum;
    }
  return products;
}

const at = (matrix: readonly Float64Array[], row: number): Float64Array => matrix[row] as Float64Array;
const of = (matrix: readonly Float64Array[], row: number, column: number): number => at(matrix, row)[column] as number;

/**
 * The squares of the singular values of B·A, largest first, from A·Aᵀ and Bᵀ·B: the eigenvalues of Lᵀ(BᵀB)L with
 * A·Aᵀ = L·Lᵀ. They are found by Householder's reflections to three diagonals and bisection (Golub and Van Loan, Matrix
 * Computations, §8.3 and §8.4).
 */
export function singularSquares(p: readonly Float64Array[], q: readonly Float64Array[]): number[] {
  const n = p.length;
  const l = cholesky(p);
  const image = l.map((_, i) => Float64Array.from(l, (_row, j) => sum(n, (k) => of(q, i, k) * of(l, k, j))));
  const m = l.map((_, i) => Float64Array.from(l, (_row, j) => sum(n, (k) => of(l, k, i) * of(image, k, j))));
  const beside = tridiagonal(m);
  const trace = Math.max(
    sum(n, (i) => of(m, i, i)),
    0,
  );
  /** Eigenvalues above x, by Sturm's sequence. */
  const above = (x: number): number => {
    let [count, pivot] = [0, 1];
    for (let i = 0; i < n; i++) {
      pivot = of(m, i, i) - x - (i === 0 ? 0 : (beside[i - 1] as number) ** 2 / (pivot || Number.MIN_VALUE));
      if (pivot > 0) count++;
    }
    return count;
  };
  return Array.from({ length: n }, (_, index) => {
    let [low, high] = [0, trace];
    for (let step = 0; step < 50; step++) {
      const middle = (low + high) / 2;
      if (above(middle) > index) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  });
}

function sum(count: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += term(i);
  return total;
}

/** L of a matrix that may be singular: a column without a size is 0. */
function cholesky(p: readonly Float64Array[]): Float64Array[] {
  const n = p.length;
  const l = p.map(() => new Float64Array(n));
  const least = 1e-14 * Math.max(...p.map((row, i) => row[i] as number));
  for (let j = 0; j < n; j++) {
    const square = of(p, j, j) - sum(j, (k) => of(l, j, k) ** 2);
    if (square <= least) continue;
    for (let i = j; i < n; i++)
      at(l, i)[j] = (of(p, i, j) - sum(j, (k) => of(l, i, k) * of(l, j, k))) / Math.sqrt(square);
  }
  return l;
}

/** Reflects a symmetric matrix in place until it has three diagonals; returns the one beside the middle. */
function tridiagonal(m: readonly Float64Array[]): number[] {
  const n = m.length;
  const beside: number[] = [];
  for (let k = 0; k + 1 < n; k++) {
    const v = Float64Array.from(m, (row, i) => (i > k ? (row[k] as number) : 0));
    const size = norm(v);
    const alpha = (v[k + 1] as number) > 0 ? -size : size;
    beside.push(alpha);
    v[k + 1] = (v[k + 1] as number) - alpha;
    const squares = sum(n, (i) => (v[i] as number) ** 2);
    if (squares === 0) continue;
    const w = Float64Array.from(m, (row) => (2 / squares) * sum(n, (j) => (row[j] as number) * (v[j] as number)));
    const half = sum(n, (i) => (w[i] as number) * (v[i] as number)) / squares;
    for (let i = 0; i < n; i++) w[i] = (w[i] as number) - half * (v[i] as number);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        at(m, i)[j] = of(m, i, j) - (v[i] as number) * (w[j] as number) - (w[i] as number) * (v[j] as number);
  }
  return beside;
}
