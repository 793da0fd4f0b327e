import type { Signal } from '../../shared/engine';
import { Layout, aligned } from '../kernels/layout';
import { mostDoubtful, placesOf, reachBytes, type SearchRows } from '../kernels/rowSearch';
import { floatBytes, type StoredRows } from '../kernels/storedRows';
import type { Team } from '../kernels/team';
import { OneAtATime } from '../tasks/oneAtATime';
import type { Vector } from '../tools/vectors';
import type { EmbeddingMatrix } from '../weights/embedding';
import { MatrixRows } from './matrixRows';
import { MatrixSearch } from './matrixSearch';
import type { Outputs, Reached, RowsPass, ReachLines, SearchAsked, SearchFound } from './rowsPass';
import type { Measured } from './sizes';

/** Bytes of queries, and of a thread's lists, that go through the matrix together: they fit the processor's caches. */
const queriesBytes = 3 * 2 ** 20;
const listsBytes = 8 * 2 ** 20;
const productsBytes = 64 * 2 ** 20;

/** Passes of a team's threads over the rows of one matrix. */
export class MatrixPass implements RowsPass {
  readonly #alone = new OneAtATime();

  private constructor(
    private readonly rows: MatrixRows,
    readonly measured: Measured,
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
    const { memory, matrix, team, scratch } = this.rows;
    const { vocabulary, dimensions } = matrix;
    const { length } = queries;
    const perThread = aligned(placesOf({ length, lists: 0, capacity: 0, reachLines: [] }).bytes);
    const layout = new Layout();
    const [asked, rooms, products] = [
      layout.part(length * dimensions * floatBytes),
      layout.part(team.threads * perThread),
      layout.part(length * vocabulary * floatBytes),
    ];
    const at = scratch.of(layout.bytes);
    queries.forEach((query, i) => memory.floats(at + asked + i * dimensions * floatBytes, dimensions).set(query));
    const work = {
      queries: at + asked,
      length,
      products: at + products,
      room: { at: at + rooms, bytes: perThread },
    };
    await this.rows.over(
      signal,
      () => undefined,
      (rows, first, count) => ({ ...bareSearch(rows, first, count, vocabulary), ...work }),
    );
    into.set(memory.floats(at + products, length * vocabulary));
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
    const { memory, matrix, team, scratch } = this.rows;
    const { vocabulary, dimensions } = matrix;
    const { length } = queries;
    const arrays = reachLines.map(({ offset, slope }) => ({
      offset: this.rows.keep(offset),
      slope: this.rows.keep(slope),
      lines: 0,
    }));
    const places = placesOf({ length, lists: 0, capacity: 0, reachLines: arrays });
    const perThread = aligned(places.bytes);
    const layout = new Layout();
    const [asked, rooms] = [layout.part(length * dimensions * floatBytes), layout.part(team.threads * perThread)];
    const lines = reachLines.map((line) => layout.part(line.lines.byteLength));
    const at = scratch.of(layout.bytes);
    queries.forEach((query, i) => memory.floats(at + asked + i * dimensions * floatBytes, dimensions).set(query));
    reachLines.forEach((line, i) => memory.floats(at + (lines[i] as number), line.lines.length).set(line.lines));
    const room = { at: at + rooms, bytes: perThread };
    const work = {
      queries: at + asked,
      length,
      reachLines: arrays.map((line, i) => ({ ...line, lines: at + (lines[i] as number) })),
      room,
    };
    await this.rows.over(
      signal,
      () => undefined,
      (rows, first, count) => ({ ...bareSearch(rows, first, count, vocabulary), ...work }),
    );
    /** What all threads found for one line and query. */
    const found = (line: number, query: number): Reached => {
      let surely = false;
      const doubtful: number[] = [];
      let count = 0;
      for (let thread = 0; thread < team.threads; thread++) {
        const place = room.at + thread * room.bytes + places.reached + (line * length + query) * reachBytes;
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

  release(): void {
    this.rows.release();
  }
}

/** A search without lists, softmax, targets, reachLines and products. */
const bareSearch = (
  matrix: StoredRows,
  first: number,
  count: number,
  vocabulary: number,
): Omit<SearchRows, 'queries' | 'length' | 'room'> => ({
  ...({ kind: 'search', matrix, first, count, vocabulary, begins: first === 0 } as const),
  ...{ lists: 0, capacity: 0, squares: 0, inverse: 0, shifts: 0, bias: 0 },
  ...{ softmax: 0, hidden: 0, cap: 0 },
  ...{ own: 0, targets: 0, targetRows: 0, reachLines: [], products: 0 },
});
