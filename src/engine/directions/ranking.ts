import { byMetric, type ByMetric, type Metric } from '../../shared/metrics';
import { Largest } from '../arrays/largest';
import { dot, norm, type Vector } from '../arrays/vectors';
import type { Ranked } from '../kernels/comparison';
import { bestFirst, metricNumbers, Pair, type ListName } from '../kernels/metrics';
import type { EmbeddingMatrix } from '../weights/embedding';
import { bucketsOf, lastBucket, type Buckets } from './buckets';
import type { RowSizes } from './sizes';
import { inSpace, type MeasuredMatrix, type Space } from './space';

/**
 * Scores in buckets of equal width. The place of an entry is found without looking at every score.
 */
export class RankPlaces {
  readonly #buckets: Buckets;

  /** `scores` are finite numbers, larger when nearer; at least one. */
  constructor(private readonly scores: Vector) {
    this.#buckets = bucketsOf(scores);
  }

  /** Never falls with the score, whatever rounding does; scores beyond both ends fall into the outermost buckets. */
  #bucket(score: number): number {
    const { least, perScore } = this.#buckets;
    return Math.trunc(Math.max(0, Math.min(lastBucket, (score - least) * perScore)));
  }

  /**
   * Number of scores above `surely`, and of those from `perhaps` to `surely` for which `isBefore` holds. `perhaps` ≤
   * `surely`.
   */
  before(perhaps: number, surely: number, isBefore: (id: number) => boolean): number {
    const { scores } = this;
    const { begins, ids } = this.#buckets;
    const above = begins[this.#bucket(surely) + 1] as number;
    let before = scores.length - above;
    for (let place = begins[this.#bucket(perhaps)] as number; place < above; place++) {
      const id = ids[place] as number;
      const score = scores[id] as number;
      if (score > surely || (score >= perhaps && isBefore(id))) before++;
    }
    return before;
  }
}

export type { Ranked };

/** Candidates beyond the k asked for: room for what float32 puts in the wrong order. */
export const selectionMargin = 32;

/** Best first; ties to the lower id. */
export const better = (list: ListName, a: Ranked, b: Ranked): number =>
  bestFirst(list, a.value, b.value) || a.id - b.id;

export const metricBetween = (
  metric: Metric,
  query: Vector,
  querySize: number,
  other: Vector,
  otherSize: number,
): number => metricNumbers[metric].exact(new Pair(query, querySize, other, otherSize));

/** Row `id` of the matrix in a space, and its length there. */
export function rowIn(
  directions: MeasuredMatrix,
  space: Space,
  id: number,
): { readonly row: Vector; readonly size: number } {
  const row = inSpace(directions.matrix.row(id), space);
  return { row, size: space.origin ? norm(row) : (directions.sizes.of[id] as number) };
}

/** Row `id` of `matrix` as a query. It is centred only if `matrix` is the searched matrix. */
export const rowAsQuery = (directions: MeasuredMatrix, space: Space, matrix: EmbeddingMatrix, id: number): Vector =>
  matrix === directions.matrix ? inSpace(matrix.row(id), space) : matrix.row(id);

/** Puts the candidates of a list in their exact order and keeps the first `count`. The query stands in the space. */
export function rank(
  directions: MeasuredMatrix,
  space: Space,
  list: ListName,
  query: Vector,
  candidates: Iterable<number>,
  count: number,
): Ranked[] {
  const querySize = norm(query);
  const valueOf = (id: number): number => {
    if (list === 'logit') return dot(query, directions.matrix.row(id)) + (directions.bias?.[id] ?? 0);
    const { row, size } = rowIn(directions, space, id);
    return metricBetween(list, query, querySize, row, size);
  };
  return Array.from(candidates, (id) => ({ id, value: valueOf(id) }))
    .sort((a, b) => better(list, a, b))
    .slice(0, count);
}

/** Indices of the `count` largest scores, largest first. The caller adds room for the errors of float32. */
export function largest(scores: (index: number) => number, length: number, count: number): Int32Array {
  const best = new Largest(Math.min(count, length));
  for (let index = 0; index < length; index++) best.offer(index, scores(index));
  return best.ids;
}

/** The same for scores that are there: a loop without a call for each of them. */
export function largestOf(scores: Vector, count: number): Int32Array {
  const best = new Largest(Math.min(count, scores.length));
  for (let index = 0; index < scores.length; index++)
    if ((scores[index] as number) > best.least) best.offer(index, scores[index] as number);
  return best.ids;
}

/** Compares a query with the whole vocabulary, given their rough products. */
export class RowRanking {
  /** ‖query‖ */
  readonly size: number;
  readonly #shift: number;
  readonly #exact = new Map<number, ByMetric<number>>();
  readonly #scored: Partial<Record<Metric, Vector>> = {};
  readonly #places: Partial<Record<Metric, RankPlaces>> = {};

  /** The query stands in the space; `dots` are its products with the raw rows, see `Directions.products`. */
  constructor(
    readonly directions: MeasuredMatrix,
    readonly space: Space,
    readonly query: Vector,
    readonly dots: Vector,
  ) {
    this.size = norm(query);
    this.#shift = space.origin ? dot(query, space.origin) : 0;
  }

  exact(id: number): ByMetric<number> {
    let known = this.#exact.get(id);
    if (!known) {
      const { row, size } = rowIn(this.directions, this.space, id);
      const pair = new Pair(this.query, this.size, row, size);
      known = byMetric((metric) => metricNumbers[metric].exact(pair));
      this.#exact.set(id, known);
    }
    return known;
  }

  /** The `count` best by a metric, in exact order. */
  best(metric: Metric, count: number, margin = selectionMargin): Ranked[] {
    const scores = this.#scores(metric);
    const candidates = largest((id) => scores[id] as number, scores.length, count + margin);
    return Array.from(candidates, (id) => ({ id, value: this.exact(id)[metric] }))
      .sort((a, b) => better(metric, a, b))
      .slice(0, count);
  }

  /** 1-based place of a token by every metric. Rows in doubt by float32 are compared exactly. */
  ranks(id: number): ByMetric<number> {
    return byMetric((metric) => this.#rank(metric, id));
  }

  /** Rough scores of the whole vocabulary, made once for each metric. */
  #scores(metric: Metric): Vector {
    return (this.#scored[metric] ??= scoresOf(metric, this.dots, this.#shift, this.space, this.directions.sizes));
  }

  /** How far the difference of two scores may lie from the true one. */
  #doubt(metric: Metric): number {
    const { sizes, doubt } = this.directions;
    const moved = this.space.origin !== null;
    const longest = sizes.largest + (moved ? sizes.meanRowSize : 0);
    return metricNumbers[metric].scoreError({ doubt, query: this.size, longest, moved });
  }

  #rank(metric: Metric, id: number): number {
    const scores = this.#scores(metric);
    const places = (this.#places[metric] ??= new RankPlaces(scores));
    const doubt = this.#doubt(metric);
    const own = scores[id] as number;
    const value = this.exact(id)[metric];
    return (
      1 +
      places.before(
        own - doubt,
        own + doubt,
        (other) => other !== id && better(metric, { id: other, value: this.exact(other)[metric] }, { id, value }) < 0,
      )
    );
  }
}

/**
 * `shift` is q·origin. A plain loop: these arrays are V long, and made while a person waits for one token. The products
 * serve as their own scores where they can.
 */
function scoresOf(metric: Metric, dots: Vector, shift: number, space: Space, sizes: RowSizes): Vector {
  if (metric === 'dot' && shift === 0) return dots;
  const { squares, inverse, origin } = space;
  const { score } = metricNumbers[metric];
  if (dots instanceof Float64Array) {
    // The squares of rows that are as short as the query vanish in float32 too.
    const square = (id: number) => (origin ? (squares[id] as number) : (sizes.of[id] as number) ** 2);
    return dots.map((product, id) => score(product - shift, square(id), inverse[id] as number));
  }
  const scores = new Float32Array(dots.length);
  for (let id = 0; id < scores.length; id++)
    scores[id] = score((dots[id] as number) - shift, squares[id] as number, inverse[id] as number);
  return scores;
}
