import type { Architecture } from '../architecture/architecture';
import type { Hyperparameters } from '../architecture/hyperparameters';
import { norm } from '../arrays/vectors';
import { EmbeddingMatrix } from '../weights/embedding';
import type { Weights } from '../weights/weights';

/** The input of the first layer: r_0 = scale · e, + p if the model has position vectors. */
export class InputEmbedding {
  readonly #positionSizes: readonly number[] | null;

  constructor(
    private readonly embedding: EmbeddingMatrix,
    private readonly scale: number,
    private readonly positions: EmbeddingMatrix | null,
  ) {
    // Read at once, so that a damaged row is found now and not when a text gets that long.
    this.#positionSizes = positions && sizesOf(positions);
  }

  static read(
    weights: Weights,
    { positions }: Architecture,
    { embeddingScale = 1 }: Hyperparameters,
    embedding: EmbeddingMatrix,
  ): InputEmbedding {
    const rows = positions === undefined ? null : new EmbeddingMatrix(weights, positions);
    return new InputEmbedding(embedding, embeddingScale, rows);
  }

  /** The vector of a position, d long; `null` without position vectors. */
  positionVector(position: number): Float32Array | null {
    return this.positions && this.positions.row(position);
  }

  /** Sizes of all position vectors, model units; `null` without them. */
  positionSizes(): readonly number[] | null {
    return this.#positionSizes;
  }

  /** r_0 of tokens at the positions from `first` on, n × d. */
  ofTokens(ids: ArrayLike<number>, first: number): Float32Array {
    return this.ofVectors(this.embedding.rows(ids), first);
  }

  /** r_0 of any vectors in place of tokens' rows. */
  ofVectors(vectors: Float32Array, first: number): Float32Array {
    const { dimensions } = this.embedding;
    const entered = vectors.map((value) => value * this.scale);
    if (!this.positions) return entered;
    for (let i = 0; i < vectors.length / dimensions; i++) {
      const position = this.positions.row(first + i);
      for (let j = 0; j < dimensions; j++) (entered[i * dimensions + j] as number) += position[j] as number;
    }
    return entered;
  }
}

function sizesOf(positions: EmbeddingMatrix): readonly number[] {
  const { dimensions } = positions;
  const sizes: number[] = [];
  for (const { rows } of positions.blocks())
    for (let at = 0; at < rows.length; at += dimensions) sizes.push(norm(rows.subarray(at, at + dimensions)));
  return sizes;
}
