import { dot, type Vector } from '../arrays/vectors';
import { merged, rankedBytes, rankedRoom, roomForComparison, type Ranked } from '../kernels/comparison';
import { panelRows } from '../kernels/kernels';
import { aligned, allocateParts } from '../kernels/layout';
import type { ListName } from '../kernels/metrics';
import { emptySearch, listBits, listsIn, searchLayout, softmaxBytes, type SearchRows } from '../kernels/rowSearch';
import { blockRows, doubleBytes, floatBytes, type StoredRows } from '../kernels/storedRows';
import type { KernelWork } from '../kernels/work';
import type { MatrixRows } from './matrixRows';
import type { Outputs, SearchAsked, SearchFound } from './rowsPass';
import { exactRows, joinedTerms, softCap, softmaxOf, type Softmax, type Terms } from './softmax';

/** One search of several queries over the rows of a matrix. It owns the scratch memory until it has run. */
export class MatrixSearch {
  readonly #bits: number;
  readonly #lists: readonly ListName[];
  /** The list that a softmax is made from. */
  readonly #byLogit: 'logit' | 'dot';
  readonly #places: ReturnType<typeof searchLayout>;
  readonly #blocks: number;
  readonly #at: ReturnType<MatrixSearch['place']>;

  constructor(
    private readonly rows: MatrixRows,
    private readonly outputs: Outputs,
    private readonly queries: readonly Vector[],
    private readonly asked: SearchAsked,
  ) {
    const { lists, capacity, hidden, space } = asked;
    this.#byLogit = outputs.bias ? 'logit' : 'dot';
    if (hidden > 0 && (space.origin || !lists.includes(this.#byLogit)))
      throw new RangeError(`A softmax needs the list ${this.#byLogit} in the raw space.`);
    this.#bits = lists.reduce((all, name) => all | listBits[name], 0);
    this.#lists = listsIn(this.#bits);
    this.#places = searchLayout({ length: queries.length, lists: this.#bits, capacity, reachLines: [] });
    this.#blocks = Math.ceil(rows.matrix.vocabulary / blockRows);
    this.#at = this.place();
  }

  async run(): Promise<SearchFound> {
    const { rows, queries } = this;
    const { lists, wanted, signal, onFraction } = this.asked;
    this.#write();
    await rows.over(signal, onFraction, (stored, first, count) => this.#search(stored, first, count));
    const before = this.#before();
    const { stored } = rows;
    if (!stored) {
      const { bias } = this.outputs;
      const exactOf = (query: number, ids: readonly number[]) =>
        ids.map((id) => dot(queries[query] as Vector, rows.matrix.row(id)) + (bias?.[id] ?? 0));
      return {
        ranked: null,
        candidates: queries.map((_, query) => lists.map((name) => this.#candidates(query, name).map(({ id }) => id))),
        softmax: this.#softmaxes(exactOf),
        before,
      };
    }
    await rows.team.run(rows.memory, () => this.#comparison(stored), { signal });
    const entries = this.#compared();
    const first = (query: number, name: ListName) => this.#list(query, name) * this.asked.capacity;
    return {
      ranked: queries.map((_, query) => lists.map((name) => rankedFrom(entries, first(query, name), wanted))),
      candidates: null,
      softmax: this.#softmaxes((query, ids) =>
        ids.map((_, i) => entries[2 * (first(query, this.#byLogit) + i)] as number),
      ),
      before,
    };
  }

  /** Addresses in the scratch memory, and of the arrays that stay. */
  private place() {
    const { rows, outputs } = this;
    const { space, capacity, hidden, targets } = this.asked;
    const { team, matrix } = rows;
    const { length } = this.queries;
    // Before there is scratch memory: they may move it.
    const kept = {
      squares: rows.keep(space.squares),
      inverse: rows.keep(space.inverse),
      bias: outputs.bias ? rows.keep(outputs.bias) : 0,
    };
    const perThread = aligned(this.#places.bytes);
    const perComparison = aligned(roomForComparison(rows.storedAt(0)));
    const { room, compared, ...at } = allocateParts(
      {
        queries: length * matrix.dimensions * floatBytes,
        exact: length * matrix.dimensions * doubleBytes,
        origin: matrix.dimensions * doubleBytes,
        shifts: length * floatBytes,
        own: length * floatBytes,
        targets: length * floatBytes,
        targetRows: targets ? (length + panelRows) * matrix.rowBytes : 0,
        softmax: this.#blocks * hidden * softmaxBytes,
        room: team.threads * perThread,
        compared: team.threads * perComparison,
        out: rankedRoom({ length, lists: this.#bits, count: capacity }),
      },
      (bytes) => rows.scratch.of(bytes),
    );
    return {
      ...kept,
      ...at,
      room: { at: room, bytes: perThread },
      compared: { at: compared, bytes: perComparison },
    };
  }

  /** Writes the queries, the origin and the targets to the scratch memory. */
  #write(): void {
    const { queries } = this;
    const { space, targets } = this.asked;
    const { memory, matrix } = this.rows;
    const { dimensions, rowBytes } = matrix;
    const at = this.#at;
    queries.forEach((query, i) => {
      memory.floats(at.queries + i * dimensions * floatBytes, dimensions).set(query);
      memory.doubles(at.exact + i * dimensions * doubleBytes, dimensions).set(query);
    });
    const { origin } = space;
    if (origin) memory.doubles(at.origin, dimensions).set(origin);
    memory.floats(at.shifts, queries.length).set(queries.map((query) => (origin ? dot(query, origin) : 0)));
    if (!targets) return;
    memory.integers(at.targets, queries.length).set(targets);
    targets.forEach((id, i) => {
      if (id >= 0) matrix.stored(id, 1, (bytes) => memory.raw(at.targetRows + i * rowBytes, bytes));
    });
  }

  #search(matrix: StoredRows, first: number, count: number): SearchRows {
    const { capacity, hidden, targets } = this.asked;
    const at = this.#at;
    return {
      ...emptySearch,
      matrix,
      first,
      count,
      vocabulary: this.rows.matrix.vocabulary,
      begins: first === 0,
      room: at.room,
      queries: at.queries,
      length: this.queries.length,
      lists: this.#bits,
      capacity,
      squares: at.squares,
      inverse: at.inverse,
      shifts: at.shifts,
      bias: at.bias,
      softmax: hidden > 0 ? at.softmax : 0,
      hidden,
      cap: this.outputs.logitCap ?? 0,
      own: at.own,
      targets: targets ? at.targets : 0,
      targetRows: at.targetRows,
    };
  }

  #comparison(matrix: StoredRows): KernelWork {
    const { capacity, space } = this.asked;
    const at = this.#at;
    return {
      kind: 'comparison',
      matrix,
      queries: at.exact,
      length: this.queries.length,
      origin: space.origin ? at.origin : 0,
      sizes: this.rows.sizes,
      bias: at.bias,
      kept: this.#keptLists(),
      lists: this.#bits,
      capacity,
      count: capacity,
      out: at.out,
      room: at.compared,
    };
  }

  #keptLists() {
    const { at, bytes } = this.#at.room;
    return { at: at + this.#places.lists, bytes, threads: this.rows.team.threads };
  }

  #list(query: number, name: ListName): number {
    return query * this.#lists.length + this.#lists.indexOf(name);
  }

  #candidates(query: number, name: ListName): readonly Ranked[] {
    const { buffer } = this.rows.memory.memory;
    const views = { floats: new Float32Array(buffer), integers: new Int32Array(buffer) };
    return merged(views, { kept: this.#keptLists(), capacity: this.asked.capacity }, this.#list(query, name));
  }

  /** Rows before each target, counted by all threads. */
  #before(): number[] {
    const { team, memory } = this.rows;
    const { at, bytes } = this.#at.room;
    const { length } = this.queries;
    return Array.from({ length: this.asked.targets ? length : 0 }, (_, query) => {
      let count = 0;
      for (let thread = 0; thread < team.threads; thread++)
        count += memory.integers(at + thread * bytes + this.#places.counts, length)[query] as number;
      return count;
    });
  }

  #compared(): Float64Array {
    const entries = this.queries.length * this.#lists.length * this.asked.capacity;
    return this.rows.memory.doubles(this.#at.out, (entries * rankedBytes) / doubleBytes);
  }

  /** `exactOf` gives the raw logits of rows in float64. */
  #softmaxes(exactOf: (query: number, ids: readonly number[]) => readonly number[]): Softmax[] {
    const { hidden, wanted } = this.asked;
    const blocks = this.#blocks;
    const parts = this.rows.memory.doubles(this.#at.softmax, (blocks * hidden * softmaxBytes) / doubleBytes);
    const capped = (logit: number) => softCap(logit, this.outputs.logitCap);
    return Array.from({ length: hidden }, (_, query) => {
      const best = this.#candidates(query, this.#byLogit).slice(0, exactRows(wanted));
      const exact = exactOf(
        query,
        best.map(({ id }) => id),
      );
      return softmaxOf(
        this.rows.matrix.vocabulary,
        joinedTerms(termsOfBlocks(parts, blocks, hidden, query)),
        best.map(({ value }) => capped(value)),
        exact.map(capped),
      );
    });
  }
}

function rankedFrom(entries: Float64Array, first: number, count: number): Ranked[] {
  const ranked: Ranked[] = [];
  for (let i = first; i < first + count && (entries[2 * i + 1] as number) >= 0; i++)
    ranked.push({ id: entries[2 * i + 1] as number, value: entries[2 * i] as number });
  return ranked;
}

/** The terms of one query's softmax in each block. */
const termsOfBlocks = (parts: Float64Array, blocks: number, hidden: number, query: number): Terms[] =>
  Array.from({ length: blocks }, (_, block) => {
    const at = 3 * (block * hidden + query);
    const [sum, weighted, greatest] = [parts[at], parts[at + 1], parts[at + 2]] as [number, number, number];
    return { greatest, sum, weighted };
  });
