import type { Backend } from './backend';
import type { ByMetric } from './metrics';

/** A token with its value: a size, a distance, a probability, an angle. */
export interface LabEntry {
  readonly id: number;
  readonly text: string;
  readonly value: number;
}

/** The pairs of metrics whose lists an experiment compares. */
export const pairs = ['euclidean-dot', 'euclidean-cosine', 'dot-cosine'] as const;
export type MetricPair = (typeof pairs)[number];
export type ByPair<T> = Readonly<Record<MetricPair, T>>;

/** One value for each pair of metrics. */
export const byPair = <T>(of: (pair: MetricPair) => T): ByPair<T> =>
  Object.fromEntries(pairs.map((pair) => [pair, of(pair)])) as Record<MetricPair, T>;

/** How far the lists of two metrics agree, for each pair: 0 … 1. */
export interface Agreement {
  /** |A ∩ B| / k; the lists include the token itself. */
  readonly overlap: ByPair<number>;
  /** Rank-biased overlap, extrapolated, p = 0.9. */
  readonly rbo: ByPair<number>;
}

export interface RulersOptions {
  readonly id: number;
  /** Length of the lists. */
  readonly k: number;
  /** Size of a sample that is evenly spaced over the vocabulary; 0 for none. */
  readonly sample: number;
}

export interface RulersResult extends Agreement {
  readonly token: { readonly id: number; readonly text: string; readonly size: number };
  readonly lists: ByMetric<readonly LabEntry[]>;
  readonly sample: Agreement & { readonly size: number };
}

export interface OneLengthResult extends RulersResult {
  /** Whether all lists name the same tokens in the same order. */
  readonly identical: boolean;
}

export interface RoundTripOptions {
  /** Number of tokens to try, evenly spaced over the vocabulary; without it, all. */
  readonly sample?: number;
}

export interface RoundTripResult {
  readonly vocabulary: number;
  readonly tried: number;
  /**
   * How many tokens are not the best match of their own vector. Ties go to the lower id. `normed` is absent if the
   * final norm is not loaded.
   */
  readonly misses: {
    readonly raw: ByMetric<number>;
    readonly centred: ByMetric<number>;
    readonly normed?: ByMetric<number>;
  };
  /** Tokens that do not come back by the raw dot product, with the token that wins instead. */
  readonly examples: readonly { readonly id: number; readonly text: string; readonly becomes: LabEntry }[];
}

export interface TargetSizeOptions {
  readonly directions: number;
  readonly seed: number;
}

export interface TargetSizeResult {
  /** How many tokens win at least one direction, and how many win none. */
  readonly winners: number;
  readonly never: number;
  /** Share of the directions that each tenth of the tokens wins; the tenth of the smallest tokens comes first. */
  readonly winsBySizeDecile: readonly number[];
  readonly top: readonly { readonly id: number; readonly text: string; readonly size: number; readonly wins: number }[];
}

/** The text that an experiment reads. */
export interface LabText {
  readonly text: string;
  /** Whether special tokens spelled in the text are read as plain text. */
  readonly plain?: boolean;
  /** How many tokens are read, from the first. */
  readonly limit?: number;
}

export interface SoftmaxShiftOptions extends LabText {
  /** ‖shift‖₂, model units. */
  readonly size: number;
  readonly seed: number;
}

/** Part of the result of every experiment that reads a text. */
interface OfText {
  /** Of the tokens that were read. */
  readonly ids: readonly number[];
}

/** The largest changes, over the vocabulary or over sampled pairs of rows. */
export interface SoftmaxShiftResult extends OfText {
  readonly probabilityChange: number;
  readonly distanceChange: number;
  readonly sizeChange: number;
  readonly cosineChange: number;
}

export type LengthOptions = LabText;

export interface LengthResult extends OfText {
  readonly hiddenSize: number;
  readonly scales: readonly number[];
  /** Largest change of a probability at each scale of the residual, before the final norm. */
  readonly beforeNorm: readonly number[];
  /** The prediction at each scale of h, after the norm: probabilities as with temperature 1 / scale. */
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
  /** The likeliest next tokens if the mixture replaces the text's last token, with their probabilities. */
  readonly predicted: readonly LabEntry[];
}

export interface BetweenResult extends OfText {
  readonly from: { readonly id: number; readonly text: string };
  readonly to: { readonly id: number; readonly text: string };
  readonly steps: readonly { readonly t: number; readonly straight: BetweenPoint; readonly sphere: BetweenPoint }[];
}

/** Angles between two vectors of each token, over the vocabulary: degrees. */
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
  /** The angles if the final norm's gain is folded into the output vectors. */
  readonly gainFolded?: { readonly angle: AngleSummary; readonly most: readonly LabEntry[] };
}

export interface ExtremesResult {
  readonly longest: readonly LabEntry[];
  readonly shortest: readonly LabEntry[];
  /** The nearest tokens to the mean row, with their distances. */
  readonly nearMean: readonly LabEntry[];
  /** Groups of tokens with equal rows. */
  readonly duplicates: readonly (readonly number[])[];
  /** Tokens that no text can produce. */
  readonly unreachable: readonly { readonly id: number; readonly text: string }[];
}

/**
 * Ids of tokens that are known to be unused, both ends included. One end alone takes all up to it or from it on;
 * without both they are found by their names.
 */
export interface UntrainedOptions {
  readonly from?: number;
  readonly to?: number;
}

/** How the tokens that are known to be unused were found. */
export const references = ['unused', 'reserved', 'bytes', 'code', 'given'] as const;
export type Reference = (typeof references)[number];

/** What can be said of a token from its text alone. */
export type Reach =
  /** Some text is cut into it. */
  | 'text'
  /** A control token. */
  | 'control'
  /** A part of a character. */
  | 'partial'
  /** No text is cut into it: its own text is cut otherwise. */
  | 'unreachable';

export interface UntrainedToken {
  readonly id: number;
  readonly text: string;
  readonly reach: Reach;
  /** ‖e‖₂, and the share of the vocabulary's rows that are strictly smaller: 0 … 100. */
  readonly size: number;
  readonly percentile: number;
  /** Cosine to the mean of the reference, −1 … 1: see `UntrainedResult`. */
  readonly cosine: number;
  /** 1-based place among all tokens by that cosine, the largest first. */
  readonly rank: number;
}

/**
 * Which tokens look as if they were never trained (Land and Bartolo 2024, arXiv:2405.05417). The output rows of tokens
 * that are never predicted all move alike: so the cosine of each output row to the mean of the tokens that are known to
 * be unused is large for them. Before, the first principal component of all rows is taken off, since it is common to
 * most of them.
 */
export interface UntrainedResult {
  readonly tied: boolean;
  readonly vocabulary: number;
  readonly reference: {
    readonly kind: Reference;
    readonly count: number;
    /** Absent if there are more than a hundred. */
    readonly ids?: readonly number[];
    /** The first ones. */
    readonly examples: readonly { readonly id: number; readonly text: string }[];
    /** Sizes of their input rows. */
    readonly sizes: readonly [least: number, most: number];
    /** Share of the other tokens that have input rows smaller than the largest of them: 0 … 1. */
    readonly smaller: number;
  };
  /** The share of all variance that was taken off with the first principal component: 0 … 1. */
  readonly principal: number;
  /** The cosine that all but a twentieth of the reference reach. */
  readonly bound: number;
  /** Tokens beside the reference that reach it (`pointsAlike`), by what is known of them. */
  readonly found: Readonly<Record<Reach, number>>;
  /** Of the tokens beside the reference those with the largest cosines, the largest first. */
  readonly nearest: readonly UntrainedToken[];
  /** All control tokens that are not in the reference, by their ids; the first thousand. */
  readonly control: readonly UntrainedToken[];
}

/** All tokens beside the reference that point as it does. */
export const foundIn = ({ found }: UntrainedResult): number =>
  Object.values(found).reduce((sum, count) => sum + count, 0);

/** Those of them that are listed: the first candidates for a token that was never trained. */
export const candidatesIn = ({ nearest, bound }: UntrainedResult): readonly UntrainedToken[] =>
  nearest.filter(({ cosine }) => pointsAlike(cosine, bound));

/** Whether a cosine reaches the bound of the reference. That of rows of zeros is 0, and says nothing. */
export const pointsAlike = (cosine: number, bound: number): boolean => cosine >= bound && cosine > 0;

/** The most tokens of one request: each takes three runs of the layers. */
export const mostRepeated = 50;

/** Ids of tokens that the model is asked to repeat. */
export interface RepeatRequest {
  readonly ids: readonly number[];
}

/**
 * How well a model repeats a token (Land and Bartolo 2024, arXiv:2405.05417). One that was trained repeats nearly
 * any token; one that never saw a token hardly ever predicts it.
 */
export interface RepeatedToken {
  readonly id: number;
  readonly text: string;
  /** The probability of the token where each prompt asks for it, in the order of the prompts: 0 … 1. */
  readonly byPrompt: readonly number[];
  /** The largest of them. */
  readonly probability: number;
}

/** What each experiment takes and what it finds. */
export interface Experiments {
  readonly rulers: { readonly options: RulersOptions; readonly result: RulersResult };
  readonly 'one-length': { readonly options: RulersOptions; readonly result: OneLengthResult };
  readonly 'round-trip': { readonly options: RoundTripOptions; readonly result: RoundTripResult };
  readonly 'target-size': { readonly options: TargetSizeOptions; readonly result: TargetSizeResult };
  readonly 'softmax-shift': { readonly options: SoftmaxShiftOptions; readonly result: SoftmaxShiftResult };
  readonly length: { readonly options: LengthOptions; readonly result: LengthResult };
  readonly between: { readonly options: BetweenOptions; readonly result: BetweenResult };
  readonly tied: { readonly options: NoOptions; readonly result: TiedResult };
  readonly extremes: { readonly options: NoOptions; readonly result: ExtremesResult };
  readonly untrained: { readonly options: UntrainedOptions; readonly result: UntrainedResult };
}
type NoOptions = Readonly<Record<never, never>>;

/** The experiments in the order of the page. */
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
  'untrained',
] as const satisfies readonly (keyof Experiments)[];
export type Experiment = (typeof experiments)[number];

/** The options that the user sets: all but the text, which is the inspected one. */
export type LabOptions<E extends Experiment> = Omit<Experiments[E]['options'], keyof LabText>;

export type LabAsk<E extends Experiment = Experiment> = {
  readonly [N in E]: { readonly name: N; readonly options: LabOptions<N> };
}[E];
export type LabRequest<E extends Experiment = Experiment> = {
  readonly [N in E]: {
    readonly name: N;
    readonly options: Experiments[N]['options'];
  };
}[E];
export type LabResult<E extends Experiment = Experiment> = {
  readonly [N in E]: { readonly name: N; readonly result: Experiments[N]['result'] };
}[E];

/** The values that an option may have, both ends included: whole numbers unless it is a fraction. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly isFraction?: true;
  readonly isOptional?: true;
}

const whole = (least: number, most: number): NumberRange => ({ least, most });
const id = whole(0, 2 ** 31 - 1);
const seed = whole(0, 2 ** 31 - 1);
/** More than the vocabulary of any model. */
const mostSampled = 1_000_000;
const rulers = { id, k: whole(1, 1000), sample: whole(0, mostSampled) };

/** What the page and the terminal begin with: the size of a shift in model units, and numbers of trials. */
export const usual = { sample: 1000, tried: 2000, directions: 40_000, shift: 5, seed: 1, steps: 11 } as const;

interface Input<E extends Experiment> {
  /** The engine lowers some of the limits to the size of the vocabulary. */
  readonly ranges: Readonly<Record<keyof LabOptions<E>, NumberRange>>;
  readonly readsText?: true;
}

/** The input of each experiment: numbers, with a text or without. */
const inputs: { readonly [E in Experiment]: Input<E> } = {
  rulers: { ranges: rulers },
  'one-length': { ranges: rulers },
  'round-trip': { ranges: { sample: { ...whole(1, mostSampled), isOptional: true } } },
  'target-size': { ranges: { directions: whole(1, 1_000_000), seed } },
  // Next to a larger shift, float64 loses the rows.
  'softmax-shift': { ranges: { size: { least: 0, most: 1e9, isFraction: true }, seed }, readsText: true },
  length: { ranges: {}, readsText: true },
  between: { ranges: { from: id, to: id, steps: whole(2, 101) }, readsText: true },
  tied: { ranges: {} },
  extremes: { ranges: {} },
  untrained: { ranges: { from: { ...id, isOptional: true }, to: { ...id, isOptional: true } } },
};

/** The values that each option of an experiment may have. */
export const rangesOf = <E extends Experiment>(name: E): Input<E>['ranges'] => inputs[name].ranges;

/** Whether an experiment reads a text. */
export const readsText = (name: Experiment): boolean => inputs[name].readsText === true;

/** Whether it needs the residuals themselves: h alone, as a server gives it, is not enough. */
export const readsLayers = (name: Experiment): boolean => readsText(name) && name !== 'softmax-shift';

/** The request to the engine, with the text if the experiment reads one. */
export const labRequestOf = <E extends Experiment>({ name, options }: LabAsk<E>, text: LabText): LabRequest<E> =>
  ({ name, options: { ...options, ...(readsText(name) && text) } }) as LabRequest<E>;

/** A result with its request. */
export interface DoneLab {
  readonly ask: LabAsk;
  readonly result: LabResult;
  /** The text that it read; null if it reads none. */
  readonly text: string | null;
  /** What the layers ran on; absent if that is not certain, since they may move meanwhile. */
  readonly backend?: Backend;
  /** The share of the run that an estimate comes from: 0 … 1. Absent from the result of a whole run. */
  readonly share?: number;
}

/** The state of one experiment. */
export interface LabRun {
  /** A run in progress: its share, 0 … 1, and the rounded seconds until its end, null while unknown. */
  readonly running: { readonly fraction: number; readonly secondsLeft: number | null } | null;
  /** The last result, or the estimate of a part of the latest run; null before the first. */
  readonly done: DoneLab | null;
  /** Why the latest run did not finish. */
  readonly ended:
    | { readonly kind: 'cancelled' | 'unloaded' }
    | { readonly kind: 'failed'; readonly message: string }
    | null;
}

export type LabView = Readonly<Partial<Record<Experiment, LabRun>>>;
