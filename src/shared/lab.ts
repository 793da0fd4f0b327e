import type { ByMetric } from './tokens';

/** A token with the number that an experiment is about. */
export interface LabEntry {
  readonly id: number;
  readonly text: string;
  readonly value: number;
}

/** The pairs of metrics whose lists are compared. */
export const pairs = ['euclidean-dot', 'euclidean-cosine', 'dot-cosine'] as const;
export type Pair = (typeof pairs)[number];
export type ByPair<T> = Readonly<Record<Pair, T>>;

/** One value for each pair of metrics. */
export const byPair = <T>(of: (pair: Pair) => T): ByPair<T> => ({
  'euclidean-dot': of('euclidean-dot'),
  'euclidean-cosine': of('euclidean-cosine'),
  'dot-cosine': of('dot-cosine'),
});

/** How far lists agree, pair by pair, 0 … 1. */
export interface Agreement {
  /** |A ∩ B| / k, the token itself included. */
  readonly overlap: ByPair<number>;
  /** Rank-biased overlap, extrapolated, p = 0.9. */
  readonly rbo: ByPair<number>;
}

export interface RulersOptions {
  readonly id: number;
  /** Length of the lists: 1 … 1000. */
  readonly k: number;
  /** Tokens of the sample, evenly spaced over the vocabulary; 0 leaves it out. */
  readonly sample: number;
}

export interface RulersResult extends Agreement {
  readonly token: { readonly id: number; readonly text: string; readonly size: number };
  readonly lists: ByMetric<readonly LabEntry[]>;
  readonly sample: Agreement & { readonly size: number };
}

export interface OneLengthResult extends RulersResult {
  /** The three lists name the same tokens in the same order. */
  readonly identical: boolean;
}

export interface RoundTripOptions {
  /** Tokens tried, evenly spaced over the vocabulary; all of them where it is absent. */
  readonly sample?: number;
}

export interface RoundTripResult {
  readonly vocabulary: number;
  readonly tried: number;
  /** How many of them went through the final norm so far; absent where all of them did. */
  readonly triedNormed?: number;
  /**
   * How many tokens are not the best by a metric when their own vector is the query. Ties go to the lower id. Without
   * `normed` where the final norm is not known.
   */
  readonly misses: {
    readonly raw: ByMetric<number>;
    readonly centred: ByMetric<number>;
    readonly normed?: ByMetric<number>;
  };
  /** Tokens that do not come back by the raw dot product, and what they become. */
  readonly examples: readonly { readonly id: number; readonly text: string; readonly becomes: LabEntry }[];
}

export interface TargetSizeOptions {
  readonly directions: number;
  readonly seed: number;
}

export interface TargetSizeResult {
  /** How many different tokens win at least one direction, and how many none. */
  readonly winners: number;
  readonly never: number;
  /** Share of the directions won by each tenth of the tokens, the smallest first. */
  readonly winsBySizeDecile: readonly number[];
  readonly top: readonly { readonly id: number; readonly text: string; readonly size: number; readonly wins: number }[];
}

/** A text that an experiment reads, as an inspection does. */
export interface LabText {
  readonly text: string;
  /** Special tokens that are spelled in it are read as plain text. */
  readonly plain?: boolean;
  /** Tokens of it that count, the first ones. */
  readonly limit?: number;
}

export interface SoftmaxShiftOptions extends LabText {
  /** ‖shift‖₂, model units. */
  readonly size: number;
  readonly seed: number;
}

/** The largest change of each, over the vocabulary or over sampled pairs of rows. */
export interface SoftmaxShiftResult {
  readonly probabilityChange: number;
  readonly distanceChange: number;
  readonly sizeChange: number;
  readonly cosineChange: number;
}

export type LengthOptions = LabText;

export interface LengthResult {
  readonly hiddenSize: number;
  readonly scales: readonly number[];
  /** Largest change of a probability when the residual before the final norm is scaled. */
  readonly beforeNorm: readonly number[];
  /** When h is scaled after it: probabilities as with temperature 1 / scale. */
  readonly afterNorm: readonly {
    readonly entropy: number;
    readonly top: readonly LabEntry[];
    readonly overlap: ByPair<number>;
    readonly nearest: ByMetric<readonly LabEntry[]>;
  }[];
}

export interface BetweenOptions extends LabText {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

export interface BetweenPoint {
  readonly size: number;
  readonly nearest: ByMetric<readonly LabEntry[]>;
  /** What follows when the mixture stands in place of the text's last token, by probability. */
  readonly predicted: readonly LabEntry[];
}

export interface BetweenResult {
  readonly from: { readonly id: number; readonly text: string };
  readonly to: { readonly id: number; readonly text: string };
  readonly steps: readonly { readonly t: number; readonly straight: BetweenPoint; readonly sphere: BetweenPoint }[];
}

/** Angles in degrees between two vectors of each token, over the vocabulary. */
export interface AngleSummary {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

export interface TiedResult {
  readonly tied: boolean;
  /** Between a token's input and output vector. */
  readonly angle: AngleSummary;
  readonly most: readonly LabEntry[];
  /** The same with the final norm's gain folded into the output vector. */
  readonly gainFolded?: { readonly angle: AngleSummary; readonly most: readonly LabEntry[] };
}

export interface ExtremesResult {
  readonly longest: readonly LabEntry[];
  readonly shortest: readonly LabEntry[];
  /** By distance to the mean row. */
  readonly nearMean: readonly LabEntry[];
  /** Tokens whose rows are equal, in groups. */
  readonly duplicates: readonly (readonly number[])[];
  /** Tokens that no text can produce. */
  readonly unreachable: readonly { readonly id: number; readonly text: string }[];
}

/** What each experiment takes and gives. */
export interface Experiments {
  readonly rulers: { readonly options: RulersOptions; readonly result: RulersResult };
  readonly 'one-length': { readonly options: RulersOptions; readonly result: OneLengthResult };
  readonly 'round-trip': { readonly options: RoundTripOptions; readonly result: RoundTripResult };
  readonly 'target-size': { readonly options: TargetSizeOptions; readonly result: TargetSizeResult };
  readonly 'softmax-shift': { readonly options: SoftmaxShiftOptions; readonly result: SoftmaxShiftResult };
  readonly length: { readonly options: LengthOptions; readonly result: LengthResult };
  readonly between: { readonly options: BetweenOptions; readonly result: BetweenResult };
  readonly tied: { readonly options: Readonly<Record<never, never>>; readonly result: TiedResult };
  readonly extremes: { readonly options: Readonly<Record<never, never>>; readonly result: ExtremesResult };
}

export const experiments = [
  'rulers',
  'one-length',
  'round-trip',
  'target-size',
  'softmax-shift',
  'length',
  'between',
  'tied',
  'extremes',
] as const;
export type Experiment = (typeof experiments)[number];

/** Whether an experiment reads a text. */
export const readsText = (name: Experiment): boolean =>
  name === 'softmax-shift' || name === 'length' || name === 'between';

export type LabRequest = {
  readonly [E in Experiment]: { readonly name: E; readonly options: Experiments[E]['options'] };
}[Experiment];
export type LabResult = {
  readonly [E in Experiment]: { readonly name: E; readonly result: Experiments[E]['result'] };
}[Experiment];
