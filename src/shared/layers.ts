import type { TextRequest, ByMetric, RankedToken, VocabularyToken } from './tokens';

/** What one residual would predict: the final norm of r_l, with its own statistics, against the output rows. */
export interface LensCell {
  /** The likeliest tokens, best first. */
  readonly top: readonly { readonly token: VocabularyToken; readonly probability: number }[];
  /** Bits. */
  readonly entropy: number;
  /** 1-based place of the token that really follows, by the model's float32 logits; null at the last position. */
  readonly rank: number | null;
}

export interface LensRequest extends TextRequest {
  /** Residuals from `first` on, so many: 0 is before the first layer, L after the last. */
  readonly first: number;
  readonly count: number;
  /** Entries of each cell: 1 … 1000. */
  readonly top: number;
  /** Positions from `from` on, before `to`; all that were run where they are absent. */
  readonly positions?: { readonly from: number; readonly to: number };
}

/** Indexed by layer from `first` on, then position from `positions.from` on. */
export interface Lens {
  readonly first: number;
  readonly rows: readonly (readonly LensCell[])[];
}

export interface JourneyRequest extends TextRequest {
  readonly position: number;
  /** The output token whose logit is taken apart; the likeliest one where it is absent. */
  readonly output?: number;
}

/** What every layer adds to a logit. */
export interface Push {
  /** Of the vector before the first layer. */
  readonly input: number;
  /** One entry a layer. */
  readonly attention: readonly number[];
  readonly feedForward: readonly number[];
  /** Of the final norm's and the output's biases; 0 where the model has none. */
  readonly bias: number;
}

/**
 * Of a model with a learned vector p for each position: r_0 = e + p, with e the token's input vector, scaled where the
 * model scales it.
 */
export interface LearnedPosition {
  /** ‖p‖ of every position that the model knows, model units. */
  readonly sizes: readonly number[];
  /** Between this position's vector and the token's, degrees; absent where a row of zeros has no angle. */
  readonly angleToInput?: number;
  /**
   * p·r_0 / ‖r_0‖²: how much of r_0 this position's vector makes up; the rest is the token's. Below 0 or above 1 where
   * the two point apart. NaN where r_0 is zero.
   */
  readonly share: number;
}

/**
 * One position, layer by layer. Sizes in model units, angles in degrees, pushes in logits. Residuals have L + 1
 * entries, parts L.
 */
export interface Journey {
  readonly position: number;
  readonly input: VocabularyToken;
  readonly predicted: VocabularyToken;
  /** The token that really follows; null at the last position. */
  readonly next: VocabularyToken | null;
  readonly residualSize: readonly number[];
  /** Angle between r_l and the input token's own vector. */
  readonly angleToInput: readonly number[];
  /** Angles between the final norm of r_l and an output row. */
  readonly angleToPredicted: readonly number[];
  readonly angleToNext: readonly number[] | null;
  readonly attentionSize: readonly number[];
  readonly feedForwardSize: readonly number[];
  /** Angle between what attention and what feed-forward added. */
  readonly partsAngle: readonly number[];
  readonly output: VocabularyToken;
  /** h·u, which the pushes add up to. */
  readonly logit: number;
  readonly push: Push;
  /** The mean push over the vocabulary. Without soft-capping no probability sees it. */
  readonly meanPush: Push;
  /**
   * ‖r_l‖ here and the median of it at the other positions, at the layer where they differ most: at an attention sink,
   * mostly the first position, it is tens of times larger. Null for a text of one token.
   */
  readonly sink: { readonly layer: number; readonly here: number; readonly others: number } | null;
  /** ‖r_0 − e‖ of the input token: 0 where positions enter inside attention only. */
  readonly inputDeviation: number;
  /** null where positions enter inside attention only. */
  readonly learned: LearnedPosition | null;
}

/** What may be the axis of the vectorscope. */
export type Axis =
  /** A token's output row, or its input vector; the two are one where the model has one matrix. */
  | { readonly kind: 'token'; readonly id: number; readonly side?: 'input' | 'output' }
  /** The final norm of r_layer at a position; layer L is h. */
  | { readonly kind: 'residual'; readonly text: TextRequest; readonly position: number; readonly layer: number };

export interface ScopeRequest {
  readonly axis: Axis;
  readonly centred: boolean;
  /** Entries of each list: 1 … 1000. */
  readonly count: number;
}

/** Every token of the vocabulary, by its output row, as the axis sees it. */
export interface Scope {
  readonly centred: boolean;
  /** ‖axis‖₂ in the space, model units. */
  readonly size: number;
  /** axis · w of every row in the space, V long, float32. */
  readonly dots: Float32Array;
  /** ‖w‖₂ of every row in the space, V long, float32. */
  readonly sizes: Float32Array;
  /** The nearest by each metric, in float64, best first. */
  readonly nearest: ByMetric<readonly RankedToken[]>;
}
