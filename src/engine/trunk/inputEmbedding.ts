import type { Architecture } from '../architecture/architecture';
import type { Hyperparameters } from '../architecture/hyperparameters';
import { norm } from '../arrays/vectors';
import { EmbeddingMatrix } from '../weights/embedding';
import { tensorOf, wrongShape, type Weights } from '../weights/weights';

/** The input of the first layer: r_0 = scale · e, + p if the model has position vectors. */
export class InputEmbedding {
  readonly #positionSizes: readonly number[] | null;

  constructor(
    private readonly embedding: EmbeddingMatrix,
    private readonly scale: number,
    private readonly positions: EmbeddingMatrix | null,
    private readonly beside: EmbeddingMatrix | null = null,
  ) {
    // Read at once, so that a damaged row is found now and not when a text gets that long.
    this.#positionSizes = positions && sizesOf(positions);
  }

  static read(
    weights: Weights,
    { positions, beside: [beside] = [] }: Architecture,
    { embeddingScale = 1, besideWidth = 0, layers }: Hyperparameters,
    embedding: EmbeddingMatrix,
  ): InputEmbedding {
    const rows = positions === undefined ? null : new EmbeddingMatrix(weights, positions);
    if (beside === undefined || besideWidth === 0) return new InputEmbedding(embedding, embeddingScale, rows);
    const tokens = new EmbeddingMatrix(weights, beside);
    if (tokens.vocabulary < embedding.vocabulary || tokens.dimensions !== layers * besideWidth)
      throw wrongShape(tensorOf(weights, beside), `${embedding.vocabulary} × ${layers * besideWidth}`);
    return new InputEmbedding(embedding, embeddingScale, rows, tokens);
  }

  /** The vector of a position, d long; `null` without position vectors. */
  positionVector(position: number): Float32Array | null {
    return this.positions && this.positions.row(position);
  }

  /** Sizes of all position vectors, model units; `null` without them. */
  positionSizes(): readonly number[] | null {
    return this.#positionSizes;
  }

  /** The rows that hold a vector for each layer, n × (layers · width); empty if the model has none. */
  besideTokens(ids: ArrayLike<number>): Float32Array {
    return this.beside?.rows(ids) ?? new Float32Array();
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
