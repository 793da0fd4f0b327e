import type { Ablation } from '../ablation';
import type { Pushed } from '../attention';
import type { VocabularyToken } from '../tokens';

export const steerings = ['add', 'remove'] as const;
export const steeredPositions = ['last', 'all'] as const;

/** A vector that is added to the residual while a text runs, or a direction that is taken out of it. */
export interface Steering {
  /** See `parseExpression`. `h` and residuals are those of the chosen position in the plain run. */
  readonly expression: string;
  /**
   * `add`: r + strength · v. `remove`: r − strength · (r·v̂) v̂, which at strength 1 leaves nothing of the direction.
   */
  readonly how: (typeof steerings)[number];
  /** −1000 … 1000. */
  readonly strength: number;
  /** After this layer, 1 … L; 0 before the first; null after each of them. */
  readonly layer: number | null;
  /** At the chosen position, or at all up to it. */
  readonly positions: (typeof steeredPositions)[number];
}

export interface SteerQuestion extends Pushed {
  readonly position: number;
  readonly steering: Steering;
  /** Likeliest tokens of each prediction: 1 … 1000. The pushed tokens are listed in any case. */
  readonly count: number;
}

/** A prediction before and after steering. */
export interface Steered extends Ablation {
  /** ‖v‖₂, model units. */
  readonly vectorSize: number;
  /** ‖r‖₂ at the chosen position where the vector is first added, in the plain run, model units. */
  readonly residualSize: number;
  /**
   * What the linear push promises for each of `tokens`: the change of its logit if no later layer reacted and the final
   * norm divided as before.
   */
  readonly promised: readonly number[];
}

export interface SteerCurveQuestion {
  readonly position: number;
  readonly steering: Steering;
  /** In place of the steering's own: 1 … 21. */
  readonly strengths: readonly number[];
  /** 1 … 1000: tokens of the curve, those that are first at most at one of the strengths. */
  readonly count: number;
}

/** Probabilities over the strength of a steering. */
export interface SteerCurve {
  readonly position: number;
  /** Those at which the numbers of the model stay finite. */
  readonly strengths: readonly number[];
  readonly tokens: readonly {
    readonly token: VocabularyToken;
    /** One a strength. */
    readonly probabilities: readonly number[];
  }[];
}
