import type { Signal } from '../../shared/engine';
import type { Outputs, Reached, RowsPass, RulerLines, SearchAsked, SearchFound } from './rowsPass';
import type { EmbeddingMatrix } from '../weights/embedding';
import { merged, rankedBytes, rankedRoom, roomForComparison, type Ranked } from '../kernels/comparison';
import { panelRows } from '../kernels/kernels';
import { tensorTypes } from '../weights/types/types';
import { aligned, Layout, Scratch } from '../kernels/layout';
import { roomForMeasures } from '../kernels/matrixMeasures';
import type { KernelMemory } from '../kernels/memory';
import {
  listBits,
  mostDoubtful,
  placesOf,
  reachBytes,
  softmaxBytes,
  type ListName,
  type SearchRows,
} from '../kernels/rowSearch';
import { blockRows, doubleBytes, floatBytes, type StoredRows } from '../kernels/storedRows';
import type { Team } from '../kernels/team';
import type { Work } from '../kernels/work';
import { OneAtATime } from '../tasks/oneAtATime';
import { pause } from '../tasks/pause';
import type { Measured } from './sizes';
import { softCap } from './softCap';
import { exactRows, joined, softmaxOf, type Softmax, type Terms } from './softmax';
import { dot, type Vector } from '../tools/vectors';

/** Bytes of rows that are read from the file at a time. */
const readTogether = 8 * 2 ** 20;
/**
 * Bytes of queries, and of the lists of a thread, that go through the matrix together: they stay in the processor's
 * caches.
 */
const queriesBytes = 3 * 2 ** 20;
const listsBytes = 8 * 2 ** 20;
const productsBytes = 64 * 2 ** 20;
/** Kernels read sixteen numbers where the vocabulary may have fewer left. */
const beyond = panelRows;

/**
 * Passes of a team's threads over the rows of one matrix, which lie in a memory or come from the file block by block.
 */
export class MatrixPass implements RowsPass {
  readonly #scratch: Scratch;
  /** The scratch room serves one pass at a time. */
  readonly #alone = new OneAtATime();
  /** Addresses of arrays over the vocabulary that stay from one pass to the next. */
  readonly #kept = new Map<Float32Array, number>();
  measured: Measured = { of: new Float64Array(0), sum: new Float64Array(0) };

  private constructor(
    private readonly team: Team,
    private readonly memory: KernelMemory,
    private readonly matrix: EmbeddingMatrix,
    /** Address of all rows; null where they are in the file. */
    private readonly at: number | null,
    private readonly sizes: number,
    private readonly outputs: Outputs,
  ) {
    this.#scratch = new Scratch(memory);
  }

  static async load(
    team: Team,
    matrix: EmbeddingMatrix,
    inFile: boolean,
    outputs: Outputs,
    signal: Signal | undefined,
    onFraction: (fraction: number) => void,
  ): Promise<MatrixPass> {
    const { vocabulary, rowBytes } = matrix;
    const rows = inFile ? 0 : (vocabulary + beyond) * rowBytes;
    const memory = team.memory(rows + vocabulary * (doubleBytes + 2 * floatBytes));
    try {
      const pass = new MatrixPass(
        team,
        memory,
        matrix,
        inFile ? null : memory.allocate(rows),
        memory.allocate(vocabulary * doubleBytes),
        outputs,
      );
      await pass.#read(signal, (fraction) => onFraction(0.5 * fraction));
      await pass.#measure(signal, (fraction) => onFraction(inFile ? fraction : 0.5 + 0.5 * fraction));
      return pass;
    } catch (error) {
      matrix.useCopy(null);
      team.forget(memory);
      throw error;
    }
  }

  /** Queries that go through the matrix together with lists of so many entries in all. */
  queriesTogether(entries: number): number {
    const most = Math.max(64, Math.min(1024, Math.floor(queriesBytes / (floatBytes * this.matrix.dimensions))));
    return Math.max(1, Math.min(most, Math.floor(listsBytes / Math.max(1, 8 * entries))));
  }

  get productsTogether(): number {
    return Math.max(1, Math.floor(productsBytes / (floatBytes * this.matrix.vocabulary)));
  }

  async #read(signal: Signal | undefined, onFraction: (fraction: number) => void): Promise<void> {
    const { at, matrix, memory } = this;
    if (at === null) return;
    const { vocabulary, rowBytes } = matrix;
    const together = Math.max(1, Math.floor(readTogether / rowBytes));
    for (let first = 0; first < vocabulary; first += together) {
      const count = Math.min(together, vocabulary - first);
      matrix.stored(first, count, (length) => memory.raw(at + first * rowBytes, length));
      onFraction((first + count) / vocabulary);
      await pause(signal);
    }
    matrix.useCopy((first, count) => memory.raw(at + first * rowBytes, count * rowBytes));
  }

  async #measure(signal: Signal | undefined, onFraction: (fraction: number) => void): Promise<void> {
    const { memory, team, sizes } = this;
    const { vocabulary, dimensions } = this.matrix;
    const blocks = Math.ceil(vocabulary / blockRows);
    const layout = new Layout();
    const [sums, rooms] = [layout.part(blocks * dimensions * doubleBytes), layout.part(team.threads * roomForMeasures)];
    const at = this.#scratch.of(layout.bytes);
    const room = { at: at + rooms, bytes: roomForMeasures };
    await this.#over(signal, onFraction, (matrix, first, count) => {
      return {
        kind: 'matrix',
        matrix,
        first,
        count,
        sizes,
        sums: at + sums + (first / blockRows) * dimensions * doubleBytes,
        room,
      };
    });
    // Added in the order of the rows, whichever thread measured them.
    const sum = new Float64Array(dimensions);
    memory.doubles(at + sums, blocks * dimensions).forEach((part, i) => ((sum[i % dimensions] as number) += part));
    this.measured = { of: memory.doubles(sizes, vocabulary).slice(), sum };
  }

  search(queries: readonly Vector[], asked: SearchAsked): Promise<SearchFound> {
    return this.#alone.do(() => this.#search(queries, asked), asked.signal);
  }

  async #search(
    queries: readonly Vector[],
    { lists, capacity, wanted, space, hidden, targets, signal, onFraction }: SearchAsked,
  ): Promise<SearchFound> {
    const { team, memory, matrix, outputs } = this;
    const { vocabulary, dimensions } = matrix;
    const { length } = queries;
    const byLogit = outputs.bias ? 'logit' : 'dot';
    if (hidden > 0 && (space.origin || !lists.includes(byLogit)))
      throw new RangeError(`A softmax needs the list ${byLogit} in the raw space.`);
    const bits = lists.reduce((all, name) => all | listBits[name], 0);
    const inOrder = (Object.keys(listBits) as ListName[]).filter((name) => (bits & listBits[name]) !== 0);
    const blocks = Math.ceil(vocabulary / blockRows);
    const [squares, inverse] = [this.#keep(space.squares), this.#keep(space.inverse)];
    const bias = outputs.bias ? this.#keep(outputs.bias) : 0;
    const places = placesOf({ length, lists: bits, capacity, rulers: [] });
    const perThread = aligned(places.bytes);

    const layout = new Layout();
    const part = {
      queries: layout.part(length * dimensions * floatBytes),
      exact: layout.part(length * dimensions * doubleBytes),
      origin: layout.part(dimensions * doubleBytes),
      shifts: layout.part(length * floatBytes),
      own: layout.part(length * floatBytes),
      targets: layout.part(length * floatBytes),
      targetRows: layout.part(targets ? (length + panelRows) * matrix.rowBytes : 0),
      softmax: layout.part(blocks * hidden * softmaxBytes),
      rooms: layout.part(team.threads * perThread),
      compared: layout.part(team.threads * this.#roomForComparison),
      out: layout.part(rankedRoom({ length, lists: bits, count: capacity })),
    };
    const at = this.#scratch.of(layout.bytes);
    queries.forEach((query, i) => {
      memory.floats(at + part.queries + i * dimensions * floatBytes, dimensions).set(query);
      memory.doubles(at + part.exact + i * dimensions * doubleBytes, dimensions).set(query);
    });
    const { origin } = space;
    if (origin) memory.doubles(at + part.origin, dimensions).set(origin);
    memory.floats(at + part.shifts, length).set(queries.map((query) => (origin ? dot(query, origin) : 0)));
    if (targets) {
      memory.integers(at + part.targets, length).set(targets);
      targets.forEach(
        (id, i) =>
          id >= 0 && matrix.stored(id, 1, (bytes) => memory.raw(at + part.targetRows + i * matrix.rowBytes, bytes)),
      );
    }

    const room = { at: at + part.rooms, bytes: perThread };
    await this.#over(signal, onFraction, (rows, first, count) => ({
      ...({
        kind: 'search',
        matrix: rows,
        first,
        count,
        vocabulary,
        queries: at + part.queries,
        length,
        lists: bits,
        capacity,
        squares,
        inverse,
        shifts: at + part.shifts,
        bias,
      } as const),
      ...{ softmax: hidden > 0 ? at + part.softmax : 0, hidden, cap: outputs.logitCap ?? 0 },
      ...{
        own: at + part.own,
        targets: targets ? at + part.targets : 0,
        targetRows: at + part.targetRows,
        rulers: [],
        products: 0,
        room,
        begins: first === 0,
      },
    }));

    const before = Array.from({ length: targets ? length : 0 }, (_, query) => {
      let count = 0;
      for (let thread = 0; thread < team.threads; thread++)
        count += memory.integers(room.at + thread * room.bytes + places.counts, length)[query] as number;
      return count;
    });
    const kept = { at: room.at + places.lists, bytes: room.bytes, threads: team.threads };
    const place = (query: number, name: ListName) => query * inOrder.length + inOrder.indexOf(name);
    const candidates = (query: number, name: ListName) =>
      merged(
        { floats: new Float32Array(memory.memory.buffer), integers: new Int32Array(memory.memory.buffer) },
        { kept, capacity },
        place(query, name),
      );
    const softmaxes = (exactOf: (query: number, ids: readonly number[]) => readonly number[]): Softmax[] => {
      const parts = memory.doubles(at + part.softmax, (blocks * hidden * softmaxBytes) / doubleBytes);
      const capped = (logit: number) => softCap(logit, outputs.logitCap);
      return Array.from({ length: hidden }, (_, query) => {
        const best = candidates(query, byLogit).slice(0, exactRows(wanted));
        return softmaxOf(
          vocabulary,
          joined(termsOfBlocks(parts, blocks, hidden, query)),
          best.map(({ value }) => capped(value)),
          exactOf(
            query,
            best.map(({ id }) => id),
          ).map(capped),
        );
      });
    };
    if (this.at === null) {
      const exactOf = (query: number, ids: readonly number[]) =>
        ids.map((id) => dot(queries[query] as Vector, matrix.row(id)) + (outputs.bias?.[id] ?? 0));
      return {
        ranked: null,
        candidates: queries.map((_, query) => lists.map((name) => candidates(query, name).map(({ id }) => id))),
        softmax: softmaxes(exactOf),
        before,
      };
    }
    const rows = this.#rows(this.at);
    const out = at + part.out;
    await team.run(
      memory,
      () => ({
        ...({
          kind: 'comparison',
          matrix: rows,
          queries: at + part.exact,
          length,
          origin: origin ? at + part.origin : 0,
          sizes: this.sizes,
          bias,
          kept,
          lists: bits,
          capacity,
          count: capacity,
          out,
        } as const),
        room: { at: at + part.compared, bytes: this.#roomForComparison },
      }),
      { signal },
    );
    const numbers = memory.doubles(out, (length * inOrder.length * capacity * rankedBytes) / doubleBytes);
    const ranked = queries.map((_, query) =>
      lists.map((name) => rankedFrom(numbers, place(query, name) * capacity, wanted)),
    );
    return {
      ranked,
      candidates: null,
      softmax: softmaxes((query, ids) =>
        ids.map((_, i) => numbers[2 * (place(query, byLogit) * capacity + i)] as number),
      ),
      before,
    };
  }

  /** q·w with every row to `into`, queries × V. */
  products(queries: readonly Vector[], into: Float32Array, signal: Signal | undefined): Promise<void> {
    return this.#alone.do(() => this.#products(queries, into, signal), signal);
  }

  async #products(queries: readonly Vector[], into: Float32Array, signal: Signal | undefined): Promise<void> {
    const { memory, matrix } = this;
    const { vocabulary, dimensions } = matrix;
    const { length } = queries;
    const perThread = aligned(placesOf({ length, lists: 0, capacity: 0, rulers: [] }).bytes);
    const layout = new Layout();
    const [asked, rooms, products] = [
      layout.part(length * dimensions * floatBytes),
      layout.part(this.team.threads * perThread),
      layout.part(length * vocabulary * floatBytes),
    ];
    const at = this.#scratch.of(layout.bytes);
    queries.forEach((query, i) => memory.floats(at + asked + i * dimensions * floatBytes, dimensions).set(query));
    await this.#over(
      signal,
      () => undefined,
      (rows, first, count) => ({
        ...plainSearch(rows, first, count, vocabulary),
        queries: at + asked,
        length,
        products: at + products,
        room: { at: at + rooms, bytes: perThread },
      }),
    );
    into.set(memory.floats(at + products, length * vocabulary));
  }

  /** See `Directions.reached`. */
  reached(queries: readonly Vector[], rulers: readonly RulerLines[], signal: Signal | undefined): Promise<Reached[][]> {
    return this.#alone.do(() => this.#reached(queries, rulers, signal), signal);
  }

  async #reached(
    queries: readonly Vector[],
    rulers: readonly RulerLines[],
    signal: Signal | undefined,
  ): Promise<Reached[][]> {
    const { memory, matrix, team } = this;
    const { vocabulary, dimensions } = matrix;
    const { length } = queries;
    const arrays = rulers.map(({ offset, slope }) => ({ offset: this.#keep(offset), slope: this.#keep(slope) }));
    const kept = { length, lists: 0, capacity: 0, rulers: arrays.map((ruler) => ({ ...ruler, lines: 0 })) };
    const places = placesOf(kept);
    const perThread = aligned(places.bytes);
    const layout = new Layout();
    const [asked, rooms] = [layout.part(length * dimensions * floatBytes), layout.part(team.threads * perThread)];
    const lines = rulers.map((ruler) => layout.part(ruler.lines.byteLength));
    const at = this.#scratch.of(layout.bytes);
    queries.forEach((query, i) => memory.floats(at + asked + i * dimensions * floatBytes, dimensions).set(query));
    rulers.forEach((ruler, i) => memory.floats(at + (lines[i] as number), ruler.lines.length).set(ruler.lines));
    const room = { at: at + rooms, bytes: perThread };
    const placed = arrays.map((ruler, i) => ({ ...ruler, lines: at + (lines[i] as number) }));
    await this.#over(
      signal,
      () => undefined,
      (rows, first, count) => ({
        ...plainSearch(rows, first, count, vocabulary),
        queries: at + asked,
        length,
        rulers: placed,
        room,
      }),
    );
    return rulers.map((_, ruler) =>
      queries.map((__, query) => {
        let surely = false;
        const doubtful: number[] = [];
        let count = 0;
        for (let thread = 0; thread < team.threads; thread++) {
          const found = memory.integers(
            room.at + thread * room.bytes + places.reached + (ruler * length + query) * reachBytes,
            reachBytes / 4,
          );
          surely ||= found[0] !== 0;
          const here = found[1] as number;
          count += here;
          doubtful.push(...found.subarray(2, 2 + Math.min(here, mostDoubtful)));
        }
        return { surely, doubtful: count > doubtful.length ? null : doubtful };
      }),
    );
  }

  release(): void {
    this.matrix.useCopy(null);
    this.team.forget(this.memory);
  }

  /**
   * Does a work over all rows: at once where they are in the memory, else some blocks after the others, which are read
   * while the threads work on those before. `make` is told which rows are there.
   */
  async #over(
    signal: Signal | undefined,
    onFraction: (fraction: number) => void,
    make: (rows: StoredRows, first: number, count: number) => Work,
  ): Promise<void> {
    const { team, memory, matrix, at: whole } = this;
    const { vocabulary, rowBytes } = matrix;
    if (whole !== null) {
      return team.run(memory, () => make(this.#rows(whole), 0, vocabulary), {
        signal,
        onProgress: (row) => onFraction(row / vocabulary),
      });
    }
    const together = blockRows * Math.max(1, Math.floor(readTogether / (blockRows * rowBytes)));
    const room = () => memory.allocate((Math.min(together, vocabulary) + beyond) * rowBytes);
    const rooms: number[] = [];
    const working: [Promise<void>, Promise<void>] = [Promise.resolve(), Promise.resolve()];
    try {
      rooms.push(room());
      rooms.push(room());
      for (let first = 0, turn = 0; first < vocabulary; first += together, turn = 1 - turn) {
        const count = Math.min(together, vocabulary - first);
        await working[turn];
        const at = rooms[turn] as number;
        matrix.stored(first, count, (length) => memory.raw(at, length));
        working[turn] = team.run(memory, () => make(this.#rows(at), first, count), { signal });
        // The awaits below report a failure.
        working[turn]?.catch(() => undefined);
        onFraction(first / vocabulary);
        await pause(signal);
      }
      await Promise.all(working);
    } finally {
      await Promise.allSettled(working);
      for (const at of rooms) memory.release(at);
    }
  }

  #rows(at: number): StoredRows {
    const { type, rowBytes, dimensions } = this.matrix;
    return { at, type: tensorTypes[type].ggufId, rowBytes, columns: dimensions };
  }

  get #roomForComparison(): number {
    return aligned(roomForComparison(this.#rows(0)));
  }

  /** The address of a copy of an array over the vocabulary. The arrays of a model are few, and stay. */
  #keep(array: Float32Array): number {
    const known = this.#kept.get(array);
    if (known !== undefined) return known;
    const at = this.memory.allocate((array.length + beyond) * floatBytes);
    const copy = this.memory.floats(at, array.length + beyond);
    copy.set(array);
    // Padding must be finite: it is combined with the −∞ of rows past the end.
    copy.fill(0, array.length);
    this.#kept.set(array, at);
    return at;
  }
}

/** A search that keeps nothing. */
function plainSearch(
  matrix: StoredRows,
  first: number,
  count: number,
  vocabulary: number,
): Omit<SearchRows, 'queries' | 'length' | 'room'> {
  return {
    ...({
      kind: 'search',
      matrix,
      first,
      count,
      vocabulary,
      lists: 0,
      capacity: 0,
      squares: 0,
      inverse: 0,
      shifts: 0,
      bias: 0,
    } as const),
    ...{
      softmax: 0,
      hidden: 0,
      cap: 0,
      own: 0,
      targets: 0,
      targetRows: 0,
      rulers: [],
      products: 0,
      begins: first === 0,
    },
  };
}

function rankedFrom(numbers: Float64Array, first: number, count: number): Ranked[] {
  const ranked: Ranked[] = [];
  for (let i = first; i < first + count && (numbers[2 * i + 1] as number) >= 0; i++)
    ranked.push({ id: numbers[2 * i + 1] as number, value: numbers[2 * i] as number });
  return ranked;
}

/** The terms of one query's softmax, a block each. */
const termsOfBlocks = (parts: Float64Array, blocks: number, hidden: number, query: number): Terms[] =>
  Array.from({ length: blocks }, (_, block) => {
    const [sum, weighted, greatest] = parts.subarray(3 * (block * hidden + query)) as unknown as [
      number,
      number,
      number,
    ];
    return { greatest, sum, weighted };
  });
