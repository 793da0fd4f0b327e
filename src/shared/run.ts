import type { PromptEdge } from './matters';
import type { NamedToken, RunHandle, TextRequest, Token } from './tokens';

export interface TokeniseRequest extends TextRequest {
  /** Returns at most this many tokens, from the first on; all if absent. `leftOut` still counts every token. */
  readonly most?: number;
}

export interface Tokenisation {
  /**
   * Context first, then the text; `start` and `end` count from the beginning of `text`, so the context's are negative.
   */
  readonly tokens: readonly Token[];
  /** How many of `tokens` are context. A token across the border belongs to the text. */
  readonly contextCount: number;
  /** Tokens in the whole text, those that were not returned included, the context not. */
  readonly total: number;
  /** How many tokens at the end are beyond the limit, or beyond what the model reads. */
  readonly leftOut: number;
}

export interface Run {
  /** What later questions name; null if a server only lists the likeliest tokens, and nothing else can be asked. */
  readonly handle: RunHandle | null;
  /** Positions that were run: the context and the text without the tokens left out. */
  readonly length: number;
  /** ‖h‖₂ at every position, model units; NaN if not known. */
  readonly hiddenSize: Float64Array;
  /** Entropy of the prediction after every position, bits. */
  readonly entropy: Float64Array;
  /** Present if only a list of the likeliest tokens is known, as some servers give it. */
  readonly listed?: ListedBounds;
  /** −log₂ p of the token at every position under the prediction before it, bits; NaN at the first. */
  readonly surprisal: Float64Array;
  /** The three likeliest next tokens at every position; all that are known if only a list of them is. */
  readonly likeliest: readonly (readonly LikelyToken[])[];
  readonly layers: LayerMeasures;
  /** Present if the whole text was run and ends where the model would rather have written on. */
  readonly edge?: PromptEdge;
}

/** A token with its probability as the next one, 0 … 1. */
export interface LikelyToken {
  readonly token: NamedToken;
  readonly probability: number;
}

/** Of a run whose probabilities are known for a list of tokens only: entropies and some surprisals are bounds. */
export interface ListedBounds {
  /** `entropy` is the least value, this the greatest, bits; NaN if the size of the vocabulary is not known. */
  readonly entropyAtMost: Float64Array;
  /** 1 where the token stands in no list: its surprisal is at least the given value. */
  readonly isLeast: Uint8Array;
}

/** Indexed by layer, then position. Residuals have one row more than there are layers: row 0 is before the first. */
export interface LayerMeasures {
  /** ‖r_l‖₂ before the final norm, model units. */
  readonly residualSize: readonly Float64Array[];
  /** Angle between r_l and the token's own input vector, degrees. */
  readonly angleToInput: readonly Float64Array[];
  /** Angle between the final norm of r_l and the output row of the token finally predicted there, degrees. */
  readonly angleToPrediction: readonly Float64Array[];
  /** ‖attention output‖₂ of each layer, model units. */
  readonly attentionSize: readonly Float64Array[];
  /** ‖feed-forward output‖₂ of each layer, model units. */
  readonly feedForwardSize: readonly Float64Array[];
}
