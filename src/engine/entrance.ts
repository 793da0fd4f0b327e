import type { EmbeddingMatrix } from './embedding';

/** How tokens enter the first layer: r_0 = scale · e, + p where the model has a row for each position. */
export class Entrance {
  constructor(
    private readonly embedding: EmbeddingMatrix,
    private readonly scale: number,
    private readonly positions: EmbeddingMatrix | null,
  ) {}

  /** r_0 of tokens at the positions from `first` on, n × d. */
  ofTokens(ids: ArrayLike<number>, first: number): Float32Array {
    return this.ofVectors(this.embedding.rows(ids), first);
  }

  /** The same of any vectors in the place of tokens' rows. */
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
