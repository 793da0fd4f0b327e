import type { Mixer } from '../../shared/model';
import type { RecurrenceSizes } from '../kernels/layerProgram';

export type Activation = 'silu' | 'gelu' | 'gelu-tanh';

/** How positions rotate queries and keys (Su et al. 2021, arXiv:2104.09864). */
export interface RotaryPositions {
  readonly base: number;
  /** Radians between two positions for each pair. The dimensions beyond the pairs are not rotated. */
  readonly frequencies: Float64Array;
  /** Factor of the rotated vectors. */
  readonly attentionFactor: number;
  /** Of queries alone: what they are multiplied by grows every so many positions. */
  readonly temperature?: { readonly scale: number; readonly every: number };
  /** Whether a pair is two neighbouring rows, else one row of each half. */
  readonly interleaved: boolean;
}

/** A kind of attention. Most models have one. Some have two, each in a part of the layers. */
export interface AttentionKind {
  /** Visible positions, itself included: a whole number ≥ 1, or Infinity. */
  readonly window: number;
  /** `null` without rotary positions. */
  readonly rotary: RotaryPositions | null;
  /** Those of the model by default. */
  readonly headSize?: number;
  readonly keyValueHeads?: number;
}

/** The feed-forward parts of a layer of which a router chooses some at each position. */
export interface Experts {
  readonly count: number;
  /** The number that run at a position. */
  readonly used: number;
  /** Neurons of one expert. */
  readonly width: number;
  /** Whether the probabilities of the chosen experts are divided by their sum. */
  readonly normalises: boolean;
  /** The activation of the gates, SiLU by default, or gpt-oss's own. */
  readonly gates?: Activation | 'clamped';
  /** Whether neurons beside them run at every position. */
  readonly hasDense?: boolean;
}

/** The sizes and constants of a decoder-only model, read from its file. */
export interface Hyperparameters {
  readonly layers: number;
  /** Width d of the residual. */
  readonly dimensions: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** Neurons of a layer that run at a position: of a mixture those of its chosen experts. */
  readonly feedForward: number;
  /** Those of each layer, if not all have as many. `feedForward` is then the greatest. */
  readonly neurons?: readonly number[];
  readonly experts?: Experts;
  /** By layer. All have attention by default. */
  readonly mixers?: readonly Mixer[];
  /** The positions that a convolution sees, its own included. */
  readonly taps?: number;
  readonly recurrence?: RecurrenceSizes;
  /** Layers of the file after the last, which predict tokens further on and do not run. */
  readonly further?: number;
  readonly contextLength: number;
  readonly epsilon: number;
  /** The kinds of attention, which the layers name by index. */
  readonly attention: readonly AttentionKind[];
  /** The index of each layer's kind, where no rule of the family says it. */
  readonly kinds?: readonly number[];
  /** The layer whose keys and values each layer reads: its own, or an earlier one's. */
  readonly keysFrom?: readonly number[];
  /** Numbers of the vector that each layer reads of a token beside the residual; 0 for none. */
  readonly besideWidth?: number;
  /** The factor of each layer's residual. */
  readonly layerScales?: readonly number[];
  /** The factor of the scores q·k, 1/√headSize by default. */
  readonly scoreScale?: number;
  /** The cap c of attention's scores s: c·tanh(s/c). */
  readonly scoreCap?: number;
  readonly logitCap?: number;
  /** The factor of a token's row before the first layer, 1 by default. */
  readonly embeddingScale?: number;
  /** The factor of what each part adds to the residual, 1 by default. */
  readonly residualScale?: number;
  /** What divides the logits, 1 by default. The final norm divides by it, so h is that much smaller. */
  readonly logitDivisor?: number;
  /** Whether each head has a score without a key. */
  readonly hasSinks?: boolean;
  /** The period of the layers with the second kind of attention. */
  readonly globalPeriod?: number;
  /** Whether attention and feed-forward both read the residual before the layer. */
  readonly parallel?: boolean;
}

/** Whether the layers run on the engine's own kernels alone. */
export const needsOwnKernels = ({ experts, mixers, keysFrom }: Hyperparameters): boolean =>
  Boolean(experts ?? mixers ?? keysFrom);

export const neuronsIn = ({ neurons, feedForward }: Hyperparameters, layer: number): number =>
  neurons?.[layer] ?? feedForward;

export const headSizeIn = ({ attention, kinds, headSize }: Hyperparameters, layer: number): number =>
  attention[kinds?.[layer] ?? 0]?.headSize ?? headSize;

/** The factor by which what a layer adds has changed when it reaches the last residual. */
export const reachedShare = ({ layerScales = [] }: Pick<Hyperparameters, 'layerScales'>, layer: number): number =>
  layerScales.slice(layer).reduce((product, scale) => product * scale, 1);

export const mixerOf = ({ mixers }: Pick<Hyperparameters, 'mixers'>, layer: number): Mixer =>
  mixers?.[layer] ?? 'attention';
