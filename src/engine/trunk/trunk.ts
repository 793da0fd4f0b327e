import type { Signal } from '../../shared/engine';
import type { Entrance } from './entrance';
import type { FinalNorm } from './finalNorm';
import type { ResidualMeasures, TokenRows } from './residuals';
import type { TensorType } from '../weights/types/types';

export interface TrunkControl {
  readonly signal?: Signal | undefined;
  readonly onFraction?: (fraction: number) => void;
}

/** What every layer did at some positions, n × d each. */
export interface Replay {
  /** r_l from before the first layer to after the last. */
  readonly residuals: readonly Float32Array[];
  /** What each layer's two parts added. */
  readonly attention: readonly Float32Array[];
  readonly feedForward: readonly Float32Array[];
}

/** What was run of a text. Arrays are valid until the next run. */
export interface TrunkStore {
  /** Positions. */
  readonly length: number;
  /** r_l before the final norm, `positions × dimensions`; l from 0, before the first layer, to the number of layers. */
  residuals(layer: number): Float32Array;
  /** ‖attention output‖₂ and ‖feed-forward output‖₂ at every position, model units. */
  attentionSize(layer: number): Float64Array;
  feedForwardSize(layer: number): Float64Array;
  /** Lengths and angles of the residuals at as many positions from `first` on as there are rows. */
  measure(first: number, rows: TokenRows, norm: FinalNorm, signal?: Signal): Promise<ResidualMeasures[]>;
}

/**
 * Whole rows of a tensor as the file stores them, of which the first `columns` numbers are wanted: whole blocks, or
 * all.
 */
export interface SampleRows {
  readonly type: TensorType;
  readonly bytes: Uint8Array;
  readonly rowBytes: number;
  readonly columns: number;
}

/** Layers that were loaded here, which others are compared with. */
export interface HomeTrunk extends Trunk {
  /** What was run last. */
  readonly store: TrunkStore;
  /** The same layers with nothing run yet. To be released. */
  anew(): HomeTrunk;
  /**
   * Rows as the layers unpack them, in groups of sixteen: groups × columns × 16 numbers. Only where they compute on
   * stored rows themselves.
   */
  unpacked?(rows: SampleRows): Promise<Float32Array>;
  release(): void;
}

/**
 * The layers of the model, somewhere. What was run is kept: a text that begins as the last one did runs its new
 * positions only.
 */
export interface Trunk {
  readonly entrance: Entrance;
  /**
   * Residuals of every position. The store is the trunk's own: it is valid until the next call.
   * Rejects with `EngineError('cancelled')`; what was finished by then is kept. Rejects with
   * `EngineError('model-damaged')` where a residual is not finite.
   */
  run(ids: ArrayLike<number>, control: TrunkControl): Promise<TrunkStore>;
  /**
   * Runs positions once more, from `first` on, with the given vectors in the place of their tokens' rows (n × d); the
   * positions before them must have been run. What later positions need of them is left as it was.
   */
  replay(first: number, vectors: Float32Array, control?: TrunkControl): Promise<Replay>;
}
