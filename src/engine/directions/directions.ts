import type { Signal } from '../../shared/engine';
import { byMetric } from '../../shared/metrics';
import { inMemory } from '../../shared/noMemory';
import { dot, row, type Vector } from '../arrays/vectors';
import type { ListName } from '../kernels/metrics';
import { pause } from '../tasks/pause';
import type { EmbeddingMatrix } from '../weights/embedding';
import { checkQuery, checkRows, lengthening } from './range';
import { RowRanking, largest, rank, selectionMargin, type Ranked } from './ranking';
import type { Reached, RowsPass, ReachLines } from './rowsPass';
import { sizesOf, type RowSizes } from './sizes';
import type { Softmax } from './softmax';
import type { MeasuredMatrix, Space } from './space';

interface SearchOptions {
  readonly count: number;
  /** In the order of the rows; `logit` is the product and the output bias, in the raw space only. */
  readonly lists: readonly ListName[];
  /** In the centred space the queries come with the mean row taken off where they are rows of the matrix. */
  readonly space?: Space;
  /**
   * How many queries, from the first on, are hidden vectors and get their softmax: in the raw space, with a list by
   * logit (`dot` where there is no bias).
   */
  readonly hidden?: number;
  /** A row for each query whose place by raw logit is wanted, −1 for none. */
  readonly targets?: Int32Array;
  /** Candidates beyond `count` of each list. */
  readonly margin?: number;
  readonly signal?: Signal | undefined;
  readonly onFraction?: ((fraction: number) => void) | undefined;
}

/** What a search found for one query. Lists that were not asked for are empty. */
export interface FoundRows {
  /** Best first, in float64 from the two vectors; ties to the lower id. */
  readonly ranked: Readonly<Record<ListName, readonly Ranked[]>>;
  readonly softmax: Softmax | null;
  /** Rows before the target, by float32 logits; null without a target. */
  readonly before: number | null;
}

/**
 * One exact search over a V × d matrix of directions, by Euclidean distance, dot product and cosine in one pass over
 * memory.
 */
export class Directions implements MeasuredMatrix {
  readonly raw: Space;
  #centred: Promise<Space> | undefined;
  /** How far a float32 product may lie from the true one, as a share of the product of the two sizes. */
  readonly doubt = 2e-5;

  readonly sizes: RowSizes;

  constructor(
    private readonly pass: RowsPass,
    readonly matrix: EmbeddingMatrix,
    /** What is added to each row's product to make its logit, V long; null where nothing is. */
    readonly bias: Float32Array | null,
  ) {
    const sizes = (this.sizes = sizesOf(pass.measured));
    checkRows(matrix.name, sizes.largest);
    this.raw = {
      origin: null,
      squares: Float32Array.from(sizes.of, (size) => size * size),
      inverse: Float32Array.from(sizes.of, inverseOf),
    };
  }

  /** The space around the mean row. |w − μ|² = |w|² − 2 w·μ + |μ|², made when first asked for. */
  centred(): Promise<Space> {
    if (!this.#centred) {
      const making = (this.#centred = this.#makeCentred());
      making.catch(() => {
        if (this.#centred === making) this.#centred = undefined;
      });
    }
    return this.#centred;
  }

  async #makeCentred(): Promise<Space> {
    const { meanRow } = this.sizes;
    const dots = await this.dots([meanRow]);
    const length = dot(meanRow, meanRow);
    const squares = Float32Array.from(this.sizes.of, (size, id) =>
      Math.max(0, size * size - 2 * (dots[id] as number) + length),
    );
    return { origin: meanRow, squares, inverse: squares.map((square) => inverseOf(Math.sqrt(square))) };
  }

  /**
   * Finds the nearest rows to each query by each requested list, and whatever else the options request. Like the other
   * passes, it rejects with `EngineError('model-damaged')` if a product does not fit float32.
   */
  async search(
    queries: readonly Vector[],
    {
      count,
      lists,
      space = this.raw,
      hidden = 0,
      targets,
      margin = selectionMargin,
      signal,
      onFraction,
    }: SearchOptions,
  ): Promise<FoundRows[]> {
    const capacity = Math.min(count + margin, this.matrix.vocabulary);
    const wanted = Math.min(count, this.matrix.vocabulary);
    const found: FoundRows[] = [];
    this.#check(queries);
    const together = this.pass.queriesTogether(lists.length * capacity);
    for (let first = 0; first < queries.length; first += together) {
      const batch = queries.slice(first, first + together);
      const hiddenHere = Math.max(0, Math.min(batch.length, hidden - first));
      const own = targets?.slice(first, first + batch.length);
      const fraction = (share: number) => onFraction?.((first + share * batch.length) / queries.length);
      const { ranked, candidates, softmax, before } = await this.pass.search(batch, {
        lists,
        capacity,
        wanted,
        space,
        hidden: hiddenHere,
        targets: own,
        signal,
        onFraction: fraction,
      });
      batch.forEach((query, i) => {
        const list = (name: ListName): readonly Ranked[] => {
          const index = lists.indexOf(name);
          if (index < 0) return [];
          return ranked?.[i]?.[index] ?? rank(this, space, name, query, candidates?.[i]?.[index] ?? [], wanted);
        };
        found.push({
          ranked: { ...byMetric(list), logit: list('logit') },
          softmax: softmax[i] ?? null,
          before: own === undefined || (own[i] as number) < 0 ? null : (before[i] as number),
        });
      });
      for await (const { at, comparison } of this.#ofShort(space, batch, signal)) {
        const plain = found[first + at] as FoundRows;
        const list = (name: ListName) =>
          lists.includes(name) ? this.#shortList(comparison, name, wanted, margin) : [];
        found[first + at] = {
          ranked: { ...byMetric(list), logit: list('logit') },
          softmax: plain.softmax,
          before: plain.before === null ? null : this.#before(comparison, own?.[at] as number),
        };
      }
      await pause(signal);
    }
    return found;
  }

  /** The queries that are too short for float32, some at a time. */
  async *#ofShort(space: Space, queries: readonly Vector[], signal: Signal | undefined) {
    const short = Array.from(queries.keys()).filter((at) => lengthening(queries[at] as Vector) !== 1);
    const together = Math.min(mostShort, this.pass.productsTogether);
    for (let first = 0; first < short.length; first += together) {
      const places = short.slice(first, first + together);
      const asked = places.map((at) => queries[at] as Vector);
      const products = await this.products(asked, signal);
      for (const [i, at] of places.entries())
        yield { at, comparison: new RowRanking(this, space, asked[i] as Vector, products[i] as Vector) };
      await pause(signal);
    }
  }

  #shortList(comparison: RowRanking, name: ListName, count: number, margin: number): readonly Ranked[] {
    if (name !== 'logit') return comparison.best(name, count, margin);
    const logit = this.#roughLogits(comparison);
    const candidates = largest(logit, this.matrix.vocabulary, count + margin);
    return rank(this, comparison.space, name, comparison.query, candidates, count);
  }

  #before(comparison: RowRanking, target: number): number {
    const logit = this.#roughLogits(comparison);
    const own = logit(target);
    let before = 0;
    for (let id = 0; id < this.matrix.vocabulary; id++)
      if (logit(id) > own || (logit(id) === own && id < target)) before++;
    return before;
  }

  #roughLogits({ dots }: RowRanking): (id: number) => number {
    return (id) => (dots[id] as number) + (this.bias?.[id] ?? 0);
  }

  #check(queries: readonly Vector[]): void {
    for (const query of queries) checkQuery(query, this.sizes.largest);
  }

  /**
   * q·w of each query with every raw row, V long. In float64 where the query is so short that float32 would lose them:
   * a longer query is multiplied, and its products made shorter.
   */
  async products(queries: readonly Vector[], signal?: Signal): Promise<Vector[]> {
    const { vocabulary } = this.matrix;
    const scales = queries.map(lengthening);
    const scaled = queries.map((query, i) => {
      const scale = scales[i] as number;
      return scale === 1 ? query : Float64Array.from(query, (value) => value * scale);
    });
    const dots = await this.dots(scaled, signal);
    return scales.map((scale, i) => {
      const own = row(dots, i, vocabulary);
      return scale === 1 ? own : Float64Array.from(own, (product) => product / scale);
    });
  }

  /** q·w with every raw row, queries × V, float32; in `into` if given, which has exactly that length. */
  async dots(queries: readonly Vector[], signal?: Signal, into?: Float32Array): Promise<Float32Array> {
    this.#check(queries);
    const { vocabulary } = this.matrix;
    const all =
      into ??
      inMemory(
        queries.length * vocabulary * Float32Array.BYTES_PER_ELEMENT,
        () => new Float32Array(queries.length * vocabulary),
      );
    const together = this.pass.productsTogether;
    for (let first = 0; first < queries.length; first += together) {
      const batch = queries.slice(first, first + together);
      await this.pass.products(batch, all.subarray(first * vocabulary, (first + batch.length) * vocabulary), signal);
    }
    return all;
  }

  /** Whether rows reach the lines of each line: queries × reachLines, by the line. */
  async reached(
    queries: readonly Vector[],
    reachLines: readonly ReachLines[],
    signal?: Signal,
  ): Promise<readonly (readonly Reached[])[]> {
    this.#check(queries);
    return this.pass.reached(queries, reachLines, signal);
  }

  release(): void {
    void this.pass.release();
  }
}

/** 1/‖w‖ as it fits float32; 0 for a row of zeros. */
const inverseOf = (size: number): number => (size > 0 ? Math.min(1 / size, largestFloat) : 0);
const largestFloat = 3e38;
/** Short queries whose products are kept at a time: there are few, unless a model or a server is broken. */
const mostShort = 16;
