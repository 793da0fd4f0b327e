import type { ByMetric } from './metrics';

/** What is known of a token without any text. */
export interface NamedToken {
  readonly id: number;
  /** The token's bytes as UTF-8, invalid parts as U+FFFD. */
  readonly text: string;
  /** Those of its name for a control token, and for a byte whose character has another token: `<0x21>`. */
  readonly bytes: readonly number[];
  /** A control token such as `<|im_start|>`, never produced by plain text. */
  readonly special: boolean;
  /**
   * ‖e‖₂, the size of the token's row in the embedding: model units, ≥ 0; null if a server runs the model and its
   * matrices are not known.
   */
  readonly size: number | null;
  /** Share of the vocabulary's rows that are strictly smaller: 0 … 100; null where the size is. */
  readonly percentile: number | null;
  /**
   * ‖u‖₂, the size of its row in the unembedding, and that row's percentile; absent where the two matrices are one.
   */
  readonly outputSize?: number;
  readonly outputPercentile?: number;
  /**
   * Between the two rows, degrees, 0 … 180; absent where the two matrices are one, and where a row of zeros has no
   * angle.
   */
  readonly angleInputOutput?: number;
}

/** One row of the vocabulary of a model whose matrices are known. */
export interface VocabularyToken extends NamedToken {
  readonly size: number;
  readonly percentile: number;
}

export const isSized = <T extends NamedToken>(token: T): token is T & VocabularyToken => token.size !== null;

/** A stretch of a text: UTF-16 offsets, `end` excluded. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A token at its place in a text. Tokens overlap only on a character whose bytes they share. */
export interface Token extends NamedToken, Range {
  readonly index: number;
}

/** A token compared with a query vector by every metric. */
export interface RankedToken {
  readonly token: VocabularyToken;
  /** ‖q − w‖₂ ≥ 0, q·w, and q·w / (‖q‖‖w‖) in −1 … 1; each in float64 from the two vectors. */
  readonly values: ByMetric<number>;
  /** Angle between the two vectors in degrees, 0 … 180. */
  readonly angle: number;
  /** 1-based place in the whole vocabulary by each metric; ties go to the lower id. */
  readonly ranks: ByMetric<number>;
}

/** A token compared with h as a prediction of the next token. */
export interface PredictedToken extends RankedToken {
  /** Softmax over the whole vocabulary: 0 … 1. */
  readonly probability: number;
  /** What the softmax sees: the raw logit, soft-capped where the model does that. */
  readonly logit: number;
  /** ‖h‖ · ‖u‖ · cos θ + bias. */
  readonly rawLogit: number;
  readonly bias: number;
}

/** The name of a run that the engine knows. Another process, or another load of the model, does not know it. */
export type RunHandle = string;

/** The run that a question is about: one that the engine knows, or a text, which it runs unless it was run last. */
export type OfRun = { readonly run: RunHandle } | TextRequest;

export interface TextRequest {
  readonly text: string;
  /** Text before `text` that the model sees too, tokenised together with it. */
  readonly context?: string;
  /**
   * How many tokens of the context are kept at most, counted back from the text: fewer where the model does not read so
   * many beside it.
   */
  readonly contextTokens?: number;
  /** Reads special tokens that are spelled in the text as plain text. */
  readonly plain?: boolean;
  /**
   * Tokens that get predictions at most, as far as the model reads; the others are counted in `leftOut`. The context
   * does not count.
   */
  readonly limit?: number;
  /**
   * Tokens in place of a cut of the text from `from` on (UTF-16 units): the text there is their own, and is never cut
   * anew. Tokens that do not spell it are another model's, and the whole text is cut.
   */
  readonly appended?: { readonly from: number; readonly ids: readonly number[] };
}
