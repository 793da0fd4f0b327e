import type { Ablation, BeforeAfter } from '../ablation';
import type { Run, Tokenisation } from '../run';
import type { TextRequest } from '../tokens';

/** Text A is the inspected one, B another on the same model. */
export interface SecondText {
  readonly other: TextRequest;
}

/** A number of A and of B. */
export type OfBoth<T = number> = readonly [a: T, b: T];

/** Two texts, position by position. */
export interface TwoTexts {
  /** B as it is cut, and what its positions predict. */
  readonly tokens: Tokenisation['tokens'];
  /** Tokens of B beyond the limit. */
  readonly leftOut: number;
  readonly run: Omit<Run, 'handle' | 'listed'>;
  /**
   * Positions that correspond, in their order: equal tokens from the start, then as many from the end as there are, and
   * those between if A and B have equally many.
   */
  readonly pairs: readonly OfBoth[];
  /** Between the h of each pair, degrees. */
  readonly hiddenAngle: Float64Array;
  /** Between the residuals of each pair, degrees, and their sizes, model units; indexed by layer 0 … L, then pair. */
  readonly angles: readonly Float64Array[];
  readonly sizes: readonly OfBoth<Float64Array>[];
}

export interface TwoPositionsQuestion extends SecondText {
  /** In A. */
  readonly position: number;
  /** In B. */
  readonly otherPosition: number;
  /** Likeliest tokens of each: 1 … 1000. */
  readonly count: number;
}

/** The predictions after one position of A, `position`, and one of B. The first number of each pair is A's. */
export interface TwoPositions extends Omit<Ablation, 'tokens'> {
  readonly otherPosition: number;
  /** Between the two h, degrees. */
  readonly angle: number;
  /** The likeliest of each, which a patch is measured by: the same id twice if they agree. */
  readonly likeliest: OfBoth;
  /** In the order of A. */
  readonly tokens: readonly (Ablation['tokens'][number] & {
    /** ‖u‖₂, model units. */
    readonly size: number;
    readonly cosines: OfBoth;
    readonly bias: number;
  })[];
}

/** What is put from A into B: a residual, or the output of a part of a layer before it is added. */
export const patchParts = ['residual', 'attention', 'feedForward', 'head'] as const;
export type PatchPart = (typeof patchParts)[number];

interface AnyPatch extends SecondText {
  readonly part: PatchPart;
  /** A position of A, and the one of B whose prediction is compared with its prediction. */
  readonly position: number;
  readonly otherPosition: number;
  /** Two output tokens: what comes back is the difference of their logits. */
  readonly tokens: OfBoth;
}

export interface PatchQuestion extends AnyPatch {
  /** The layer whose heads are the rows, from 0; with `head` alone. */
  readonly layer?: number;
  /**
   * `count` rows from `first` on: residuals 0 … L, layers 0 … L − 1 for attention and feed-forward, heads of a layer.
   */
  readonly first: number;
  readonly count: number;
}

/** Rows of a grid of patches. */
export interface PatchRows {
  readonly first: number;
  /** logit of the first token − logit of the second, before the model's cap, in A and B as they are. */
  readonly difference: OfBoth;
  /**
   * One entry a position of B: the share of A's difference that comes back, 0 none, 1 all; NaN where no position of A
   * corresponds, or where the two differences are equal.
   */
  readonly rows: readonly Float64Array[];
}

export interface PatchCellQuestion extends AnyPatch {
  /** The row: a residual 0 … L, a layer, or with `head` the layer. */
  readonly layer: number;
  /** With `head` alone. */
  readonly head?: number;
  /** The position of B that is patched. */
  readonly at: number;
  /** Likeliest tokens of each: 1 … 1000. */
  readonly count: number;
}

/** B's prediction before and after one patch. `position` is B's. */
export interface PatchedCell extends Ablation {
  /** The difference of the two logits in B, before and after. */
  readonly difference: BeforeAfter;
}

/** The position of B that is looked at: the chosen one, else the partner of A's, else the last. */
export function otherPositionOf(
  { pairs, run }: Pick<TwoTexts, 'pairs' | 'run'>,
  chosen: number | null,
  position: number,
): number {
  const partner = chosen ?? pairs.find(([a]) => a === position)?.[1] ?? Infinity;
  return Math.min(partner, run.length - 1);
}
