/** How positions turn queries and keys (Su et al. 2021, arXiv:2104.09864). */
export interface Rotary {
  readonly base: number;
  /**
   * Radians by which each pair turns from one position to the next; a head's dimensions beyond the pairs are not
   * turned.
   */
  readonly turns: Float64Array;
  /** What the turned vectors are multiplied by, beside. */
  readonly stretch: number;
  /** Whether a pair is two neighbouring rows, else one of the first and one of the second half. */
  readonly interleaved: boolean;
}

/** How attention sees other positions. Most models have one kind, some have two, each for a part of the layers. */
export interface AttentionKind {
  /** Positions that each position sees, itself included: a whole number ≥ 1, or Infinity. */
  readonly window: number;
  /** Null where positions do not enter inside attention. */
  readonly rotary: Rotary | null;
}

/** The sizes that every decoder-only model has, and the numbers in its equations, read from the weights file. */
export interface Hyperparameters {
  readonly layers: number;
  /** Width d of the residual. */
  readonly dimensions: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly feedForward: number;
  readonly contextLength: number;
  /** ε of the norms. */
  readonly epsilon: number;
  /** In the order in which the layers name them. */
  readonly attention: readonly AttentionKind[];
  /** What the scores q·k are multiplied by; 1/√headSize where it is absent. */
  readonly scoreScale?: number;
  /** The bound c of attention's scores s, c·tanh(s/c), where they have one. */
  readonly scoreCap?: number;
  /** The same of the logits. */
  readonly logitCap?: number;
  /** What a token's row is multiplied by before the first layer; 1 where it is absent. */
  readonly embeddingScale?: number;
  /** Of two kinds of attention, every so many layers one has the second. */
  readonly globalPeriod?: number;
  /** Whether both parts of a layer read the residual before it. */
  readonly parallel?: boolean;
}
