import { byMetric, type ByMetric } from '../shared/tokens';
import type { Signal } from '../shared/engine';
import { directionsGraph, productsGraph, type DirectionsGraph, type Outputs } from './directionsGraph';
import type { EmbeddingMatrix } from './embedding';
import { MovableSession } from './gpu/movableSession';
import type { Graph } from './onnx/graph';
import { pause } from './pause';
import { createSession, type Session, type Tensor } from './runtime';
import type { Sizes } from './sizes';
import { selectionMargin } from './selectionMargin';
import { dot, type Vector } from './vectors';

/** Query rows that go through the matrix together: more would need hundreds of MiB for the products. */
export const batchRows = 64;

/**
 * The same rows seen from another origin: raw, or with the mean row taken off. The graph's products stay those of the raw rows,
 * since (w − μ)·q = w·q − μ·q.
 */
export interface Space {
  readonly origin: Float64Array | null;
  /** |w|² and 1/|w| of every row in this space, float32: they select candidates only. */
  readonly squares: Float32Array;
  readonly inverse: Float32Array;
}

export interface Found {
  /** Ids of k + 32 candidates by each metric, unordered. */
  readonly candidates: ByMetric<Int32Array>;
  /** The same by raw logit, for hidden queries. */
  readonly logits: Int32Array | null;
  /** ln Σ e^logit and the entropy in bits, for hidden queries. */
  readonly softmax: Softmax | null;
}

export interface Softmax {
  /** ln Σ e^logit over the whole vocabulary. */
  readonly logTotal: number;
  /** Bits, ≥ 0. */
  readonly entropy: number;
}

/** The products of some queries with all rows, float32. */
export interface Products {
  /** Those of query `i`, in the order of the ids: `dots[j]` is that of the row `start + j`. */
  of(i: number): readonly { readonly start: number; readonly dots: Float32Array }[];
  /** Of query `i` among the first `hidden`. */
  softmax(i: number): Softmax;
}

/** One exact search over a V × d matrix of directions, by Euclidean distance, dot product and cosine in one pass over memory. */
export abstract class Directions {
  readonly raw: Space;
  #centred: Space | undefined;
  /** How far a float32 product may lie from the true one, as a share of the product of the two sizes. */
  abstract readonly doubt: number;

  protected constructor(
    readonly matrix: EmbeddingMatrix,
    readonly sizes: Sizes,
    /** What is added to each row's product to make its logit, V long; null where nothing is. */
    readonly bias: Float32Array | null,
  ) {
    this.raw = {
      origin: null,
      squares: Float32Array.from(sizes.of, (size) => size * size),
      inverse: Float32Array.from(sizes.of, (size) => (size > 0 ? 1 / size : 0)),
    };
  }

  /** The space around the mean row. |w − μ|² = |w|² − 2 w·μ + |μ|², made when first asked for. */
  async centred(): Promise<Space> {
    if (!this.#centred) {
      const { meanRow } = this.sizes;
      const dots = await this.dots(Float32Array.from(meanRow), 1);
      const length = dot(meanRow, meanRow);
      const squares = Float32Array.from(this.sizes.of, (size, id) => Math.max(0, size * size - 2 * (dots[id] as number) + length));
      this.#centred = { origin: meanRow, squares, inverse: squares.map((square) => (square > 0 ? 1 / Math.sqrt(square) : 0)) };
    }
    return this.#centred;
  }

  /**
   * Candidates for every row of `queries` (n × d); the first `hidden` rows get their softmax too. In the centred space the
   * queries come with the mean row taken off.
   */
  abstract search(queries: Float32Array, hidden: number, count: number, space: Space, signal?: Signal, onFraction?: (fraction: number) => void): Promise<Found[]>;

  /** q·w with every raw row for at most 64 queries; the first `hidden` queries get their softmax too. */
  abstract products(queries: Float32Array, n: number, hidden?: number, signal?: Signal): Promise<Products>;

  /** w·w of some rows, as whoever multiplies sees them: for the self-check. */
  abstract ownProducts(ids: readonly number[]): Promise<readonly number[]>;

  /** q·w with every raw row, n × V, float32. */
  async dots(queries: Float32Array, n: number, signal?: Signal): Promise<Float32Array> {
    const products = await this.products(queries, n, 0, signal);
    const { vocabulary } = this.matrix;
    const all = new Float32Array(n * vocabulary);
    for (let i = 0; i < n; i++) for (const { start, dots } of products.of(i)) all.set(dots, i * vocabulary + start);
    return all;
  }

  abstract release(): Promise<void>;
}

/** Searches through a graph that holds the matrix as float32. */
export class GraphDirections extends Directions {
  readonly doubt = 2e-5;
  /** The same graph without the rows: its products come from elsewhere. Made when first needed, and kept, since it is small and may be in use. */
  #fromProducts: Promise<Session> | undefined;

  private constructor(
    private readonly session: MovableSession,
    private readonly plan: DirectionsGraph,
    matrix: EmbeddingMatrix,
    sizes: Sizes,
    private readonly outputs: Outputs,
  ) {
    super(matrix, sizes, outputs.bias ?? null);
  }

  /** The softmax is that of the logits, which are the products, + a bias, soft-capped, where there is one or the other; products themselves are never changed. */
  static async load(matrix: EmbeddingMatrix, sizes: Sizes, outputs: Outputs = {}): Promise<GraphDirections> {
    const plan = directionsGraph(matrix, outputs);
    return new GraphDirections(new MovableSession(await createSession(plan.graph)), plan, matrix, sizes, outputs);
  }

  /** A graph of the products alone, for who multiplies elsewhere. */
  productsGraph(): Graph {
    return productsGraph(this.matrix);
  }

  /** The same rows with the products from a session of that graph; what is made from them is made here. Nobody has to release it. */
  async over(products: Session): Promise<GraphDirections> {
    return new GraphDirections(new MovableSession(await this.#fed(products)), this.plan, this.matrix, this.sizes, this.outputs);
  }

  /** Takes the products from a session of that graph from now on, as long as it works. */
  async moveTo(products: Session): Promise<void> {
    this.session.moveTo(await this.#fed(products));
  }

  moveBack(): void {
    this.session.moveBack();
  }

  async search(queries: Float32Array, hidden: number, count: number, space: Space, signal?: Signal, onFraction?: (fraction: number) => void): Promise<Found[]> {
    const { dimensions } = this.matrix;
    const n = queries.length / dimensions;
    const found: Found[] = [];
    for (let first = 0; first < n; first += batchRows) {
      const rows = Math.min(batchRows, n - first);
      const hiddenHere = Math.max(0, Math.min(rows, hidden - first));
      const wanted = Math.min(count + selectionMargin, this.matrix.vocabulary);
      const perChunk = Math.min(wanted, this.plan.smallestChunk);
      const results = await this.session.run(
        this.#inputs(queries.subarray(first * dimensions, (first + rows) * dimensions), rows, space, Math.max(1, hiddenHere), rows, perChunk, Math.min(wanted, perChunk * this.plan.chunks)),
        ['euclidean', 'dot', 'cosine', 'greatest', 'total', 'weighted', ...(this.bias ? ['logit'] : [])],
      );
      for (let i = 0; i < rows; i++) {
        const list = (name: string) => rowOf(results[name] as Tensor<Int32Array>, i);
        found.push({
          candidates: byMetric(list),
          logits: i < hiddenHere ? list(this.bias ? 'logit' : 'dot') : null,
          softmax: i < hiddenHere ? joinSoftmax(results as Record<string, Tensor<Float32Array>>, i) : null,
        });
      }
      onFraction?.((first + rows) / n);
      await pause(signal);
    }
    return found;
  }

  async products(queries: Float32Array, n: number, hidden = 0): Promise<Products> {
    const names = this.#chunks;
    const results = await this.session.run(this.#inputs(queries, n, this.raw, Math.max(1, hidden), 1, 1, 1), hidden > 0 ? [...names, 'greatest', 'total', 'weighted'] : names);
    const chunks = names.map((name) => results[name] as Tensor<Float32Array>);
    return {
      of: (i) => {
        let start = 0;
        return chunks.map((chunk) => {
          const piece = { start, dots: rowOf(chunk, i) };
          start += piece.dots.length;
          return piece;
        });
      },
      softmax: (i) => joinSoftmax(results as Record<string, Tensor<Float32Array>>, i),
    };
  }

  async ownProducts(ids: readonly number[]): Promise<readonly number[]> {
    const products = await this.dots(this.matrix.rows(ids), ids.length);
    return ids.map((id, i) => products[i * this.matrix.vocabulary + id] as number);
  }

  async release(): Promise<void> {
    // What could not be made has told whoever asked for it.
    const made = await this.#fromProducts?.catch(() => undefined);
    await Promise.all([this.session.release(), made?.release()]);
  }

  /** This graph's session, fed with the products of another one. */
  async #fed(products: Session): Promise<Session> {
    this.#fromProducts ??= createSession(directionsGraph(this.matrix, this.outputs, 'inputs').graph);
    try {
      const made = await this.#fromProducts;
      return { run: (inputs, outputs) => inTwoSteps(products, made, this.#chunks, inputs, outputs), release: () => Promise.resolve() };
    } catch (error) {
      this.#fromProducts = undefined;
      throw error;
    }
  }

  get #chunks(): readonly string[] {
    return Array.from({ length: this.plan.chunks }, (_, chunk) => `dots.${chunk}`);
  }

  #inputs(queries: Float32Array, n: number, space: Space, hidden: number, ranked: number, perChunk: number, count: number): Record<string, Tensor> {
    const { dimensions, vocabulary } = this.matrix;
    const integer = (value: number) => ({ data: BigInt64Array.of(BigInt(value)), dims: [1] });
    const shift = Float32Array.from({ length: ranked }, (_, i) => (space.origin ? dot(queries.subarray(i * dimensions, (i + 1) * dimensions), space.origin) : 0));
    return {
      queries: { data: queries, dims: [n, dimensions] },
      shift: { data: shift, dims: [ranked, 1] },
      squares: { data: space.squares, dims: [vocabulary] },
      inverse: { data: space.inverse, dims: [vocabulary] },
      hidden: integer(hidden),
      ranked: integer(ranked),
      perChunk: integer(perChunk),
      count: integer(count),
    };
  }
}

/** The products in one place, and in another what is made from them. */
async function inTwoSteps(products: Session, made: Session, chunks: readonly string[], { queries, ...inputs }: Readonly<Record<string, Tensor>>, outputs: readonly string[]): Promise<Record<string, Tensor>> {
  const dots = await products.run({ queries: queries as Tensor }, chunks);
  const rest = outputs.filter((name) => dots[name] === undefined);
  return rest.length === 0 ? dots : { ...dots, ...(await made.run({ ...inputs, ...dots }, rest)) };
}

/** The vector as it stands in a space: less the origin. */
export function inSpace(vector: Vector, { origin }: Space): Vector {
  if (!origin) return vector;
  const moved = new Float64Array(vector.length);
  for (let i = 0; i < moved.length; i++) moved[i] = (vector[i] as number) - (origin[i] as number);
  return moved;
}

function rowOf<T extends Float32Array | Int32Array>({ data, dims }: Tensor<T>, index: number): T {
  const width = dims[1] as number;
  return data.subarray(index * width, (index + 1) * width) as T;
}

/** Joins the chunks' parts in float64: ln Z = m + ln Σ z, H = ln Z − Σ p x. */
function joinSoftmax(results: Record<string, Tensor<Float32Array>>, index: number): Softmax {
  const part = (name: string) => rowOf(results[name] as Tensor<Float32Array>, index);
  const greatest = part('greatest');
  const total = part('total');
  const weighted = part('weighted');
  const top = greatest.reduce((a, b) => Math.max(a, b), -Infinity);
  let z = 0;
  let t = 0;
  greatest.forEach((m, chunk) => {
    const scale = Math.exp(m - top);
    z += scale * (total[chunk] as number);
    t += scale * ((weighted[chunk] as number) + (total[chunk] as number) * (m - top));
  });
  return { logTotal: top + Math.log(z), entropy: (Math.log(z) - t / z) / Math.LN2 };
}
