import type { Signal } from '../../shared/engine';
import type { Vector } from '../arrays/vectors';
import type { Ranked } from '../kernels/comparison';
import type { ListName } from '../kernels/metrics';
import type { MeasuredRows } from './sizes';
import type { Softmax } from './softmax';
import type { Space } from './space';

/** A row w reaches a line where q·w − offset_w ≥ least + rate · slope_w. */
export interface ReachLines {
  /** V long each. */
  readonly offset: Float32Array;
  readonly slope: Float32Array;
  /**
   * Four numbers a query: `least` and `rate` of the line that a row perhaps reaches, and of the one that it surely
   * passes.
   */
  readonly lines: Float32Array;
}

/** Whether rows reach a line: one surely does, or some are in doubt. */
export interface Reached {
  readonly surely: boolean;
  /** Ids; `null` if there are too many to list. */
  readonly doubtful: readonly number[] | null;
}

/** What turns products into logits. */
export interface Outputs {
  /** The bound c of the logits x, c·tanh(x/c). */
  readonly logitCap?: number | undefined;
  /** Added to the products before that, V long. */
  readonly bias?: Float32Array | null;
}

export interface SearchAsked {
  readonly lists: readonly ListName[];
  /** Candidates of each list, and how many of them are wanted in the end. */
  readonly capacity: number;
  readonly wanted: number;
  readonly space: Space;
  /** Queries, from the first on, that get a softmax. */
  readonly hidden: number;
  /** Rows whose place is counted, −1 for none. */
  readonly targets: Int32Array | undefined;
  readonly signal: Signal | undefined;
  readonly onFraction: (fraction: number) => void;
}

export interface SearchFound {
  /**
   * By query and list, in their exact order. `null` if only the `candidates` are known, whose exact values must still
   * be computed.
   */
  readonly ranked: readonly (readonly (readonly Ranked[])[])[] | null;
  readonly candidates: readonly (readonly (readonly number[])[])[] | null;
  readonly softmax: readonly Softmax[];
  readonly before: readonly number[];
}

/** Passes over the rows of one matrix, several queries at a time. */
export interface RowsPass {
  readonly measured: MeasuredRows;
  /**
   * How many queries fit into one pass if their lists have `entries` entries in all; `productsTogether`, if their
   * products are kept.
   */
  queriesTogether(entries: number): number;
  readonly productsTogether: number;
  search(queries: readonly Vector[], asked: SearchAsked): Promise<SearchFound>;
  /** q·w with every row to `into`, queries × V. */
  products(queries: readonly Vector[], into: Float32Array, signal: Signal | undefined): Promise<void>;
  reached(
    queries: readonly Vector[],
    reachLines: readonly ReachLines[],
    signal: Signal | undefined,
  ): Promise<Reached[][]>;
  release(): void | Promise<void>;
}
