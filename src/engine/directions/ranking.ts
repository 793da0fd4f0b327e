import { byMetric, type ByMetric, type Metric } from '../../shared/tokens';
import { Largest } from '../tools/largest';
import { selectionMargin } from './selectionMargin';
import { inSpace, type Rows, type Space } from './space';
import type { EmbeddingMatrix } from '../weights/embedding';
import { Places } from './places';
import { isTooShort } from './range';
import type { Ranked } from '../kernels/comparison';
import { distance, dot, norm, type Vector } from '../tools/vectors';

export type { Ranked };

/** Best first; ties to the lower id. */
export const better = (metric: Metric, a: Ranked, b: Ranked): number =>
  (metric === 'euclidean' ? a.value - b.value : b.value - a.value) || a.id - b.id;

/** ‖q − w‖, q·w or q·w / (‖q‖‖w‖) in float64, clamped to −1 … 1 where it is a cosine. */
export function compare(metric: Metric, query: Vector, querySize: number, other: Vector, otherSize: number): number {
  switch (metric) {
    case 'euclidean':
      return distance(query, other);
    case 'dot':
      return dot(query, other);
    case 'cosine':
      return querySize > 0 && otherSize > 0
        ? Math.max(-1, Math.min(1, dot(query, other) / (querySize * otherSize)))
        : 0;
  }
}

/** Row `id` of the matrix in a space, and its length there. */
export function rowIn(directions: Rows, space: Space, id: number): { readonly row: Vector; readonly size: number } {
  const row = inSpace(directions.matrix.row(id), space);
  return { row, size: space.origin ? norm(row) : (directions.sizes.of[id] as number) };
}

/**
 * Row `id` of a matrix as a query: it stands in the space where it is one of the rows that are searched, else it stays
 * as it is.
 */
export const rowAsQuery = (directions: Rows, space: Space, matrix: EmbeddingMatrix, id: number): Vector =>
  matrix === directions.matrix ? inSpace(matrix.row(id), space) : matrix.row(id);

/**
 * The candidates of a list in their exact order, the first `count` of them; `logit` is the product and the output bias.
 */
export function compareAll(
  directions: Rows,
  space: Space,
  list: Metric | 'logit',
  query: Vector,
  candidates: Iterable<number>,
  count: number,
): Ranked[] {
  if (list !== 'logit') return rank(directions, space, list, query, candidates, count);
  const logit = (id: number) => dot(query, directions.matrix.row(id)) + (directions.bias?.[id] ?? 0);
  return Array.from(candidates, (id) => ({ id, value: logit(id) }))
    .sort((a, b) => better('dot', a, b))
    .slice(0, count);
}

/**
 * Puts candidates in their exact order by one metric and keeps the first `count`. The query stands in the space
 * already.
 */
export function rank(
  directions: Rows,
  space: Space,
  metric: Metric,
  query: Vector,
  candidates: Iterable<number>,
  count: number,
): Ranked[] {
  const querySize = norm(query);
  return Array.from(candidates, (id) => {
    const { row, size } = rowIn(directions, space, id);
    return { id, value: compare(metric, query, querySize, row, size) };
  })
    .sort((a, b) => better(metric, a, b))
    .slice(0, count);
}

/** Indices of the `count` largest scores, unordered, with float32's room for error added by the caller. */
export function largest(scores: (index: number) => number, length: number, count: number): Int32Array {
  const best = new Largest(Math.min(count, length));
  for (let index = 0; index < length; index++) best.offer(index, scores(index));
  return best.ids;
}

/** One query against the whole vocabulary, with the float32 products at hand. */
export class Comparison {
  /** The query in the space, and its length there. */
  readonly query: Vector;
  readonly size: number;
  readonly #shift: number;
  readonly #exact = new Map<number, ByMetric<number>>();
  readonly #scored: Partial<Record<Metric, Float32Array>> = {};
  readonly #places: Partial<Record<Metric, Places>> = {};

  /** `dots` are the products of the query in the space with the raw rows. */
  constructor(
    readonly directions: Rows,
    readonly space: Space,
    query: Vector,
    readonly dots: Float32Array,
  ) {
    this.query = query;
    this.size = norm(query);
    this.#shift = space.origin ? dot(query, space.origin) : 0;
  }

  /** Exact values of one token by all three metrics. */
  exact(id: number): ByMetric<number> {
    let known = this.#exact.get(id);
    if (!known) {
      const { row, size } = rowIn(this.directions, this.space, id);
      known = byMetric((metric) => compare(metric, this.query, this.size, row, size));
      this.#exact.set(id, known);
    }
    return known;
  }

  /** The `count` best by a metric, in exact order. */
  best(metric: Metric, count: number): Ranked[] {
    const scores = this.#scores(metric);
    const candidates = isTooShort(this.query)
      ? this.directions.ids()
      : largest((id) => scores[id] as number, scores.length, count + selectionMargin);
    return Array.from(candidates, (id) => ({ id, value: this.exact(id)[metric] }))
      .sort((a, b) => better(metric, a, b))
      .slice(0, count);
  }

  /**
   * 1-based place of a token by every metric: rows that are surely better are counted, doubtful ones compared exactly.
   */
  ranks(id: number): ByMetric<number> {
    return byMetric((metric) => this.#rank(metric, id));
  }

  /** Float32 scores of the whole vocabulary that are larger when nearer; made once for each metric. */
  #scores(metric: Metric): Float32Array {
    return (this.#scored[metric] ??= scoresOf(metric, this.dots, this.#shift, this.space));
  }

  /** How far the difference of two float32 scores may lie from the true one. */
  #doubt(metric: Metric): number {
    const longest = this.directions.sizes.largest + (this.space.origin ? this.directions.sizes.meanRowSize : 0);
    const { doubt } = this.directions;
    const product = doubt * this.size * longest;
    if (metric === 'dot') return product;
    return metric === 'euclidean' ? 2 * product + doubt * longest * longest : doubt * this.size;
  }

  #rank(metric: Metric, id: number): number {
    const scores = this.#scores(metric);
    const places = (this.#places[metric] ??= new Places(scores));
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
 * `shift` is the query's product with the origin. Plain loops: these arrays are V long, and made while a person waits
 * for one token.
 */
function scoresOf(metric: Metric, dots: Float32Array, shift: number, { squares, inverse }: Space): Float32Array {
  if (metric === 'dot' && shift === 0) return dots;
  const scores = new Float32Array(dots.length);
  for (let id = 0; id < scores.length; id++) {
    const product = (dots[id] as number) - shift;
    scores[id] =
      metric === 'dot'
        ? product
        : metric === 'cosine'
          ? product * (inverse[id] as number)
          : 2 * product - (squares[id] as number);
  }
  return scores;
}
