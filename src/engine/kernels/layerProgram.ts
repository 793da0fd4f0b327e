import type { activations } from './kernels';
import type { ThreadRoom } from './machine';
import type { StoredRows } from './storedRows';

// The layers of one memory as steps for the kernels. Fields named `x`, `out`, … are operands:
// indices into the list of addresses of each run.

/** W of a linear map as the file stores it. `bias` is the address of float32 numbers, 0 for none. */
interface StoredMatrix extends StoredRows {
  readonly rows: number;
  readonly bias: number;
}

/** Of the experts in one matrix, those that run at a position have a share other than 0. */
export interface ChosenExperts {
  /** The operand of the shares, `count` for each position. */
  readonly shares: number;
  readonly count: number;
  /** The most that run at a position. */
  readonly used: number;
  /** Whether the products are summed by the shares. Otherwise they stand side by side, `used` for each position. */
  readonly joins: boolean;
}

export interface Product {
  readonly x: number;
  readonly out: number;
  /** With `experts` its address is that of a table of their addresses. Their biases follow each other. */
  readonly matrix: StoredMatrix;
  readonly experts?: ChosenExperts;
}

/** How two values become one. */
export type Combination = 'add' | 'multiply' | 'clampedGate' | 'sigmoidGate';

type Numbers<Names extends string> = Readonly<Record<Names, number>>;

/** A step that treats every row by itself. `gain` and `bias` are addresses. */
export type RowStep =
  | ({ readonly kind: 'rmsNorm' } & Numbers<'x' | 'out' | 'gain' | 'width' | 'perRow'>)
  | ({ readonly kind: 'layerNorm' } & Numbers<'x' | 'out' | 'gain' | 'bias' | 'width'>)
  | ({ readonly kind: 'rotary'; readonly interleaved: boolean } & Numbers<
      'x' | 'out' | 'cosine' | 'sine' | 'heads' | 'headSize' | 'pairs'
    >)
  | ({ readonly kind: 'activate'; readonly activation: keyof typeof activations } & Numbers<'x' | 'out' | 'width'>)
  | ({ readonly kind: Combination } & Numbers<'a' | 'b' | 'out' | 'width'>)
  /** x ⊙ gain + bias. A `bias` of 0 is none. */
  | ({ readonly kind: 'stretch' } & Numbers<'x' | 'out' | 'gain' | 'bias' | 'width'>)
  /** Every other `size` numbers of x, whose rows are twice as wide; `second`: not from the first on. */
  | ({ readonly kind: 'pick'; readonly second: boolean } & Numbers<'x' | 'out' | 'width' | 'size'>)
  | ({ readonly kind: 'copy' } & Numbers<'x' | 'out' | 'width'>)
  /** Turns the logits of a router into the shares of the experts. */
  | ({ readonly kind: 'choose'; readonly normalises: boolean } & Numbers<'x' | 'out' | 'width' | 'used'>)
  /** Overwrites `count` columns of x from `from` on with the numbers at the address `values`; with zeros if it is 0. */
  | ({ readonly kind: 'replace' } & Numbers<'x' | 'width' | 'from' | 'count' | 'values'>)
  /**
   * Adds a vector v to x at the positions from `begin` up to, excluding, `end` of the text: x + strength · v, or with
   * `projects` x + strength · (x·v) v. `vector` is the address of float64 numbers: the strength, then v.
   */
  | ({ readonly kind: 'steer'; readonly projects: boolean } & Numbers<'x' | 'width' | 'vector' | 'begin' | 'end'>)
  /**
   * Writes the sizes of x as float64, and x itself to `parts` if the run keeps it. `part` counts the parts of all
   * layers of the memory.
   */
  | ({ readonly kind: 'part' } & Numbers<'x' | 'sizes' | 'part' | 'width'>)
  /** Copies x as a part, where a run of one position keeps them, `stride` wide each. */
  | ({ readonly kind: 'keep' } & Numbers<'x' | 'part' | 'width' | 'stride'>);

/**
 * `keys` and `values` are rows of all positions of the text. A `cap` of 0 is none. `sinks` is the address of a score
 * without a key for each head, 0 for none.
 */
export interface AttentionNumbers extends Numbers<
  'queries' | 'keys' | 'values' | 'out' | 'heads' | 'groups' | 'headSize' | 'window' | 'scale' | 'cap' | 'sinks'
> {
  readonly kind: 'attention';
}

/** `x` is the rows of all positions of the text, `kernel` the address of width × taps numbers. */
export interface ConvolutionNumbers extends Numbers<'x' | 'out' | 'kernel' | 'width' | 'taps'> {
  readonly kind: 'convolution';
}

/** Heads with a state of keys × values, as in a gated delta rule. */
export interface RecurrenceSizes {
  readonly heads: number;
  /** Several heads may share the queries and keys of one. */
  readonly keyHeads: number;
  readonly keySize: number;
  readonly valueSize: number;
  /** Whether heads with the same keys stand beside each other, else one round of all keys after the other. */
  readonly grouped: boolean;
}

/**
 * A gated delta rule. `mixed` has queries, keys and values beside each other, `alpha` and `beta` a number for each
 * head; `keys`, `values` and `decays` are rows of all positions of the text, which it writes. `rates` and `bias` are
 * addresses of a number for each head.
 */
export interface RecurrenceNumbers
  extends
    RecurrenceSizes,
    Numbers<'mixed' | 'alpha' | 'beta' | 'keys' | 'values' | 'decays' | 'out' | 'rates' | 'bias'> {
  readonly kind: 'recurrence';
}

/** A step that needs whole values of earlier positions. */
export type MixingStep = AttentionNumbers | ConvolutionNumbers | RecurrenceNumbers;

/** Steps without a barrier between them. */
export type LayerStage =
  | { readonly kind: 'rows'; readonly steps: readonly RowStep[] }
  | { readonly kind: 'products'; readonly products: readonly Product[] }
  | MixingStep;

export interface LayerProgram {
  readonly stages: readonly LayerStage[];
  readonly epsilon: number;
}

export interface RunLayers {
  readonly kind: 'layers';
  readonly program: number;
  /** The first stage, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Positions to run, and those before them. */
  readonly rows: number;
  readonly past: number;
  readonly addresses: readonly number[];
  readonly room: ThreadRoom;
  /** Address of the kept parts, rows × width each, one after the other; 0 to keep none. */
  readonly parts: number;
}
