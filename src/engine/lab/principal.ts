import type { Signal } from '../../shared/engine';
import { dot, norm, type Vector } from '../arrays/vectors';
import { pause } from '../tasks/pause';
import type { EmbeddingMatrix } from '../weights/embedding';

/** Passes over the matrix at most; a direction that stands out needs about ten. */
const mostSteps = 60;
/** How far the direction may be from one that the covariance only stretches, as a share of the variance along it. */
const exact = 1e-9;
/** T is squared so many times that its other eigenvectors vanish. */
const squarings = 40;

interface Principal {
  /** A unit vector, d long. */
  readonly direction: Float64Array;
  /** Its share of the variance of all rows: 0 … 1. */
  readonly share: number;
}

/**
 * The direction in which the rows vary most around their mean: the first principal component. By the method of Lanczos
 * with full orthogonalisation (Golub and Van Loan, Matrix Computations, §10.1), one pass over the matrix a step.
 */
export async function principalComponent(
  matrix: Pick<EmbeddingMatrix, 'vocabulary' | 'dimensions' | 'blocks'>,
  mean: Float64Array,
  signal: Signal | undefined,
  report: (fraction: number) => void,
): Promise<Principal> {
  const { dimensions } = matrix;
  const most = Math.min(dimensions, mostSteps);
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const beside: number[] = [];
  const variance = await varianceOf(matrix, mean, signal);
  let next = scaled(
    Float64Array.from({ length: dimensions }, (_, i) => Math.cos(i + 1)),
    1,
  );
  for (;;) {
    basis.push(next);
    const image = await throughCovariance(matrix, mean, next, signal);
    diagonal.push(dot(image, next));
    for (const known of [...basis, ...basis]) subtract(image, known, dot(image, known));
    const left = norm(image);
    const { vector, value } = largestEigenvector(diagonal, beside);
    const isExact = left * Math.abs(vector.at(-1) as number) <= exact * value;
    report(isExact ? 1 : basis.length / most);
    if (isExact || basis.length === most) {
      const direction = new Float64Array(dimensions);
      for (const [i, known] of basis.entries()) subtract(direction, known, -(vector[i] as number));
      return { direction: scaled(direction, 1), share: variance === 0 ? 0 : value / variance };
    }
    beside.push(left);
    next = scaled(image, 1);
  }
}

/** The sum of the covariance's diagonal. */
async function varianceOf(
  matrix: Pick<EmbeddingMatrix, 'vocabulary' | 'blocks'>,
  mean: Float64Array,
  signal: Signal | undefined,
): Promise<number> {
  let squares = 0;
  for (const { rows } of matrix.blocks()) {
    for (let i = 0; i < rows.length; i++) squares += (rows[i] as number) ** 2;
    await pause(signal);
  }
  return squares / matrix.vocabulary - dot(mean, mean);
}

/** The covariance of the rows times a vector. */
async function throughCovariance(
  matrix: Pick<EmbeddingMatrix, 'vocabulary' | 'dimensions' | 'blocks'>,
  mean: Float64Array,
  vector: Float64Array,
  signal: Signal | undefined,
): Promise<Float64Array> {
  const { vocabulary, dimensions } = matrix;
  const image = new Float64Array(dimensions);
  for (const { rows } of matrix.blocks()) {
    for (let at = 0; at < rows.length; at += dimensions) {
      let product = 0;
      for (let i = 0; i < dimensions; i++) product += (rows[at + i] as number) * (vector[i] as number);
      for (let i = 0; i < dimensions; i++) image[i] = (image[i] as number) + product * (rows[at + i] as number);
    }
    await pause(signal);
  }
  const ofMean = dot(mean, vector);
  for (let i = 0; i < dimensions; i++) image[i] = (image[i] as number) / vocabulary - ofMean * (mean[i] as number);
  return image;
}

/** Of a symmetric matrix that has numbers on its diagonal and beside it only. */
function largestEigenvector(diagonal: readonly number[], beside: readonly number[]) {
  const size = diagonal.length;
  const entry = (i: number, j: number): number =>
    i === j ? (diagonal[i] as number) : Math.abs(i - j) === 1 ? (beside[Math.min(i, j)] as number) : 0;
  let power = Array.from({ length: size }, (_, i) => Float64Array.from({ length: size }, (__, j) => entry(i, j)));
  for (let step = 0; step < squarings; step++) {
    const rows = power;
    const squared = rows.map((row) => Float64Array.from(rows, (column) => dot(row, column)));
    const scale = squared.reduce((sum, row, i) => sum + (row[i] as number), 0) || 1;
    power = squared.map((row) => row.map((number) => number / scale));
  }
  // Every row of the power is a multiple of the eigenvector; the longest is the most exact.
  const longest = power.reduce((best, row) => (norm(row) > norm(best) ? row : best));
  const vector = norm(longest) === 0 ? Float64Array.from(diagonal, (_, i) => Number(i === 0)) : scaled(longest, 1);
  const image = Float64Array.from(vector, (_, i) => vector.reduce((sum, number, j) => sum + number * entry(i, j), 0));
  return { vector, value: dot(image, vector) };
}

const scaled = (vector: Float64Array, size: number): Float64Array => {
  const factor = size / (norm(vector) || 1);
  return vector.map((number) => number * factor);
};

function subtract(from: Float64Array, vector: Vector, times: number): void {
  for (let i = 0; i < from.length; i++) from[i] = (from[i] as number) - times * (vector[i] as number);
}
