import type { activations } from './kernels';
import type { ThreadRoom } from './machine';
import type { StoredRows } from './storedRows';

// The layers of one memory as steps for the kernels. Fields named `x`, `out`, … are operands:
// indices into the list of addresses of each run.

/** W of a linear map as the file stores it. `bias` is the address of float32 numbers, 0 for none. */
export interface StoredMatrix extends StoredRows {
  readonly rows: number;
  readonly bias: number;
}

export interface Product {
  readonly x: number;
  readonly out: number;
  readonly matrix: StoredMatrix;
}

/** A step that treats every row by itself. `gain` and `bias` are addresses. */
export type RowStep =
  | {
      readonly kind: 'rmsNorm';
      readonly x: number;
      readonly out: number;
      readonly gain: number;
      readonly width: number;
      readonly perRow: number;
    }
  | {
      readonly kind: 'layerNorm';
      readonly x: number;
      readonly out: number;
      readonly gain: number;
      readonly bias: number;
      readonly width: number;
    }
  | {
      readonly kind: 'rotary';
      readonly x: number;
      readonly out: number;
      readonly cosine: number;
      readonly sine: number;
      readonly heads: number;
      readonly headSize: number;
      readonly pairs: number;
      readonly interleaved: boolean;
    }
  | {
      readonly kind: 'activate';
      readonly x: number;
      readonly out: number;
      readonly width: number;
      readonly activation: keyof typeof activations;
    }
  | {
      readonly kind: 'add' | 'multiply';
      readonly a: number;
      readonly b: number;
      readonly out: number;
      readonly width: number;
    }
  | { readonly kind: 'copy'; readonly x: number; readonly out: number; readonly width: number }
  /** Overwrites `count` columns of x from `from` on with the numbers at the address `values`; with zeros if it is 0. */
  | {
      readonly kind: 'replace';
      readonly x: number;
      readonly width: number;
      readonly from: number;
      readonly count: number;
      readonly values: number;
    }
  /**
   * Writes the sizes of x as float64, and x itself to `parts` if the run keeps it. `part` counts the parts of all
   * layers of the memory.
   */
  | {
      readonly kind: 'part';
      readonly x: number;
      readonly sizes: number;
      readonly part: number;
      readonly width: number;
    };

export interface Attention {
  readonly kind: 'attention';
  readonly queries: number;
  /** Rows of all positions of the text. */
  readonly keys: number;
  readonly values: number;
  readonly out: number;
  readonly heads: number;
  readonly groups: number;
  readonly headSize: number;
  readonly window: number;
  readonly scale: number;
  /** 0 for none. */
  readonly cap: number;
}

/** Steps without a barrier between them. */
export type Stage =
  | { readonly kind: 'rows'; readonly steps: readonly RowStep[] }
  | { readonly kind: 'products'; readonly products: readonly Product[] }
  | Attention;

export interface LayerProgram {
  readonly stages: readonly Stage[];
  readonly epsilon: number;
}

/** Runs a program for some positions after the `past` ones. */
export interface RunLayers {
  readonly kind: 'layers';
  readonly program: number;
  /** The first stage, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Positions to run, and those before them. */
  readonly rows: number;
  readonly past: number;
  /** Addresses by operand. */
  readonly addresses: readonly number[];
  readonly room: ThreadRoom;
  /** Address of the kept parts, rows × width each, one after the other; 0 to keep none. */
  readonly parts: number;
}
