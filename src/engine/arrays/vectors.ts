/** Plain vector arithmetic in float64. A matrix is one array, row after row. */
export type Vector = Float32Array | Float64Array;

const degrees = 180 / Math.PI;

export function dot(a: Vector, b: Vector): number {
  let even = 0;
  let odd = 0;
  const length = a.length & ~1;
  for (let i = 0; i < length; i += 2) {
    even += (a[i] as number) * (b[i] as number);
    odd += (a[i + 1] as number) * (b[i + 1] as number);
  }
  if (length < a.length) even += (a[length] as number) * (b[length] as number);
  return even + odd;
}

/** The dot product of `length` numbers of each vector, without views: for loops of many short products. */
export function dotOfPart(a: Vector, fromA: number, b: Vector, fromB: number, length: number): number {
  let even = 0;
  let odd = 0;
  const pairs = length & ~1;
  for (let i = 0; i < pairs; i += 2) {
    even += (a[fromA + i] as number) * (b[fromB + i] as number);
    odd += (a[fromA + i + 1] as number) * (b[fromB + i + 1] as number);
  }
  if (pairs < length) even += (a[fromA + pairs] as number) * (b[fromB + pairs] as number);
  return even + odd;
}

/** ‖a‖₂ ≥ 0. */
export const norm = (a: Vector): number => Math.sqrt(dot(a, a));

/** ‖a − b‖₂ ≥ 0, exactly 0 for equal vectors. */
export function distance(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}

/**
 * Angle between two vectors in degrees, 0 … 180; NaN if one of them is zero. 2·atan2(‖â − b̂‖, ‖â + b̂‖) keeps small
 * angles, which the arc cosine loses (Kahan, “How futile are mindless assessments of roundoff”, 2006).
 */
export function angle(a: Vector, b: Vector, normA = norm(a), normB = norm(b)): number {
  if (normA === 0 || normB === 0) return NaN;
  let apart = 0;
  let together = 0;
  const scaleA = 1 / normA;
  const scaleB = 1 / normB;
  for (let i = 0; i < a.length; i++) {
    const x = (a[i] as number) * scaleA;
    const y = (b[i] as number) * scaleB;
    apart += (x - y) * (x - y);
    together += (x + y) * (x + y);
  }
  return 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(together)) * degrees;
}

/** Row `index` of a matrix, as a view. */
export const row = <T extends Vector>(matrix: T, index: number, width: number): T =>
  matrix.subarray(index * width, (index + 1) * width) as T;

/** gain ⊙ x / √(mean x² + ε) in float64. */
export function rmsNormOf(x: Vector, gain: Vector, epsilon: number, into = new Float64Array(x.length)): Float64Array {
  const scale = 1 / Math.sqrt(dot(x, x) / x.length + epsilon);
  for (let i = 0; i < x.length; i++) into[i] = (x[i] as number) * scale * (gain[i] as number);
  return into;
}

export function mean(x: Vector): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] as number;
  return sum / x.length;
}

/** gain ⊙ (x − mean x) / √(variance x + ε) + bias in float64. */
export function layerNormOf(
  x: Vector,
  gain: Vector,
  bias: Vector,
  epsilon: number,
  into = new Float64Array(x.length),
): Float64Array {
  const centre = mean(x);
  let variance = 0;
  for (let i = 0; i < x.length; i++) variance += ((x[i] as number) - centre) ** 2;
  const scale = 1 / Math.sqrt(variance / x.length + epsilon);
  for (let i = 0; i < x.length; i++)
    into[i] = ((x[i] as number) - centre) * scale * (gain[i] as number) + (bias[i] as number);
  return into;
}
