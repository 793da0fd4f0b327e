import { metricFacts, nearerFirst, type ByMetric, type Metric } from '../../shared/metrics';
import { distance, dot, type Vector } from '../arrays/vectors';

/** A query q and a row w that are compared in float64. */
export interface ComparedPair {
  readonly dot: number;
  readonly distance: number;
  readonly querySize: number;
  readonly size: number;
}

/** Two vectors at hand. Their products are computed when a metric needs them. */
export class Pair implements ComparedPair {
  #dot: number | undefined;

  constructor(
    private readonly query: Vector,
    readonly querySize: number,
    private readonly row: Vector,
    readonly size: number,
  ) {}

  get dot(): number {
    return (this.#dot ??= dot(this.query, this.row));
  }

  get distance(): number {
    return distance(this.query, this.row);
  }
}

/** A score from the product with a row w and, in the space of the search, |w|² and 1/|w|. */
type ScoreOf = (product: number, square: number, inverse: number) => number;

/** Lengths that bound the error of float32, and its share of the product of two lengths. */
interface Bounds {
  readonly doubt: number;
  /** ‖q‖ */
  readonly query: number;
  /** No row of the space is longer. */
  readonly longest: number;
  /** Whether the origin of the space is not 0. */
  readonly moved: boolean;
}

interface MetricNumbers {
  /**
   * The bit by which the kernels know its list. Lists lie in the order of their bits. A power of two that no other list
   * has: 8 is the logit's (`rowSearch.ts`). `src/kernels/search.ts` repeats it, with its block in `select` in this
   * order.
   */
  readonly bit: number;
  exact(pair: ComparedPair): number;
  /** A float32 score, larger when nearer, from (q − origin)·w. It selects candidates only. */
  readonly score: ScoreOf;
  /** How far the difference of two scores may lie from the true one. */
  scoreError(bounds: Bounds): number;
  /** Between rows of one matrix it is the same in every space. */
  readonly sameInEverySpace: boolean;
  /** The rows that are at least as near as a row v are those with q·w ≥ offset_w + least + rate · slope_w. */
  readonly line: {
    /** Of a row, given |w|²; origin·w if absent. */
    readonly offset?: (square: number) => number;
    /** 0 if absent. */
    readonly slope?: (square: number) => number;
    through(v: ComparedPair): { readonly least: number; readonly rate: number };
    /** How far the line may lie from the true one: error of the rate where there is a slope, else of the least. */
    error(bounds: Bounds): number;
  };
}

const shiftError = ({ doubt, longest, moved }: Bounds): number => (moved ? doubt * longest : 0);

export const metricNumbers: ByMetric<MetricNumbers> = {
  euclidean: {
    bit: 1,
    exact: (pair) => pair.distance,
    // |q − w|² = |q|² − (2 q·w − |w|²), of which the first term ranks nothing.
    score: (product, square) => 2 * product - square,
    scoreError: ({ doubt, query, longest }) => 2 * (doubt * query * longest) + doubt * longest * longest,
    sameInEverySpace: true,
    line: {
      offset: (square) => square / 2,
      through: (v) => ({ least: v.dot - v.size ** 2 / 2, rate: 0 }),
      error: ({ doubt, query, longest }) => doubt * query * longest + doubt * longest * longest,
    },
  },
  dot: {
    bit: 2,
    exact: (pair) => metricFacts.dot.from(pair.dot, pair.querySize, pair.size),
    score: (product) => product,
    scoreError: ({ doubt, query, longest }) => doubt * query * longest,
    sameInEverySpace: false,
    line: {
      through: (v) => ({ least: v.dot, rate: 0 }),
      error: (bounds) => bounds.doubt * bounds.query * bounds.longest + shiftError(bounds),
    },
  },
  cosine: {
    bit: 4,
    exact: (pair) => metricFacts.cosine.from(pair.dot, pair.querySize, pair.size),
    score: (product, _, inverse) => product * inverse,
    scoreError: ({ doubt, query }) => doubt * query,
    sameInEverySpace: false,
    line: {
      slope: (square) => Math.sqrt(square),
      through: (v) => ({ least: 0, rate: metricNumbers.cosine.exact(v) * v.querySize }),
      error: (bounds) => bounds.doubt * bounds.query + shiftError(bounds),
    },
  },
};

/** The lists that a search can keep: one for each metric, and one by logit, the product and the output bias. */
export type ListName = Metric | 'logit';

/** The order of two values of a list, best first. */
export const bestFirst = (list: ListName, a: number, b: number): number =>
  list === 'logit' ? b - a : nearerFirst(list, a, b);
