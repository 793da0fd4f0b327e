import type { ByMetric } from './metrics';
import type { PredictedToken, RankedToken, VocabularyToken } from './tokens';

export interface PredictionQuestion {
  readonly position: number;
  /** Entries of `top`: 1 … 1000. */
  readonly count: number;
  /** Tokens whose place is wanted wherever they stand. */
  readonly also?: readonly number[];
}

export interface Prediction {
  readonly hiddenSize: number;
  readonly entropy: number;
  readonly top: readonly PredictedToken[];
  /** The tokens of `also`, in their order; `rank` is the 1-based place by raw logit. */
  readonly also?: readonly (PredictedToken & { readonly rank: number })[];
  /** The vocabulary's tokens nearest to h by each metric, ten each, best first. */
  readonly nearest: ByMetric<readonly RankedToken[]>;
  readonly lengths: LengthSweep;
}

/**
 * What changes when h keeps its direction and takes another size: the lists by dot product and by cosine stay, the
 * list by distance moves. All arrays have one entry a size.
 */
export interface LengthSweep {
  /** ‖h‖ in even steps of its logarithm, model units; the size that h has is among them. */
  readonly lengths: readonly number[];
  /** Index in `lengths` of the size that h has. */
  readonly actual: number;
  /** The tokens of `nearest`: each once, since the lists share most of them. */
  readonly tokens: readonly VocabularyToken[];
  /** The ten nearest by distance at each size, best first, as indices in `tokens`. */
  readonly nearest: readonly (readonly number[])[];
  /** How many of the ten are also among the ten best by dot product, and by cosine: 0 … 10. */
  readonly sharedWithDot: readonly number[];
  readonly sharedWithCosine: readonly number[];
}
