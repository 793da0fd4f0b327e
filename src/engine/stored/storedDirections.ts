import { byMetric } from '../../shared/tokens';
import type { Signal } from '../../shared/engine';
import { Directions, type Found, type Products, type Space } from '../directions';
import type { EmbeddingMatrix } from '../embedding';
import type { Outputs } from '../directionsGraph';
import { Largest } from '../largest';
import { largest } from '../ranking';
import { selectionMargin } from '../selectionMargin';
import { sizesOf, type Sizes } from '../sizes';
import { softCap } from '../softCap';
import { softmax } from '../softmax';
import { dot } from '../vectors';
import type { PassControl, RowsThreads } from './rowsThreads';

/** Query rows that go through the matrix together: their products with a large vocabulary take tens of MiB. */
const batchRows = 16;

/**
 * Searches a matrix that is too large to hold as float32: every search reads its rows from the file and dequantises them block by block.
 * Products are summed in float64 and rounded once.
 */
export class StoredDirections extends Directions {
  readonly doubt = 1e-6;

  private constructor(
    private readonly threads: RowsThreads,
    private readonly logitCap: number | undefined,
    matrix: EmbeddingMatrix,
    sizes: Sizes,
    bias: Float32Array | null,
  ) {
    super(matrix, sizes, bias);
  }

  /** See `GraphDirections.load`. */
  static async load(matrix: EmbeddingMatrix, threads: RowsThreads, control: PassControl, { logitCap, bias = null }: Outputs = {}): Promise<StoredDirections> {
    const of = new Float64Array(matrix.vocabulary);
    // Added in the order of the rows, whichever block was done first: the same file gives the same numbers.
    const sums = new Map<number, Float64Array>();
    await threads.pass(matrix, { measure: true, queries: null }, (first, _, { measured }) => {
      if (!measured) return;
      of.set(measured.sizes, first);
      sums.set(first, measured.sum);
    }, control);
    const sum = new Float64Array(matrix.dimensions);
    for (const first of [...sums.keys()].sort((a, b) => a - b)) sums.get(first)?.forEach((part, j) => ((sum[j] as number) += part));
    return new StoredDirections(threads, logitCap, matrix, sizesOf({ of, sum }), bias);
  }

  async search(queries: Float32Array, hidden: number, count: number, space: Space, signal?: Signal, onFraction?: (fraction: number) => void): Promise<Found[]> {
    const { dimensions, vocabulary } = this.matrix;
    const n = queries.length / dimensions;
    const wanted = Math.min(count + selectionMargin, vocabulary);
    const found: Found[] = [];
    for (let first = 0; first < n; first += batchRows) {
      const rows = Math.min(batchRows, n - first);
      const batch = queries.subarray(first * dimensions, (first + rows) * dimensions);
      const products = await this.#products(batch, rows, { signal, onFraction: (fraction) => onFraction?.((first + fraction * rows) / n) });
      for (let i = 0; i < rows; i++) {
        const dots = products.subarray(i * vocabulary, (i + 1) * vocabulary);
        const shift = space.origin ? dot(batch.subarray(i * dimensions, (i + 1) * dimensions), space.origin) : 0;
        const nearest = candidates(dots, shift, space, wanted);
        const isHidden = first + i < hidden;
        found.push({ candidates: nearest, logits: isHidden ? this.#largestLogits(dots, wanted, nearest.dot) : null, softmax: isHidden ? this.#softmax(dots) : null });
      }
    }
    return found;
  }

  async products(queries: Float32Array, n: number, _hidden = 0, signal?: Signal): Promise<Products> {
    const { vocabulary } = this.matrix;
    const all = await this.#products(queries, n, { signal });
    const of = (i: number) => all.subarray(i * vocabulary, (i + 1) * vocabulary);
    return { of: (i) => [{ start: 0, dots: of(i) }], softmax: (i) => this.#softmax(of(i)) };
  }

  /** As the threads measured them on their pass at load: another pass would cost as much. */
  async ownProducts(ids: readonly number[]): Promise<readonly number[]> {
    return ids.map((id) => (this.sizes.of[id] as number) ** 2);
  }

  /** The threads belong to who made them. */
  async release(): Promise<void> {}

  /** n × V. */
  async #products(queries: Float32Array, n: number, control: PassControl): Promise<Float32Array> {
    const { vocabulary } = this.matrix;
    const all = new Float32Array(n * vocabulary);
    await this.threads.pass(this.matrix, { measure: false, queries }, (first, count, { products }) => {
      if (products) for (let i = 0; i < n; i++) all.set(products.subarray(i * count, (i + 1) * count), i * vocabulary + first);
    }, control);
    return all;
  }

  #largestLogits(dots: Float32Array, wanted: number, byProduct: Int32Array): Int32Array {
    const { bias } = this;
    return bias ? largest((id) => (dots[id] as number) + (bias[id] as number), dots.length, wanted) : byProduct;
  }

  #softmax(dots: Float32Array) {
    const { bias, logitCap } = this;
    const logits = bias ? dots.map((product, id) => product + (bias[id] as number)) : dots;
    return softmax(logitCap === undefined ? logits : logits.map((logit) => softCap(logit, logitCap)));
  }
}

/** The largest by each metric, scored as the graph does. */
function candidates(dots: Float32Array, shift: number, { squares, inverse }: Space, wanted: number): Found['candidates'] {
  const best = { euclidean: new Largest(wanted), dot: new Largest(wanted), cosine: new Largest(wanted) };
  for (let id = 0; id < dots.length; id++) {
    const product = dots[id] as number;
    best.euclidean.offer(id, 2 * product - (squares[id] as number));
    best.dot.offer(id, product);
    best.cosine.offer(id, (product - shift) * (inverse[id] as number));
  }
  return byMetric((metric) => best[metric].ids);
}
