// A second model beside the first, with small numbers that a test can follow.
import {
  bothOf,
  type Both,
  type NeighboursInBoth,
  type OtherModel,
  type OtherTokens,
  type PositionInBoth,
  type RowInBoth,
  type RowsInBoth,
  type SameTokens,
  type Spread,
  type TokenInBoth,
} from '../../../src/shared/both';
import { type BothView, noBoth } from '../../../src/shared/instruments';
import { byMetric } from '../../../src/shared/metrics';
import type { PanelState } from '../../../src/shared/panel';
import { verbatim } from '../../../src/shared/said';
import { inspected, model, ranked, textTokens, vocabularyToken } from './build';

/** Words without a Latin letter, so that all others on a page are the webview's. */
export const words = ['Мир', ' без', ' слов'];

export const other = (change: Partial<OtherModel> = {}): OtherModel => ({
  info: { ...model, name: '№1', quantisation: '5', tokenizer: verbatim('№2') },
  runs: 'together',
  refusal: null,
  sameVocabulary: true,
  sameWidth: true,
  ...change,
});

const named = (text: string, id: number) => ({ token: vocabularyToken(text, id), probability: 0.5 });

/** Divergences in bits, one a position; all that a model changed follows from them. */
export function sameText(divergence: readonly number[] = [0.5, 2, 1]): SameTokens {
  const values = () => Float64Array.from(divergence);
  const mean = divergence.reduce((sum, value) => sum + value, 0) / divergence.length;
  return {
    kind: 'same',
    length: divergence.length,
    leftOut: 0,
    divergence: [values(), values()],
    surprisal: bothOf((side) => Float64Array.from(divergence, (_, at) => (at === 0 ? NaN : 3 + side))),
    change: Float64Array.from(divergence, (_, at) => (at === divergence.length - 1 ? NaN : -0.25)),
    first: divergence.map((value) => [named(' да', 7), named(value >= 1 ? ' нет' : ' да', value >= 1 ? 8 : 7)]),
    hiddenSize: bothOf(() => Float64Array.from(divergence, () => 40)),
    hiddenAngle: Float64Array.from(divergence, () => 30),
    bitsPerCharacter: [1.25, 1.5],
    perplexity: [40, 66],
    sums: {
      predictions: divergence.length - 1,
      meanDivergence: mean,
      divergence90: mean,
      divergence99: mean,
      mostDivergence: Math.max(...divergence),
      meanChange: -0.25,
      rmsChange: 0.25,
      sameFirst: 0.5,
    },
  };
}

const [a, b] = [textTokens(['ми', 'р да']), textTokens(['мир', ' д', 'а'])];
export const otherTokens: OtherTokens = {
  kind: 'other',
  tokens: [a, b],
  surprisal: [Float64Array.of(NaN, 2), Float64Array.of(NaN, 3, 4)],
  spans: [{ start: 0, end: 6, surprisal: [12, 9.5] }],
  bitsPerCharacter: [1.5, 1.25],
  perplexity: [40, 66],
};

const entry = (text: string, id: number, change: Partial<TokenInBoth> = {}): TokenInBoth => ({
  token: vocabularyToken(text, id),
  probability: [0.75, 0.25],
  rank: [1, 1],
  logit: [17, 12],
  size: [2, 2],
  cosine: [0.2, 0.14],
  parts: { hiddenSize: 0.1, size: -0.1, angle: -5, bias: 0 },
  ...change,
});

interface Numbers {
  /** Between both residuals, degrees. */
  readonly angles: readonly number[] | null;
  readonly hiddenAngle: number | null;
  readonly hiddenSize: Both<number>;
  readonly layers: Both<number>;
  readonly likeliest: PositionInBoth['likeliest'];
  readonly entries: readonly TokenInBoth[];
  readonly same: boolean;
}

/** The last position, at which the residuals part after a layer. */
export function position(change: Partial<Numbers> = {}): PositionInBoth {
  const { same = false, layers = [3, 3], angles = same ? [0, 0, 0, 0] : [6, 8, 20, 40] } = change;
  const { hiddenAngle = angles && (same ? 0 : 45), hiddenSize = same ? [40, 40] : [40, 41] } = change;
  const unchanged = { logit: [17, 17], parts: { hiddenSize: 0, size: 0, angle: 0, bias: 0 } } as const;
  const { entries = [entry(' да', 7, same ? unchanged : {}), entry(' нет', 8, { rank: [2, 17] })] } = change;
  return {
    position: words.length - 1,
    divergence: same ? [0, 0] : [1, 1],
    entropy: [2, 3],
    hiddenSize,
    hiddenAngle,
    residualSize: bothOf((side) =>
      Float64Array.from({ length: layers[side] + 1 }, (_, at) => (same ? 1 : 1 + side / 10) * (at + 1)),
    ),
    residualAngle: angles && Float64Array.from(angles),
    tokens: entries,
    likeliest: change.likeliest ?? [
      [0, 1],
      [0, 1],
    ],
  };
}

const spread = (least: number, median: number, most: number): Spread => ({
  ...{ least, median, most, mean: median },
  histogram: { from: least, width: (most - least) / 4 || 1, counts: [1, 2, 2, 1] },
});

const rowOf = (text: string, id: number, angle: number | null): RowInBoth => ({
  token: vocabularyToken(text, id),
  size: [2, 2.04],
  angle,
});

interface RowNumbers {
  /** The median, degrees; null where the widths differ. */
  readonly angle: number | null;
  /** The largest one. */
  readonly most: number;
  /** The smallest and the largest ratio of two sizes. */
  readonly ratios: Both<number>;
}

export function rows({
  angle = 6.2,
  most = (angle ?? 0) * 1.5,
  ratios = [0.99, 1.0257],
}: Partial<RowNumbers> = {}): RowsInBoth {
  return {
    matrix: 'input',
    rows: 49_152,
    angle: angle === null ? null : spread(angle / 2, angle, most),
    ratio: spread(ratios[0], (ratios[0] + ratios[1]) / 2, ratios[1]),
    turned: angle === null ? [] : [rowOf(' да', 7, most)],
    resized: [rowOf(' нет', 8, angle)],
    tokens: textTokens(words).map((token) => ({
      token: vocabularyToken(token.text, token.id),
      size: [2, 2.04],
      angle,
    })),
  };
}

export const neighboursIn = (angle: number | null = 6): NeighboursInBoth => ({
  matrix: 'input',
  row: rowOf(' слов', 102, angle),
  lists: byMetric(() => [
    [ranked(' слов', 102), ranked(' да', 7)],
    [ranked(' слов', 102), ranked(' нет', 8)],
  ]),
  shared: byMetric(() => 1),
});

/** A state with a second model of which all is known. */
export const both = (
  change: Partial<BothView> = {},
  state: PanelState = inspected(words, {}, { surprisal: [null, 3, 2] }),
): PanelState => ({
  ...state,
  model: state.model && { ...state.model, name: '№1', quantisation: '4', files: [{ path: '№', bytes: 1 }] },
  both: {
    ...noBoth,
    ...{ other: other(), text: sameText(), position: position(), rows: rows(), neighbours: neighboursIn() },
    ...change,
  },
});

export { entry as tokenInBoth };
