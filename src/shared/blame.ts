import type { Both, LogitParts } from './both';
import type { MadeOf } from './layerParts';
import type { Side } from './sides';
import type { NamedToken } from './tokens';

// Which part of B makes its predictions differ from A's: A runs with one part of B in place, or B with one of A.

/** A part of a model. The norms of attention and of the feed-forward part belong to them. */
export type ModelPart =
  | ({
      readonly kind: 'attention' | 'feedForward' | 'layer';
      readonly layer: number;
      readonly tensor?: string;
    } & MadeOf)
  /** `input`: the embedding; `output`: the output rows, with their bias. */
  | { readonly kind: 'matrix'; readonly side: Side; readonly tensor?: string }
  /** The final norm. */
  | { readonly kind: 'norm'; readonly tensor?: string };

/** How finely a model is cut: the parts of layers, whole layers, or each tensor by itself. */
export const blameGrains = ['parts', 'layers', 'tensors'] as const;
export type BlameGrain = (typeof blameGrains)[number];

export interface BlameQuestion {
  readonly position: number;
  readonly by: BlameGrain;
  /** B runs with one part of A in its place, instead of A with one of B. */
  readonly reverse: boolean;
  /** The token whose logit is taken apart; A's likeliest if absent. */
  readonly token?: number;
}

/** What a mixed model predicts, against A. */
export interface MixedEffect {
  /** KL(A‖mixed) after the position, bits. */
  readonly divergence: number;
  /** Its mean over the predictions of the text that were compared, bits. */
  readonly meanDivergence: number;
  /** Of the token in question: the raw logit of the mixed model minus A's, and what makes it. */
  readonly logit: { readonly change: number; readonly parts: LogitParts };
  /** How far h turned from A's, degrees, and its size as a multiple of A's. */
  readonly h: { readonly angle: number; readonly ratio: number };
}

export interface BlamedPart extends MixedEffect {
  readonly part: ModelPart;
}

/** Told by `Progress.blamed` too, the newest part alone. */
export interface Blame extends Omit<BlameQuestion, 'token'> {
  readonly token: NamedToken;
  /** All parts of B: B itself. */
  readonly whole: MixedEffect;
  /** In the order of the model: the embedding, layer by layer, the norm, the output rows. */
  readonly parts: readonly BlamedPart[];
  /** Positions at the end whose predictions were not compared, for want of memory. */
  readonly leftOut: number;
}

/** What became of a tensor of A in B. */
export interface TensorChange {
  readonly name: string;
  readonly shape: readonly number[];
  /** ‖B − A‖ / ‖A‖, all numbers in a row (Frobenius); infinite where A is 0 and B is not. */
  readonly error: number;
  /** Between A's row and B's, degrees, median over the rows that are 0 in neither; null for a vector. */
  readonly angle: number | null;
  /** ‖B's row‖ / ‖A's row‖, median; of a vector its own. null where all rows of one of the two are 0. */
  readonly ratio: number | null;
  /** The row that turned furthest, from 0: where rows are tokens, its id. null for a vector. */
  readonly worst: { readonly row: number; readonly angle: number } | null;
  readonly bitsPerWeight: Both<number>;
}

/** Two files of any format: of folders the folder, or a file in it. */
export interface TensorChangesRequest {
  readonly path: string;
  readonly other: string;
}

export interface TensorChanges {
  readonly tensors: readonly TensorChange[];
  /** 1 where all rows were read. Of large models one run of rows in so many, spread over each tensor. */
  readonly every: number;
  /** Names that one of the two lacks, or has with another shape or in a type that cannot be read. */
  readonly unlike: readonly string[];
}
