import type { LikelyToken } from '../run';
import type { NamedToken } from '../tokens';

/** A whole document as the model reads it. One entry a token; its place in UTF-16 offsets. */
export interface DocumentTokens {
  readonly ids: Int32Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** ‖e‖₂ of each token, model units. */
  readonly sizes: Float32Array;
  /** How many tokens the model puts before every text, 0 or 1. They are the first ones, and begin every window. */
  readonly added: number;
  /** The control tokens that the text spells, each once, in the order of their first places. */
  readonly control: readonly NamedToken[];
  /** Tokens that the model reads of one text. */
  readonly contextLength: number;
}

/** The ids of a window, or of its beginning, of which those from `from` on are measured. */
export interface WindowRequest {
  readonly ids: Int32Array;
  readonly from: number;
}

/** One entry for each measured token of a window. */
export interface WindowMeasures {
  /** −log₂ p of the token under the prediction before it, bits; NaN at the first of the window. */
  readonly surprisal: Float64Array;
  /** Entropy of the prediction after it, bits. */
  readonly entropy: Float64Array;
  /** The three likeliest tokens in its place; none at the first of the window. */
  readonly expected: readonly (readonly LikelyToken[])[];
}

/** What is known of a document: its tokens, and measures of the first `measured` of them. */
export interface MeasuredDocument extends WindowMeasures {
  readonly tokens: DocumentTokens;
  readonly measured: number;
  /** Tokens of a window. */
  readonly window: number;
}
