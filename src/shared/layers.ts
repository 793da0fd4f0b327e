import type { Ablated } from './ablation';
import type { LayerKinds } from './layerParts';
import type { ByMetric } from './metrics';
import type { OfRun, RankedToken, VocabularyToken } from './tokens';
import type { TextPlace } from './vectors/vector';

/** The prediction from one residual: its final norm times the output rows. */
export interface LensCell {
  /** The likeliest tokens, best first. */
  readonly top: readonly { readonly token: VocabularyToken; readonly probability: number }[];
  /** Bits. */
  readonly entropy: number;
  /** 1-based rank, by float32 logits, of the token that really follows; `null` at the last position. */
  readonly rank: number | null;
}

/**
 * Whether a row of the lens is the residual after a whole layer, or after the layer's attention: r_{l−1} + the output
 * of attention, to which feed-forward is added next.
 */
const lensStages = ['layer', 'attention'] as const;
export type LensStage = (typeof lensStages)[number];

/** A row of the lens. Layer 0 is the residual before the first layer, and has no attention. */
export interface LensStep {
  readonly layer: number;
  readonly after: LensStage;
}

/** All rows from before the first layer to after the last; `between` with the rows after attention. */
export const lensSteps = (layers: number, between: boolean): readonly LensStep[] => [
  { layer: 0, after: 'layer' },
  ...Array.from({ length: layers }, (_, index): readonly LensStep[] => {
    const layer = index + 1;
    return [...(between ? [{ layer, after: 'attention' as const }] : []), { layer, after: 'layer' }];
  }).flat(),
];

/** Some rows of the lens, at some positions. */
export interface LensRowsQuestion {
  /** By default `layer`. */
  readonly after?: LensStage;
  /** `count` rows from `first` on: 0 … L after layers, 1 … L after attention. */
  readonly first: number;
  readonly count: number;
  /** Positions from `from` up to, excluding, `to`. By default all that were run. */
  readonly positions?: { readonly from: number; readonly to: number };
  /** Parts of the layers that are left out of the run. */
  readonly ablated?: Ablated;
}

export interface LensQuestion extends LensRowsQuestion {
  /** Entries of each cell: 1 … 1000. */
  readonly top: number;
}

/** Indexed by layer from `first` on, then position from `positions.from` on. */
export interface Divergence {
  readonly first: number;
  /** KL(final ‖ row) over the whole vocabulary, bits: ≥ 0, and 0 after the last layer. */
  readonly rows: readonly Float64Array[];
}

export interface LeadersQuestion {
  readonly position: number;
  /** Adds the rows after attention. */
  readonly between?: boolean;
}

/** The tokens that are the likeliest in any row of the lens at a position. */
export interface Leaders {
  readonly position: number;
  /** From before the first layer to after the last. */
  readonly rows: readonly LensStep[];
  /** In the order in which they first lead. */
  readonly tokens: readonly Leader[];
}

export interface Leader {
  readonly token: VocabularyToken;
  /** One entry a row. */
  readonly probability: Float64Array;
  /** 1-based rank by raw logit, one entry a row. */
  readonly rank: Int32Array;
}

/** Indexed by layer from `first` on, then position from `positions.from` on. */
export interface Lens {
  readonly first: number;
  readonly rows: readonly (readonly LensCell[])[];
}

export interface DimensionsQuestion {
  readonly position: number;
  /** 0 is before the first layer, L after the last. */
  readonly layer: number;
  /** Dimensions to name: 1 … 1000. */
  readonly count: number;
}

/** The dimensions of a residual that carry most of its square. They count from 0. */
export interface Dimensions {
  readonly position: number;
  readonly layer: number;
  /** ‖r‖₂, model units. */
  readonly size: number;
  /** The median of the absolute values of all dimensions, model units. */
  readonly median: number;
  readonly largest: readonly DimensionShare[];
}

export interface DimensionShare {
  readonly dimension: number;
  /** Model units. */
  readonly value: number;
  /** value² / ‖r‖₂²: 0 … 1; NaN if r is zero. */
  readonly share: number;
}

export interface JourneyQuestion {
  readonly position: number;
  /** The output token whose logit is decomposed. By default the likeliest. */
  readonly output?: number;
  /** A second output token: what is decomposed is then the difference of the two logits, `output` − `against`. */
  readonly against?: number;
}

/** Two logits at one position, in their factors: ‖h‖ · ‖u‖ · cos θ + bias. The first of each pair is `output`'s. */
export interface LogitPair {
  readonly against: VocabularyToken;
  /** Before the model's cap. */
  readonly logits: readonly [number, number];
  /** ‖h‖₂ and ‖u‖₂, model units. */
  readonly hiddenSize: number;
  readonly sizes: readonly [number, number];
  readonly cosines: readonly [number, number];
  readonly biases: readonly [number, number];
}

/** The contribution of every layer to a logit. */
export interface Push {
  /** Of the vector before the first layer. */
  readonly input: number;
  /** One entry a layer. */
  readonly attention: readonly number[];
  readonly feedForward: readonly number[];
  /** Of the biases of the final norm and of the output. */
  readonly bias: number;
}

/** Learned positions: r_0 = e + p, with e the token's input vector (scaled if the model scales it). */
export interface LearnedPosition {
  /** ‖p‖ of every position of the model, model units. */
  readonly sizes: readonly number[];
  /** Between p and e, degrees. Absent if one of them is zero. */
  readonly angleToInput?: number;
  /**
   * p·r_0 / ‖r_0‖²: the share of r_0 that p makes up. The rest is the token's. Below 0 or above 1 if the two
   * point apart, NaN if r_0 is zero.
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
  /** The token that really follows; `null` at the last position. */
  readonly next: VocabularyToken | null;
  readonly residualSize: readonly number[];
  /** Angle between r_l and the input token's own vector. */
  readonly angleToInput: readonly number[];
  /** Angles between the final norm of r_l and an output row. */
  readonly angleToPredicted: readonly number[];
  readonly angleToNext: readonly number[] | null;
  readonly attentionSize: readonly number[];
  readonly feedForwardSize: readonly number[];
  /** What the layers are made of. */
  readonly kinds?: LayerKinds;
  /** Angle between the outputs of attention and feed-forward; `null` where one of them is zero. */
  readonly partsAngle: readonly (number | null)[];
  readonly output: VocabularyToken;
  /** `null` if one logit is decomposed. */
  readonly pair: LogitPair | null;
  /** h·u, the sum of the pushes; with a pair the difference of its logits. */
  readonly logit: number;
  readonly push: Push;
  /** The mean push over the vocabulary. Without soft-capping it changes no probability. All 0 with a pair. */
  readonly meanPush: Push;
  /**
   * ‖r_l‖ here and its median at the other positions, at the layer with the largest ratio. At an attention sink,
   * usually the first position, the ratio is in the tens. `null` for a text of one token.
   */
  readonly sink: { readonly layer: number; readonly here: number; readonly others: number } | null;
  /** ‖r_0 − e‖: 0 if positions enter inside attention only. */
  readonly inputDeviation: number;
  /** `null` if the model has no learned positions. */
  readonly learned: LearnedPosition | null;
}

/** The axis of the vectorscope. */
type Axis =
  /** A token's output row or its input vector. Both are the same if the matrices are tied. */
  | { readonly kind: 'token'; readonly id: number; readonly side?: 'input' | 'output' }
  /** The final norm of r_layer at a position; layer L is h. */
  | { readonly kind: 'residual'; readonly text: OfRun; readonly position: number; readonly layer: number }
  /** See `parseExpression`; `place` is needed if it reads a text. */
  | { readonly kind: 'vector'; readonly expression: string; readonly place?: TextPlace };

export interface ScopeRequest {
  readonly axis: Axis;
  readonly centred: boolean;
  /** Entries of each list: 1 … 1000. */
  readonly count: number;
}

/** The relation of every output row to the axis. */
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
