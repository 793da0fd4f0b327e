import { firstTwo, lastTwo, sumOfTwo } from './lanes';

// Sums in float64. Products and squares are added in the order of src/engine/arrays/vectors.ts, even and odd columns
// apart, so that both give the same bits.

/** Rows of a panel, and the bytes of a float64 for each of them. */
const rows = 16;
const sums: usize = rows << 3;

/**
 * Compares 16 rows, minus an origin if given, with a query in float64. `query` and `origin` point to the panel's first
 * column. Adds to five arrays of 16 numbers at `out`: Σ q·w over even and odd columns, Σ (q − w)², Σ w² over even and
 * odd columns. `columns` is even except in the last panel of a row.
 */
export function compareRows(panel: usize, columns: i32, query: usize, origin: usize, out: usize): void {
  for (let first = 0; first < rows; first += 4) {
    const at = out + (<usize>first << 3);
    let even0 = v128.load(at), even1 = v128.load(at, 16);
    let odd0 = v128.load(at + sums), odd1 = v128.load(at + sums, 16);
    let apart0 = v128.load(at + 2 * sums), apart1 = v128.load(at + 2 * sums, 16);
    let evenSquare0 = v128.load(at + 3 * sums), evenSquare1 = v128.load(at + 3 * sums, 16);
    let oddSquare0 = v128.load(at + 4 * sums), oddSquare1 = v128.load(at + 4 * sums, 16);
    let from = panel + (<usize>first << 2);
    for (let k = 0; k < columns; k++) {
      const v = v128.load(from);
      from += 64;
      let a = firstTwo(v), b = lastTwo(v);
      if (origin) {
        const centre = v128.load64_splat(origin + (<usize>k << 3));
        a = f64x2.sub(a, centre);
        b = f64x2.sub(b, centre);
      }
      const q = v128.load64_splat(query + (<usize>k << 3));
      const apartA = f64x2.sub(q, a), apartB = f64x2.sub(q, b);
      apart0 = f64x2.add(apart0, f64x2.mul(apartA, apartA));
      apart1 = f64x2.add(apart1, f64x2.mul(apartB, apartB));
      if (k & 1) {
        odd0 = f64x2.add(odd0, f64x2.mul(q, a));
        odd1 = f64x2.add(odd1, f64x2.mul(q, b));
        oddSquare0 = f64x2.add(oddSquare0, f64x2.mul(a, a));
        oddSquare1 = f64x2.add(oddSquare1, f64x2.mul(b, b));
      } else {
        even0 = f64x2.add(even0, f64x2.mul(q, a));
        even1 = f64x2.add(even1, f64x2.mul(q, b));
        evenSquare0 = f64x2.add(evenSquare0, f64x2.mul(a, a));
        evenSquare1 = f64x2.add(evenSquare1, f64x2.mul(b, b));
      }
    }
    v128.store(at, even0); v128.store(at, even1, 16);
    v128.store(at + sums, odd0); v128.store(at + sums, odd1, 16);
    v128.store(at + 2 * sums, apart0); v128.store(at + 2 * sums, apart1, 16);
    v128.store(at + 3 * sums, evenSquare0); v128.store(at + 3 * sums, evenSquare1, 16);
    v128.store(at + 4 * sums, oddSquare0); v128.store(at + 4 * sums, oddSquare1, 16);
  }
}

/**
 * Adds 16 rows to the measures of a matrix: Σ w² over even and odd columns to two arrays of 16 numbers at `squares`,
 * and the sum of the first `lanes` rows to `total`, a float64 for each column.
 */
export function measureRows(panel: usize, columns: i32, lanes: i32, squares: usize, total: usize): void {
  for (let first = 0; first < rows; first += 4) {
    const at = squares + (<usize>first << 3);
    let even0 = v128.load(at), even1 = v128.load(at, 16);
    let odd0 = v128.load(at + sums), odd1 = v128.load(at + sums, 16);
    let from = panel + (<usize>first << 2);
    for (let k = 0; k < columns; k++) {
      const v = v128.load(from);
      from += 64;
      const a = firstTwo(v), b = lastTwo(v);
      if (k & 1) {
        odd0 = f64x2.add(odd0, f64x2.mul(a, a));
        odd1 = f64x2.add(odd1, f64x2.mul(b, b));
      } else {
        even0 = f64x2.add(even0, f64x2.mul(a, a));
        even1 = f64x2.add(even1, f64x2.mul(b, b));
      }
    }
    v128.store(at, even0); v128.store(at, even1, 16);
    v128.store(at + sums, odd0); v128.store(at + sums, odd1, 16);
  }
  for (let k = 0; k < columns; k++) {
    const from = panel + (<usize>k << 6), to = total + (<usize>k << 3);
    let sum = 0.0;
    if (lanes === rows) {
      let pairs = f64x2.splat(0);
      for (let j: usize = 0; j < 64; j += 16) {
        const v = v128.load(from + j);
        pairs = f64x2.add(pairs, f64x2.add(firstTwo(v), lastTwo(v)));
      }
      sum = sumOfTwo(pairs);
    } else {
      for (let j = 0; j < lanes; j++) sum += <f64>load<f32>(from + (<usize>j << 2));
    }
    store<f64>(to, load<f64>(to) + sum);
  }
}

/** Two float32 at an address as float64. With only one left, the second is 0. */
@inline
function two(at: usize, isWhole: bool): v128 {
  return f64x2.promote_low_f32x4(isWhole ? v128.load64_zero(at) : v128.load32_zero(at));
}

/**
 * Measures one residual r of `width` numbers in float64. Writes to `out`: ‖r‖, then ‖r̂ − ê‖² and ‖r̂ + ê‖² for the
 * directions of r and the input row e, then the same for n, the final norm of r, and the output row u. `inputSize` and
 * `outputSize` are the sizes of e and u. The norm is a LayerNorm if `bias` is not 0, else an RMSNorm. `scratch` has
 * room for `width` float64.
 */
export function measureResidual(
  r: usize, input: usize, inputSize: f64, output: usize, outputSize: f64,
  gain: usize, bias: usize, epsilon: f64, width: i32, scratch: usize, out: usize,
): void {
  let squares = f64x2.splat(0), total = f64x2.splat(0);
  for (let i = 0; i < width; i += 2) {
    const v = two(r + (<usize>i << 2), i + 1 < width);
    squares = f64x2.add(squares, f64x2.mul(v, v));
    total = f64x2.add(total, v);
  }
  const size = Math.sqrt(sumOfTwo(squares));
  const mean = bias ? sumOfTwo(total) / width : 0;
  let spread = sumOfTwo(squares) / width;
  if (bias) {
    spread = 0;
    for (let i = 0; i < width; i++) {
      const apart = <f64>load<f32>(r + (<usize>i << 2)) - mean;
      spread += apart * apart;
    }
    spread /= width;
  }
  const scale = f64x2.splat(1 / Math.sqrt(spread + epsilon)), centre = f64x2.splat(mean);
  let normedSquares = f64x2.splat(0);
  for (let i = 0; i < width; i += 2) {
    const isWhole = i + 1 < width, at = <usize>i << 2;
    const centred = f64x2.sub(two(r + at, isWhole), centre);
    let n = f64x2.mul(f64x2.mul(centred, scale), two(gain + at, isWhole));
    if (bias) n = f64x2.add(n, two(bias + at, isWhole));
    v128.store(scratch + (<usize>i << 3), n);
    normedSquares = f64x2.add(normedSquares, f64x2.mul(n, n));
  }
  const normedSize = Math.sqrt(sumOfTwo(normedSquares));
  const ofR = f64x2.splat(1 / size), ofE = f64x2.splat(1 / inputSize);
  const ofN = f64x2.splat(1 / normedSize), ofU = f64x2.splat(1 / outputSize);
  let inputApart = f64x2.splat(0), inputTogether = inputApart, outputApart = inputApart, outputTogether = inputApart;
  for (let i = 0; i < width; i += 2) {
    const isWhole = i + 1 < width, at = <usize>i << 2;
    const a = f64x2.mul(two(r + at, isWhole), ofR), e = f64x2.mul(two(input + at, isWhole), ofE);
    const n = f64x2.mul(v128.load(scratch + (<usize>i << 3)), ofN), u = f64x2.mul(two(output + at, isWhole), ofU);
    const ae = f64x2.sub(a, e), aPlusE = f64x2.add(a, e), nu = f64x2.sub(n, u), nPlusU = f64x2.add(n, u);
    inputApart = f64x2.add(inputApart, f64x2.mul(ae, ae));
    inputTogether = f64x2.add(inputTogether, f64x2.mul(aPlusE, aPlusE));
    outputApart = f64x2.add(outputApart, f64x2.mul(nu, nu));
    outputTogether = f64x2.add(outputTogether, f64x2.mul(nPlusU, nPlusU));
  }
  store<f64>(out, size);
  store<f64>(out, sumOfTwo(inputApart), 8);
  store<f64>(out, sumOfTwo(inputTogether), 16);
  store<f64>(out, sumOfTwo(outputApart), 24);
  store<f64>(out, sumOfTwo(outputTogether), 32);
}
