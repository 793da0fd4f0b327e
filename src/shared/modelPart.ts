import type { Side } from './sides';

/** A part of a model. The norms of attention and of the feed-forward part belong to them. */
export type ModelPart =
  | { readonly kind: 'attention' | 'feedForward' | 'layer'; readonly layer: number; readonly tensor?: string }
  /** `input`: the embedding; `output`: the output rows, with their bias. */
  | { readonly kind: 'matrix'; readonly side: Side; readonly tensor?: string }
  /** The final norm. */
  | { readonly kind: 'norm'; readonly tensor?: string };
