import type { Vector } from '../arrays/vectors';
import type { EmbeddingMatrix } from '../weights/embedding';
import type { RowSizes } from './sizes';

/**
 * The same rows seen from another origin: raw, or with the mean row taken off. The products stay those of the raw rows,
 * since (w − μ)·q = w·q − μ·q.
 */
export interface Space {
  readonly origin: Float64Array | null;
  /** |w|² and 1/|w| of every row in this space, float32: they select candidates only. */
  readonly squares: Float32Array;
  readonly inverse: Float32Array;
}

/** The vector in a space: minus the origin. */
export function inSpace(vector: Vector, { origin }: Pick<Space, 'origin'>): Vector {
  if (!origin) return vector;
  const moved = new Float64Array(vector.length);
  for (let i = 0; i < moved.length; i++) moved[i] = (vector[i] as number) - (origin[i] as number);
  return moved;
}

/** The rows of a search and their measures. */
export interface MeasuredMatrix {
  readonly matrix: EmbeddingMatrix;
  /** What is added to each row's product to make its logit, V long; null where nothing is. */
  readonly bias: Float32Array | null;
  readonly sizes: RowSizes;
  /** How far a float32 product may lie from the true one, as a share of the product of the two sizes. */
  readonly doubt: number;
}
