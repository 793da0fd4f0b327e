import { Largest } from '../../arrays/largest';
import { dot, type Vector } from '../../arrays/vectors';
import type { Outputs, Reached, RowsPass, ReachLines, SearchAsked, SearchFound } from '../../directions/rowsPass';
import type { MeasuredRows } from '../../directions/sizes';
import { exactRows, softCap, softmaxOf, termsOf } from '../../directions/softmax';
import { metricNumbers, type ListName } from '../../kernels/metrics';
import { mostDoubtful } from '../../kernels/rowSearch';
import type { EmbeddingMatrix } from '../../weights/embedding';
import { GraphBuilder } from './graph';
import { matrixProduct } from './products';
import { createSession, type Session } from './runtime';

/** Queries whose products with all rows are made together. */
const together = 16;

/** Passes over a matrix with the products of the ONNX runtime; what is made of them is plain TypeScript. */
export class GraphPass implements RowsPass {
  readonly productsTogether = together;

  private constructor(
    private readonly session: Session,
    private readonly matrix: EmbeddingMatrix,
    private readonly outputs: Outputs,
    readonly measured: MeasuredRows,
  ) {}

  static async load(matrix: EmbeddingMatrix, outputs: Outputs): Promise<GraphPass> {
    // Before there is a session, which would have to be released.
    const measured = measurePlainly(matrix);
    const graph = new GraphBuilder();
    const { type, vocabulary: rows, dimensions: columns } = matrix;
    const x = graph.input('queries', 'float', [1, 'n', columns]);
    const stored = { type, rows, columns, read: () => matrix.stored(0, rows) };
    graph.output('dots', matrixProduct(graph, 'wasm', x, stored), 'float', [1, 'n', rows]);
    return new GraphPass(await createSession(graph.build()), matrix, outputs, measured);
  }

  queriesTogether(): number {
    return together;
  }

  async search(
    queries: readonly Vector[],
    { lists, capacity, wanted, space, hidden, targets, onFraction }: SearchAsked,
  ): Promise<SearchFound> {
    const dots = await this.#dots(queries);
    const { logitCap, bias } = this.outputs;
    const { squares, inverse, origin } = space;
    const found = queries.map((query, i) => {
      const products = dots[i] as Float32Array;
      const shift = origin ? dot(query, origin) : 0;
      const logits = bias ? products.map((product, id) => product + (bias[id] as number)) : products;
      const scoreOf =
        (list: ListName) =>
        (id: number): number =>
          list === 'logit'
            ? (logits[id] as number)
            : metricNumbers[list].score((products[id] as number) - shift, squares[id] as number, inverse[id] as number);
      const target = targets?.[i] ?? -1;
      const candidates = (name: ListName) => Array.from(largestOf(scoreOf(name), products.length, capacity));
      const softmax = () => {
        const best = candidates(bias ? 'logit' : 'dot').slice(0, exactRows(wanted));
        const capped = logitCap === undefined ? logits : logits.map((logit) => softCap(logit, logitCap));
        const exact = best.map((id) => softCap(dot(query, this.matrix.row(id)) + (bias?.[id] ?? 0), logitCap));
        return softmaxOf(
          capped.length,
          termsOf(capped),
          best.map((id) => capped[id] as number),
          exact,
        );
      };
      return {
        candidates: lists.map(candidates),
        softmax: i < hidden ? softmax() : null,
        before:
          target < 0
            ? 0
            : logits.reduce(
                (count, logit, id) =>
                  count + Number(logit > (logits[target] as number) || (logit === logits[target] && id < target)),
                0,
              ),
      };
    });
    onFraction(1);
    return {
      ranked: null,
      candidates: found.map((one) => one.candidates),
      softmax: found.flatMap((one) => one.softmax ?? []),
      before: found.map((one) => one.before),
    };
  }

  async products(queries: readonly Vector[], into: Float32Array): Promise<void> {
    (await this.#dots(queries)).forEach((products, i) => into.set(products, i * this.matrix.vocabulary));
  }

  async reached(queries: readonly Vector[], reachLines: readonly ReachLines[]): Promise<Reached[][]> {
    const dots = await this.#dots(queries);
    return reachLines.map(({ offset, slope, lines }) =>
      dots.map((products, query): Reached => {
        const [least, rate, surely, surelyRate] = lines.subarray(4 * query) as unknown as [
          number,
          number,
          number,
          number,
        ];
        const height = (id: number, by: number) =>
          (products[id] as number) - (offset[id] as number) - by * (slope[id] as number);
        const doubtful: number[] = [];
        for (let id = 0; id < products.length; id++) {
          if (!(height(id, rate) >= least)) continue;
          if (height(id, surelyRate) > surely) return { surely: true, doubtful: [] };
          doubtful.push(id);
        }
        return { surely: false, doubtful: doubtful.length > mostDoubtful ? null : doubtful };
      }),
    );
  }

  async #dots(all: readonly Vector[]): Promise<Float32Array[]> {
    const found: Float32Array[] = [];
    for (let first = 0; first < all.length; first += together)
      found.push(...(await this.#dotsOf(all.slice(first, first + together))));
    return found;
  }

  async #dotsOf(queries: readonly Vector[]): Promise<Float32Array[]> {
    const { dimensions, vocabulary } = this.matrix;
    const data = new Float32Array(queries.length * dimensions);
    queries.forEach((query, i) => data.set(query, i * dimensions));
    const { dots } = await this.session.run({ queries: { data, dims: [1, queries.length, dimensions] } }, ['dots']);
    const numbers = dots?.data as Float32Array;
    return queries.map((_, i) => numbers.subarray(i * vocabulary, (i + 1) * vocabulary));
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

function largestOf(score: (id: number) => number, length: number, count: number): Int32Array {
  const best = new Largest(count);
  for (let id = 0; id < length; id++) best.offer(id, score(id));
  return best.ids;
}

/** One pass over the matrix, in float64. */
function measurePlainly(matrix: EmbeddingMatrix): MeasuredRows {
  const { vocabulary, dimensions } = matrix;
  const of = new Float64Array(vocabulary);
  const sum = new Float64Array(dimensions);
  for (const { first, rows } of matrix.blocks()) {
    for (let i = 0, at = 0; at < rows.length; i++, at += dimensions) {
      const row = rows.subarray(at, at + dimensions);
      of[first + i] = Math.sqrt(dot(row, row));
      for (let j = 0; j < dimensions; j++) (sum[j] as number) += row[j] as number;
    }
  }
  return { of, sum };
}
