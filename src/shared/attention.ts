import type { TrunkInfo } from './model';
import type { VocabularyToken } from './tokens';

/** A head of a layer. Both count from 0. */
export interface Head {
  readonly layer: number;
  readonly head: number;
}

/** A head as the field writes it: `23.4` is head 4 of layer 23. */
export const headNumber = ({ layer, head }: Head): string => `${layer}.${head}`;

/** The head of such a number; null for any other text. */
export function namedHead(name: string): Head | null {
  const [, layer, head] = /^(\d{1,6})\.(\d{1,6})$/.exec(name.trim()) ?? [];
  return layer === undefined ? null : { layer: Number(layer), head: Number(head) };
}

/** The logit whose pushes are computed, or the difference of two logits. */
export interface Pushed {
  /** The output token. By default the likeliest at the position; without a position no pushes are computed. */
  readonly output?: number;
  /** A second output token: pushes are then on the difference of the two logits, `output` − `against`. */
  readonly against?: number;
}

/** All heads, layer by layer. Layers with another mixer have none. */
export const allHeads = ({ layers, heads, mixers }: Pick<TrunkInfo, 'layers' | 'heads' | 'mixers'>): Head[] =>
  Array.from({ length: layers * heads }, (_, i) => ({ layer: Math.floor(i / heads), head: i % heads })).filter(
    ({ layer }) => (mixers?.[layer] ?? 'attention') === 'attention',
  );

export interface AttentionQuestion extends Pushed {
  /** By default all heads of the model. */
  readonly heads?: readonly Head[];
  /** Positions from `from` up to, excluding, `to`. By default all that were run. */
  readonly positions?: { readonly from: number; readonly to: number };
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

/** All heads at one position. */
export interface HeadGridQuestion extends Pushed {
  readonly position: number;
}

/** What one head does at one position. */
export interface HeadCell {
  /** ‖vector that the head adds‖₂, model units. */
  readonly size: number;
  /** What it adds to the logit, or to the difference. */
  readonly push: number;
  /** Its weight on the first position: 0 … 1. */
  readonly first: number;
  /** Entropy of its weights, bits: 0 … log₂(position + 1). */
  readonly entropy: number;
  /** The position with the largest weight, and that weight. */
  readonly most: number;
  readonly weight: number;
  /** The visible positions whose keys are nearest to the query, and best aligned with it. */
  readonly nearest: number;
  readonly aligned: number;
}

/** What pushes are on: a logit at a position, or the difference of two. */
export interface PushesAt {
  readonly position: number;
  readonly output: VocabularyToken;
  /** `null` if pushes are on one logit. */
  readonly against: VocabularyToken | null;
}

/** What a convolution or a recurrence takes from each position up to one. */
export interface LayerSources {
  /** The share of its output there: the product of what a position gives with the output, over ‖output‖². Sums to 1. */
  readonly share: Float64Array;
  /** What each gives to the logit, or to the difference. */
  readonly push: Float64Array;
}

/** The heads of all layers at one position. */
export interface HeadGrid extends PushesAt {
  /** Indexed by layer, then head. */
  readonly heads: readonly (readonly HeadCell[])[];
  /** By layer; null where there are heads. Absent if all layers have attention. */
  readonly sources?: readonly (LayerSources | null)[];
  /** The bias of attention's output by layer, null where there is none. Empty if the model has none. */
  readonly biases: readonly ({ readonly size: number; readonly push: number } | null)[];
}

/** One head at one position. */
export interface HeadViewQuestion extends HeadGridQuestion, Head {
  /** The most attended positions that are taken apart, and the tokens of each list: 1 … 64. */
  readonly count: number;
}

/** An output token, and what a vector adds to its logit. */
export interface PushedToken {
  readonly token: VocabularyToken;
  readonly push: number;
}

/** What a head reads at an attended position and adds at its own. All of them sum to the head's vector. */
export interface HeadSource {
  readonly position: number;
  readonly weight: number;
  /** ‖weight · what the position sends‖₂, model units. */
  readonly size: number;
  readonly push: number;
  /** The tokens whose logits rise most, best first. */
  readonly raised: readonly PushedToken[];
}

export interface HeadView extends Head, PushesAt {
  /** Of the positions 0 to `position`; they sum to 1. */
  readonly weights: Float64Array;
  /** ‖vector that the head adds‖₂ and ‖all that attention adds in this layer‖₂, model units. */
  readonly size: number;
  readonly attentionSize: number;
  readonly push: number;
  /**
   * Angle in degrees between the head's vector, with the gain of the final norm and centred where the norm centres, and
   * the output row, or the difference of the two rows. NaN if one of them is zero.
   */
  readonly angle: number;
  /**
   * Degrees by which the head turns the final norm of the residual after attention towards that direction; below 0 if
   * it turns away.
   */
  readonly turn: number;
  /** The tokens whose logits the head raises and lowers most. */
  readonly raised: readonly PushedToken[];
  readonly lowered: readonly PushedToken[];
  /** The most attended positions, most first. */
  readonly sources: readonly HeadSource[];
}

/** The query of a head at one position, and the keys that it meets. */
export interface ScoresQuestion extends Head {
  readonly position: number;
  /** The key whose score is wanted at every distance: a position, or that with the largest weight. */
  readonly curve?: number | 'most';
}

/**
 * Why a head looks where it does: a score is ‖q‖ ‖k‖ cos θ · `scale`, and softmax makes the weights of the scores. One
 * entry a key, for the positions 0 to `position`.
 */
export interface HeadScores extends Head {
  readonly position: number;
  readonly scale: number;
  /** The cap c of the scores s: c·tanh(s/c); null without. */
  readonly cap: number | null;
  /** The score without a key that this head has, of a model with sinks. The weights lack its share. */
  readonly sink?: number;
  /** Positions before it are hidden by a window: their score is −∞ and their weight 0. */
  readonly firstVisible: number;
  /** Whether positions turn queries and keys. */
  readonly rotates: boolean;
  /** ‖q‖ and ‖k‖, after the rotation. */
  readonly q: number;
  readonly k: Float64Array;
  readonly cosine: Float64Array;
  /** ‖q − k‖. */
  readonly distance: Float64Array;
  /** As softmax gets it, cap included. */
  readonly score: Float64Array;
  /** The same of the query and keys before their rotation. */
  readonly unrotated: Float64Array;
  readonly weights: Float64Array;
  /** The score of the query and a key if they stood 0, 1, 2 … positions apart. Present if it was asked for. */
  readonly curve?: { readonly key: number; readonly scores: Float64Array };
}

/** The attention of one head between all positions. */
export interface PatternQuestion extends Head {
  /** Rows of the picture: 1 … 1024. */
  readonly most: number;
}

/** A lower triangle of weights. A text with more positions than rows has the mean of some positions in each cell. */
export interface Pattern extends Head {
  readonly positions: number;
  /** Positions of each row and column; 1 if nothing is averaged. The last row may have fewer. */
  readonly together: number;
  /**
   * Row after row, each from the first column to its own: rows · (rows + 1) / 2 numbers. A cell is the sum of the
   * weights on its columns, as a mean over its rows, so that a row sums to 1.
   */
  readonly cells: Float32Array;
}
