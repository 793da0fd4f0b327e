import type { Signal } from '../../shared/engine';
import type { Vector } from '../arrays/vectors';
import { Layout, aligned } from '../kernels/layout';
import { emptySearch, mostDoubtful, searchLayout, reachBytes } from '../kernels/rowSearch';
import { floatBytes } from '../kernels/storedRows';
import type { Team } from '../kernels/team';
import { OneAtATime } from '../tasks/oneAtATime';
import type { EmbeddingMatrix } from '../weights/embedding';
import { MatrixRows } from './matrixRows';
import { MatrixSearch } from './matrixSearch';
import type { Outputs, Reached, RowsPass, ReachLines, SearchAsked, SearchFound } from './rowsPass';
import type { MeasuredRows } from './sizes';

/** Bytes of queries, and of a thread's lists, that go through the matrix together: they fit the processor's caches. */
const queriesBytes = 3 * 2 ** 20;
const listsBytes = 8 * 2 ** 20;
const productsBytes = 64 * 2 ** 20;

/** Passes of a team's threads over the rows of one matrix. */
export class MatrixPass implements RowsPass {
  readonly #alone = new OneAtATime();

  private constructor(
    private readonly rows: MatrixRows,
    readonly measured: MeasuredRows,
    private readonly outputs: Outputs,
  ) {}

  static async load(
    team: Team,
    matrix: EmbeddingMatrix,
    inFile: boolean,
    outputs: Outputs,
    signal: Signal | undefined,
    onFraction: (fraction: number) => void,
  ): Promise<MatrixPass> {
    const { rows, measured } = await MatrixRows.load(team, matrix, inFile, signal, onFraction);
    return new MatrixPass(rows, measured, outputs);
  }

  queriesTogether(entries: number): number {
    const { dimensions } = this.rows.matrix;
    const most = Math.max(64, Math.min(1024, Math.floor(queriesBytes / (floatBytes * dimensions))));
    return Math.max(1, Math.min(most, Math.floor(listsBytes / Math.max(1, 8 * entries))));
  }

  get productsTogether(): number {
    return Math.max(1, Math.floor(productsBytes / (floatBytes * this.rows.matrix.vocabulary)));
  }

  search(queries: readonly Vector[], asked: SearchAsked): Promise<SearchFound> {
    return this.#alone.do(() => new MatrixSearch(this.rows, this.outputs, queries, asked).run(), asked.signal);
  }

  products(queries: readonly Vector[], into: Float32Array, signal: Signal | undefined): Promise<void> {
    return this.#alone.do(() => this.#products(queries, into, signal), signal);
  }

  async #products(queries: readonly Vector[], into: Float32Array, signal: Signal | undefined): Promise<void> {
    const { products } = await this.#pass(queries, [], true, signal);
    into.set(this.rows.memory.floats(products, queries.length * this.rows.matrix.vocabulary));
  }

  reached(
    queries: readonly Vector[],
    reachLines: readonly ReachLines[],
    signal: Signal | undefined,
  ): Promise<Reached[][]> {
    return this.#alone.do(() => this.#reached(queries, reachLines, signal), signal);
  }

  async #reached(
    queries: readonly Vector[],
    reachLines: readonly ReachLines[],
    signal: Signal | undefined,
  ): Promise<Reached[][]> {
    const { memory, team } = this.rows;
    const { room, reached } = await this.#pass(queries, reachLines, false, signal);
    /** Joins what the threads found for one line and query. */
    const found = (line: number, query: number): Reached => {
      let surely = false;
      const doubtful: number[] = [];
      let count = 0;
      for (let thread = 0; thread < team.threads; thread++) {
        const place = room.at + thread * room.bytes + reached + (line * queries.length + query) * reachBytes;
        const own = memory.integers(place, reachBytes / 4);
        surely ||= own[0] !== 0;
        const here = own[1] as number;
        count += here;
        doubtful.push(...own.subarray(2, 2 + Math.min(here, mostDoubtful)));
      }
      return { surely, doubtful: count > doubtful.length ? null : doubtful };
    };
    return reachLines.map((_, line) => queries.map((__, query) => found(line, query)));
  }

  /** Compares the queries with all rows. Returns the addresses of the results, valid until the next pass. */
  async #pass(
    queries: readonly Vector[],
    reachLines: readonly ReachLines[],
    keepsProducts: boolean,
    signal: Signal | undefined,
  ) {
    const { memory, matrix, team, scratch } = this.rows;
    const { vocabulary, dimensions } = matrix;
    const { length } = queries;
    const rowsOfLines = reachLines.map(({ offset, slope }) => ({
      offset: this.rows.keep(offset),
      slope: this.rows.keep(slope),
      lines: 0,
    }));
    const places = searchLayout({ length, lists: 0, capacity: 0, reachLines: rowsOfLines });
    const perThread = aligned(places.bytes);
    const layout = new Layout();
    const queriesPart = layout.part(length * dimensions * floatBytes);
    const roomPart = layout.part(team.threads * perThread);
    const lineParts = reachLines.map(({ lines }) => layout.part(lines.byteLength));
    const productsPart = layout.part(keepsProducts ? length * vocabulary * floatBytes : 0);
    const at = scratch.of(layout.bytes);
    const room = { at: at + roomPart, bytes: perThread };
    const products = keepsProducts ? at + productsPart : 0;
    const placed = rowsOfLines.map((line, i) => ({ ...line, lines: at + (lineParts[i] as number) }));
    queries.forEach((query, i) => memory.floats(at + queriesPart + i * dimensions * floatBytes, dimensions).set(query));
    reachLines.forEach(({ lines }, i) => memory.floats(at + (lineParts[i] as number), lines.length).set(lines));
    await this.rows.over(
      signal,
      () => undefined,
      (stored, first, count) => ({
        ...emptySearch,
        matrix: stored,
        first,
        count,
        vocabulary,
        begins: first === 0,
        queries: at + queriesPart,
        length,
        room,
        reachLines: placed,
        products,
      }),
    );
    return { room, reached: places.reached, products };
  }

  release(): void {
    this.rows.release();
  }
}
