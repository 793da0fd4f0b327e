// One result of each experiment, as an engine might give it, for tests that change what they name.
import { byPair, type LabAsk, type LabRun } from '../../../src/shared/lab';
import type {
  BetweenPoint,
  BetweenResult,
  ByPair,
  Experiment,
  ExtremesResult,
  LabEntry,
  LabResult,
  LengthResult,
  OneLengthResult,
  RoundTripResult,
  RulersResult,
  SoftmaxShiftResult,
  TargetSizeResult,
  TiedResult,
  UntrainedResult,
  UntrainedToken,
} from '../../../src/shared/lab';
import { byMetric, type ByMetric } from '../../../src/shared/metrics';

export const entry = (id: number, value: number): LabEntry => ({ id, text: `т${id}`, value });
export const shares = (distanceDot: number, distanceCosine: number, dotCosine: number): ByPair<number> => ({
  ...byPair(() => 0),
  'euclidean-dot': distanceDot,
  'euclidean-cosine': distanceCosine,
  'dot-cosine': dotCosine,
});

export const rulers = (change: Partial<RulersResult> = {}): RulersResult => ({
  token: { id: 1, text: 'т1', size: 2 },
  lists: {
    ...byMetric(() => []),
    euclidean: [entry(1, 0), entry(2, 1)],
    cosine: [entry(1, 1), entry(2, 0.9)],
    dot: [entry(3, 6), entry(4, 5)],
  },
  overlap: shares(0, 1, 0),
  rbo: shares(0, 1, 0),
  sample: { size: 1000, overlap: shares(0.04, 0.52, 0.07), rbo: shares(0.06, 0.65, 0.07) },
  ...change,
});

export const oneLength = (change: Partial<OneLengthResult> = {}): OneLengthResult => ({
  ...rulers({ overlap: shares(1, 1, 1) }),
  identical: true,
  ...change,
});

export const misses = (euclidean: number, dot: number, cosine: number): ByMetric<number> => ({
  ...byMetric(() => 0),
  euclidean,
  dot,
  cosine,
});
export const roundTrip = (change: Partial<RoundTripResult> = {}): RoundTripResult => ({
  vocabulary: 49_152,
  tried: 49_152,
  misses: { raw: misses(11, 44_116, 11), centred: misses(11, 5152, 11), normed: misses(32_495, 41_476, 16) },
  examples: [{ id: 5, text: 'т5', becomes: entry(6, 9) }],
  ...change,
});

export const targetSize = (change: Partial<TargetSizeResult> = {}): TargetSizeResult => ({
  winners: 10_090,
  never: 39_062,
  winsBySizeDecile: [0.02, 0.035, 0.044, 0.051, 0.038, 0.043, 0.042, 0.062, 0.085, 0.58],
  top: [{ id: 6, text: 'т6', size: 6.8, wins: 301 }],
  ...change,
});

export const softmaxShift = (change: Partial<SoftmaxShiftResult> = {}): SoftmaxShiftResult => ({
  probabilityChange: 2.3e-15,
  distanceChange: 0,
  sizeChange: 3.61,
  cosineChange: 0.876,
  ids: [100, 101],
  ...change,
});

export const length = (change: Partial<LengthResult> = {}): LengthResult => ({
  hiddenSize: 44,
  ids: [100, 101],
  scales: [0.01, 1, 10],
  beforeNorm: [7.1e-5, 0, 3.7e-9],
  afterNorm: [
    { entropy: 15.58, overlap: shares(0, 0, 0.5) },
    { entropy: 2.14, overlap: shares(0.5, 0.5, 0.5) },
    { entropy: 0, overlap: shares(1, 0.5, 0.5) },
  ].map((after) => ({ ...after, top: [entry(7, 0.5), entry(8, 0.1)], nearest: byMetric(() => [entry(7, 1)]) })),
  ...change,
});

const point = (size: number, nearest: number, predicted: number): BetweenPoint => ({
  size,
  nearest: byMetric(() => [entry(nearest, 1)]),
  predicted: [entry(predicted, 0.5)],
});
export const between = (
  steps: readonly (readonly [size: number, nearest: number, predicted: number])[] = [
    [2, 1, 7],
    [1.5, 1, 7],
    [2.2, 2, 8],
  ],
  change: Partial<BetweenResult> = {},
): BetweenResult => ({
  from: { id: 1, text: 'т1' },
  to: { id: 2, text: 'т2' },
  ids: [100, 101],
  steps: steps.map(([size, nearest, predicted], index) => ({
    t: index / (steps.length - 1),
    straight: point(size, nearest, predicted),
    sphere: point(2, nearest, predicted),
  })),
  ...change,
});

export const tied = (change: Partial<TiedResult> = {}): TiedResult => ({
  tied: true,
  angle: { mean: 0, min: 0, max: 0 },
  most: [],
  gainFolded: { angle: { mean: 23.6, min: 6.3, max: 46.6 }, most: [entry(9, 46.6)] },
  ...change,
});

export const extremes = (change: Partial<ExtremesResult> = {}): ExtremesResult => ({
  longest: [entry(6, 7.495)],
  shortest: [entry(7, 1.793)],
  nearMean: [entry(8, 1.674)],
  duplicates: [
    [5, 9],
    [10, 11, 12],
  ],
  unreachable: [],
  ...change,
});

export const untrainedToken = (id: number, change: Partial<UntrainedToken> = {}): UntrainedToken => ({
  id,
  text: `т${id}`,
  reach: 'text',
  size: 1.031,
  percentile: 40,
  cosine: 0.9875,
  rank: 1,
  ...change,
});
export const untrained = (change: Partial<UntrainedResult> = {}): UntrainedResult => ({
  tied: true,
  vocabulary: 262_144,
  reference: { kind: 'unused', count: 100, examples: [{ id: 6, text: 'т6' }], sizes: [1.0301, 1.0326], smaller: 0.982 },
  principal: 0.0667,
  bound: 0.7075,
  found: { text: 2595, control: 5990, partial: 15, unreachable: 114 },
  nearest: [untrainedToken(1), untrainedToken(2, { rank: 2, cosine: 0.6 })],
  control: [untrainedToken(5, { reach: 'control', rank: 413, cosine: 0.9676 })],
  ...change,
});

export const results: readonly LabResult[] = [
  { name: 'rulers', result: rulers() },
  { name: 'one-length', result: oneLength() },
  { name: 'round-trip', result: roundTrip() },
  { name: 'target-size', result: targetSize() },
  { name: 'softmax-shift', result: softmaxShift() },
  { name: 'length', result: length() },
  { name: 'between', result: between() },
  { name: 'tied', result: tied() },
  { name: 'extremes', result: extremes() },
  { name: 'untrained', result: untrained() },
];

const asks: { readonly [E in Experiment]: Extract<LabAsk, { readonly name: E }> } = {
  rulers: { name: 'rulers', options: { id: 1, k: 2, sample: 1000 } },
  'one-length': { name: 'one-length', options: { id: 1, k: 2, sample: 1000 } },
  'round-trip': { name: 'round-trip', options: {} },
  'target-size': { name: 'target-size', options: { directions: 40_000, seed: 1 } },
  'softmax-shift': { name: 'softmax-shift', options: { size: 5, seed: 1 } },
  length: { name: 'length', options: {} },
  between: { name: 'between', options: { from: 1, to: 2, steps: 3 } },
  tied: { name: 'tied', options: {} },
  extremes: { name: 'extremes', options: {} },
  untrained: { name: 'untrained', options: {} },
};

/** An experiment that has a result. */
export const run = (result: LabResult, change: Partial<LabRun> = {}, text: string | null = null): LabRun => ({
  running: null,
  ended: null,
  done: { ask: asks[result.name], result, text },
  ...change,
});
