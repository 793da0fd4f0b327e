import type { LayerPart } from '../../shared/ablation';
import type { Signal } from '../../shared/engine';
import type { TensorType } from '../weights/types/types';
import type { LayerChanges } from './changes';
import type { FinalNorm } from './finalNorm';
import type { InputEmbedding } from './inputEmbedding';
import type { Kept } from './layerSteps';
import type { MatrixProducts } from './products';
import type { ResidualMeasures, TokenRows } from './residuals';

export interface TrunkControl {
  readonly signal?: Signal | undefined;
  readonly onFraction?: (fraction: number) => void;
}

/** The outputs of every layer at some positions, n × d each. */
export interface Replay {
  /** r_l from before the first layer to after the last. */
  readonly residuals: readonly Float32Array[];
  /** The outputs of attention and feed-forward of each layer. */
  readonly attention: readonly Float32Array[];
  readonly feedForward: readonly Float32Array[];
  /** How much the neurons of each layer fired, of a replay of one position on our kernels. */
  readonly fired?: readonly Float32Array[];
}

/** The results of a text so far. Arrays are valid until the next run. */
export interface TrunkStore {
  readonly length: number;
  /** r_l before the final norm, `positions × dimensions`; l from 0, before the first layer, to the number of layers. */
  residuals(layer: number): Float32Array;
  /** The keys, rotated, and the values of every position, `positions × (keyValueHeads · headSize)`. */
  keys(layer: number): Float32Array;
  values(layer: number): Float32Array;
  /** What any mixer keeps of every position. Absent if all layers have attention. */
  kept?(kind: Kept, layer: number): Float32Array;
  /** ‖attention output‖₂ and ‖feed-forward output‖₂ at every position, model units. */
  attentionSize(layer: number): Float64Array;
  feedForwardSize(layer: number): Float64Array;
  /** Sizes and angles of the residuals at the positions from `first` on, one for each of the rows. */
  measure(first: number, rows: TokenRows, norm: FinalNorm, signal?: Signal): Promise<ResidualMeasures[]>;
}

/** Whole rows of a tensor as the file stores them. Only the first `columns` numbers are wanted, in whole blocks. */
export interface SampleRows {
  readonly type: TensorType;
  readonly bytes: Uint8Array;
  readonly rowBytes: number;
  readonly columns: number;
}

/** A part of the layers that is left out of a run. */
export interface ReplacedOutput {
  readonly part: LayerPart;
  /**
   * The numbers that replace its output at every position: `headSize` for a head, before the output product, 1
   * for a neuron, else `dimensions`. `null` for zeros.
   */
  readonly values: Float32Array | null;
}

/** A residual, or the output of a part of a layer before it is added to one: of a head before the output product. */
export type InnerVector = LayerPart | { readonly kind: 'residual'; readonly layer: number };

/** Runs of the complete model from inside the text that was run last, which stays unchanged. */
export interface InnerRuns {
  read(vector: InnerVector, at: number, control?: TrunkControl): Promise<Float32Array>;
  /** The last residual at `position` if the vector at the position `at`, at or before it, is replaced. */
  replaced(
    vector: InnerVector,
    at: number,
    by: Float32Array,
    position: number,
    control?: TrunkControl,
  ): Promise<Float32Array>;
}

/** A vector that is added to residuals during a run. */
export interface ResidualEdit {
  /** v, d long. */
  readonly vector: Float64Array;
  /** Adds strength · (r·v) v in place of strength · v. */
  readonly projects: boolean;
  /** Residuals that are changed: 0 before the first layer, l after the layer with that number, counted from 1. */
  readonly residuals: readonly number[];
  /** Positions from `from` up to, excluding, `to`. */
  readonly from: number;
  readonly to: number;
}

/** Layers that change residuals. */
export interface SteeredTrunk extends HomeTrunk {
  /** Holds for the positions that are run from then on; 0 at first. */
  setStrength(strength: number): void;
}

/** The layers as they were loaded. Layers elsewhere are compared with them. */
export interface HomeTrunk extends Trunk {
  readonly store: TrunkStore;
  /** The same layers with no text, to be released by the caller. */
  fresh(): HomeTrunk;
  /** The same layers with some parts left out. Absent if the layers cannot do that. */
  ablated?(parts: readonly ReplacedOutput[]): HomeTrunk;
  /** The same layers with changed residuals. Absent if the layers cannot do that. */
  steered?(edit: ResidualEdit): SteeredTrunk;
  /** The same layers with other tensors in some places. Absent if the layers cannot do that. */
  changed?(changes: LayerChanges): HomeTrunk;
  /** Absent if the layers cannot do that. */
  readonly inner?: InnerRuns;
  /** Unpacks rows in groups of sixteen: groups × columns × 16 numbers. Absent if the layers do not use stored rows. */
  unpacked?(rows: SampleRows): Promise<Float32Array>;
  /** Products with the matrices of a layer, at once. Absent if the layers do not use stored rows. */
  products?(layer: number): MatrixProducts;
  release(): void;
}

/** The layers of a model. The trunk keeps its last run: a text that begins the same runs its new positions only. */
export interface Trunk {
  readonly inputEmbedding: InputEmbedding;
  /**
   * Runs a text. The store belongs to the trunk and is valid until the next call. Rejects with
   * `EngineError('cancelled')`, keeping finished positions, or with `EngineError('model-damaged')` if a residual is not
   * finite.
   */
  run(ids: ArrayLike<number>, control: TrunkControl): Promise<TrunkStore>;
  /**
   * Runs positions from `first` on again with other vectors (n × d) in place of their tokens' rows. The positions
   * before them must have been run. The stored text stays unchanged.
   */
  replay(first: number, vectors: Float32Array, control?: TrunkControl): Promise<Replay>;
}
