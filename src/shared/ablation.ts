import type { Pushed } from './attention';
import type { Expert } from './experts';
import type { Neuron } from './neurons';
import type { VocabularyToken } from './tokens';

/** A part of a layer whose output can be left out. All count from 0. */
export type LayerPart =
  | { readonly kind: 'head'; readonly layer: number; readonly head: number }
  | ({ readonly kind: 'neuron' } & Neuron)
  /** The shares of the other experts stay as they are. */
  | ({ readonly kind: 'expert' } & Expert)
  | { readonly kind: 'attention' | 'feedForward'; readonly layer: number };

/** What stands in the place of an output that is left out: zeros, or its mean over the positions that were run. */
export const replacements = ['zero', 'mean'] as const;
export type Replacement = (typeof replacements)[number];

/** Parts that are left out of a run. All means are those of the complete model. */
export interface Ablated {
  readonly parts: readonly LayerPart[];
  readonly by: Replacement;
}

/** The prediction at a position of a text, with and without some parts. */
export interface AblationQuestion extends Pushed {
  readonly position: number;
  readonly ablated: Ablated;
  /** Likeliest tokens of each prediction: 1 … 1000. The pushed tokens are listed in any case. */
  readonly count: number;
}

/** Numbers of the complete model, and of the model without the parts. */
export type BeforeAfter = readonly [before: number, after: number];

export interface Ablation {
  readonly position: number;
  /** ‖h‖₂, model units. */
  readonly hiddenSize: BeforeAfter;
  /** Bits. */
  readonly entropy: BeforeAfter;
  /** KL(before ‖ after) of the two predictions, bits: ≥ 0. */
  readonly divergence: number;
  /** The likeliest tokens of both, in the order of the complete model. Logits are those before the model's cap. */
  readonly tokens: readonly {
    readonly token: VocabularyToken;
    readonly logits: BeforeAfter;
    readonly probabilities: BeforeAfter;
  }[];
}
