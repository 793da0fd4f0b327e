import type { TextRequest, VocabularyToken } from './tokens';

/** A head of a layer. Both count from 0. */
export interface Head {
  readonly layer: number;
  readonly head: number;
}

export interface AttentionRequest extends TextRequest {
  /** By default all heads of the model. */
  readonly heads?: readonly Head[];
  /** Positions from `from` up to, excluding, `to`. By default all that were run. */
  readonly positions?: { readonly from: number; readonly to: number };
  /** The output token whose logit is decomposed. */
  readonly output?: number;
}

/** The contribution of a part of attention to the residual, one entry a position from `from` on. */
export interface AttentionPart {
  /** ‖vector that the part adds‖₂, model units. */
  readonly size: Float64Array;
  /** What it adds to the logit of `output`, as in `Push`. */
  readonly push?: Float64Array;
}

/**
 * A head adds the product of its output with its columns of the output matrix, without the bias. If the model norms the
 * output of attention before it is added, as Gemma does, the norm divides every part by the size of the whole. All
 * heads of a layer and its bias therefore sum to what attention adds.
 */
export interface HeadAttention extends Head, AttentionPart {
  /** One row a position i: the weights of the positions 0 to i, which sum to 1. */
  readonly rows: readonly Float64Array[];
}

/** Attention head by head. */
export interface Attention {
  /** The first position. */
  readonly from: number;
  readonly heads: readonly HeadAttention[];
  /** The bias of attention's output in the layers of these heads. Empty if the model has none. */
  readonly biases: readonly (AttentionPart & { readonly layer: number })[];
  /** The token that is pushed, if one was requested. */
  readonly output?: VocabularyToken;
}
