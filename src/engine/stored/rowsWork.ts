import { blocks, dequantise, type TensorType } from '../weights/types';

/** Rows of a matrix in the form in which their file stores them, and what is asked of them. */
export interface RowsWork {
  readonly type: TensorType;
  readonly dimensions: number;
  readonly count: number;
  /** The stored rows, whole, one after the other. */
  readonly bytes: Uint8Array;
  /** Whether their sizes and their sum are wanted. */
  readonly measure: boolean;
  /** n × d; none where no products are wanted. */
  readonly queries: Float32Array | null;
}

export interface RowsDone {
  /** ‖w‖₂ of every row, and the sum of all of them, d long. */
  readonly measured: { readonly sizes: Float64Array<ArrayBuffer>; readonly sum: Float64Array<ArrayBuffer> } | null;
  /** q·w, n × count, summed in float64 and rounded once. */
  readonly products: Float32Array<ArrayBuffer> | null;
}

/** Rows that are looked at together: what is read of queries and sums serves for all of them. */
const together = 4;

/** Dequantises rows a few at a time, so that they stay in the processor's cache, and answers what is asked. */
export function workThrough({ type, dimensions, count, bytes, measure, queries }: RowsWork): RowsDone {
  const { length, bytes: blockBytes } = blocks[type];
  const rowBytes = (dimensions / length) * blockBytes;
  const rows = new Float32Array(together * dimensions);
  const measured = measure ? { sizes: new Float64Array(count), sum: new Float64Array(dimensions) } : null;
  const n = queries ? queries.length / dimensions : 0;
  const products = queries ? new Float32Array(n * count) : null;
  const four = new Float64Array(together);
  for (let first = 0; first < count; first += together) {
    const here = Math.min(together, count - first);
    dequantise(type, bytes.subarray(first * rowBytes, (first + here) * rowBytes), rows);
    if (here < together) rows.fill(0, here * dimensions);
    if (measured) {
      measureFour(rows, dimensions, measured.sum, four);
      for (let i = 0; i < here; i++) measured.sizes[first + i] = Math.sqrt(four[i] as number);
    }
    if (!queries || !products) continue;
    for (let query = 0; query < n; query++) {
      multiplyFour(rows, dimensions, queries.subarray(query * dimensions, (query + 1) * dimensions), four);
      for (let i = 0; i < here; i++) products[query * count + first + i] = four[i] as number;
    }
  }
  return { measured, products };
}

/** Squares of the sizes of four rows, even and odd places apart as `dot` sums them; the rows are added to `sum`. */
function measureFour(rows: Float32Array, d: number, sum: Float64Array, squares: Float64Array): void {
  let [even0, even1, even2, even3] = [0, 0, 0, 0];
  let [odd0, odd1, odd2, odd3] = [0, 0, 0, 0];
  const [second, third, fourth] = [d, 2 * d, 3 * d];
  const paired = d & ~1;
  for (let j = 0; j < paired; j += 2) {
    const a = rows[j] as number;
    const b = rows[second + j] as number;
    const c = rows[third + j] as number;
    const e = rows[fourth + j] as number;
    even0 += a * a;
    even1 += b * b;
    even2 += c * c;
    even3 += e * e;
    sum[j] = (sum[j] as number) + a + b + c + e;
    const f = rows[j + 1] as number;
    const g = rows[second + j + 1] as number;
    const h = rows[third + j + 1] as number;
    const k = rows[fourth + j + 1] as number;
    odd0 += f * f;
    odd1 += g * g;
    odd2 += h * h;
    odd3 += k * k;
    sum[j + 1] = (sum[j + 1] as number) + f + g + h + k;
  }
  if (paired < d) {
    const [a, b, c, e] = [rows[paired] as number, rows[second + paired] as number, rows[third + paired] as number, rows[fourth + paired] as number];
    even0 += a * a;
    even1 += b * b;
    even2 += c * c;
    even3 += e * e;
    sum[paired] = (sum[paired] as number) + a + b + c + e;
  }
  squares[0] = even0 + odd0;
  squares[1] = even1 + odd1;
  squares[2] = even2 + odd2;
  squares[3] = even3 + odd3;
}

/** Products of one query with four rows. */
function multiplyFour(rows: Float32Array, d: number, query: Float32Array, products: Float64Array): void {
  let [a, b, c, e] = [0, 0, 0, 0];
  const [second, third, fourth] = [d, 2 * d, 3 * d];
  for (let j = 0; j < d; j++) {
    const q = query[j] as number;
    a += q * (rows[j] as number);
    b += q * (rows[second + j] as number);
    c += q * (rows[third + j] as number);
    e += q * (rows[fourth + j] as number);
  }
  products[0] = a;
  products[1] = b;
  products[2] = c;
  products[3] = e;
}
