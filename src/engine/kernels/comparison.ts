import { norm } from '../arrays/vectors';
import { panelRows } from './kernels';
import { aligned } from './layout';
import { barrier, type KernelMachine, type Steps, type ThreadRoom, type Views, type Worker } from './machine';
import { bestFirst, metricNumbers, type ComparedPair } from './metrics';
import { entryBytes, listCount, listsIn } from './rowSearch';
import { doubleBytes, floatBytes, forPanels, panelRoom, type StoredRows } from './storedRows';

/** Sorts the candidates of a search by exact values, computed in float64 from the two vectors. */
export interface CompareWithRows {
  readonly kind: 'comparison';
  readonly matrix: StoredRows;
  /** Queries × columns, float64, in the space of the search. */
  readonly queries: number;
  readonly length: number;
  /** Subtracted from every row, float64; 0 for none. */
  readonly origin: number;
  /** ‖w‖ of every row, float64. */
  readonly sizes: number;
  readonly bias: number;
  /**
   * The lists that each thread of the search kept: address of the first, bytes from one thread to the next, and the
   * number of threads.
   */
  readonly kept: ThreadRoom & { readonly threads: number };
  readonly lists: number;
  readonly capacity: number;
  readonly count: number;
  /** Address of queries × lists × count entries of `rankedBytes`. */
  readonly out: number;
  readonly room: ThreadRoom;
}

/** An entry of the result: a value and an id, both float64. The id is −1 after the last row. */
export const rankedBytes = 16;
const sumsBytes = 5 * panelRows * doubleBytes;

/** Bytes for each thread. */
export const roomForComparison = ({ rowBytes }: StoredRows): number =>
  panelRoom + sumsBytes + aligned(panelRows * rowBytes);

export interface Ranked {
  readonly id: number;
  readonly value: number;
}

export function* compareWithRows(machine: KernelMachine, work: CompareWithRows, worker: Worker): Steps {
  const { views } = machine;
  const lists = listsIn(work.lists);
  const { columns } = work.matrix;
  for (let query = worker.take(); query < work.length; query = worker.take()) {
    const candidates = lists.map((_, list) => merged(views, work, query * lists.length + list).map(({ id }) => id));
    const at = work.queries / doubleBytes + query * columns;
    const querySize = norm(views.doubles.subarray(at, at + columns));
    const compared = compareAll(machine, work, worker, query, querySize, new Set(candidates.flat()));
    lists.forEach((name, list) => {
      const valueOf = (id: number): number => {
        const pair = compared.get(id) as ComparedPair;
        return name === 'logit'
          ? pair.dot + (views.floats[work.bias / floatBytes + id] as number)
          : metricNumbers[name].exact(pair);
      };
      const values = candidates[list]?.map((id): Ranked => ({ id, value: valueOf(id) })) ?? [];
      values.sort((a, b) => bestFirst(name, a.value, b.value) || a.id - b.id);
      const to = (work.out + (query * lists.length + list) * work.count * rankedBytes) / doubleBytes;
      for (let i = 0; i < work.count; i++) {
        views.doubles[to + 2 * i] = values[i]?.value ?? NaN;
        views.doubles[to + 2 * i + 1] = values[i]?.id ?? -1;
      }
    });
    yield;
  }
  yield barrier;
}

/**
 * The best of one list over all threads by float32 scores, ties by the lower id. The result does not depend on which
 * thread searched which rows.
 */
export function merged(
  { floats, integers }: Pick<Views, 'floats' | 'integers'>,
  { kept, capacity }: Pick<CompareWithRows, 'kept' | 'capacity'>,
  list: number,
): Ranked[] {
  const begins = Array.from(
    { length: kept.threads },
    (_, thread) => (kept.at + thread * kept.bytes + list * capacity * entryBytes) / 4,
  );
  const next = begins.map(() => 0);
  const best: Ranked[] = [];
  while (best.length < capacity) {
    let chosen = -1;
    let [score, id] = [-Infinity, -1];
    for (let thread = 0; thread < kept.threads; thread++) {
      const place = (begins[thread] as number) + 2 * (next[thread] as number);
      if ((next[thread] as number) >= capacity) continue;
      const [otherScore, other] = [floats[place] as number, integers[place + 1] as number];
      if (other < 0 || (chosen >= 0 && (otherScore < score || (otherScore === score && other > id)))) continue;
      [chosen, score, id] = [thread, otherScore, other];
    }
    if (chosen < 0) break;
    next[chosen] = (next[chosen] as number) + 1;
    best.push({ id, value: score });
  }
  return best;
}

function compareAll(
  { kernels, views }: KernelMachine,
  { matrix, queries, origin, sizes, room }: CompareWithRows,
  worker: Worker,
  query: number,
  querySize: number,
  ids: ReadonlySet<number>,
): Map<number, ComparedPair> {
  const panel = room.at + worker.index * room.bytes;
  const sums = panel + panelRoom;
  const gathered = sums + sumsBytes;
  const { rowBytes, columns } = matrix;
  const all = [...ids];
  const compared = new Map<number, ComparedPair>();
  for (let first = 0; first < all.length; first += panelRows) {
    const group = all.slice(first, first + panelRows);
    group.forEach((id, lane) =>
      views.bytes.copyWithin(gathered + lane * rowBytes, matrix.at + id * rowBytes, matrix.at + (id + 1) * rowBytes),
    );
    views.bytes.fill(0, sums, sums + sumsBytes);
    forPanels(kernels, matrix, gathered, panel, (column, count) => {
      kernels.compareRows(
        panel,
        count,
        queries + doubleBytes * (query * columns + column),
        origin === 0 ? 0 : origin + doubleBytes * column,
        sums,
      );
    });
    const sum = (array: number, lane: number) => views.doubles[sums / doubleBytes + array * panelRows + lane] as number;
    group.forEach((id, lane) => {
      const size =
        origin === 0 ? (views.doubles[sizes / doubleBytes + id] as number) : Math.sqrt(sum(3, lane) + sum(4, lane));
      compared.set(id, { dot: sum(0, lane) + sum(1, lane), distance: Math.sqrt(sum(2, lane)), querySize, size });
    });
  }
  return compared;
}

export const rankedRoom = ({ length, lists, count }: Pick<CompareWithRows, 'length' | 'lists' | 'count'>): number =>
  length * listCount(lists) * count * rankedBytes;
