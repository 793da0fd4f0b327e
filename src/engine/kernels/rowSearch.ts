import { byMetric } from '../../shared/metrics';
import { panelRows, type Kernels } from './kernels';
import { barrier, type KernelMachine, type Steps, type ThreadRoom, type Views, type Worker } from './machine';
import { metricNumbers, type ListName } from './metrics';
import { blockRows, floatBytes, multiplyRows, panelRoom, panelStride, type StoredRows } from './storedRows';

/** The bits by which the kernels know the lists that a search can keep. */
export const listBits: Readonly<Record<ListName, number>> = {
  ...byMetric((metric) => metricNumbers[metric].bit),
  logit: 8,
};
const listNames = (Object.keys(listBits) as ListName[]).sort((a, b) => listBits[a] - listBits[b]);
/** The lists of a search in the order in which they lie. */
export const listsIn = (bits: number): readonly ListName[] => listNames.filter((name) => (bits & listBits[name]) !== 0);
/** Bytes of an entry of a list: a float32 score and an id. */
export const entryBytes = 8;
/** Bytes of the softmax of one query over one block. */
export const softmaxBytes = 24;
/** Bytes of one result of the kernel `reach`. */
export const reachBytes = 128;
/** Ids of doubtful rows that such a result holds. */
export const mostDoubtful = 30;

/** A line that rows may reach: see the kernel `reach`. All are addresses. */
interface ReachLine {
  readonly offset: number;
  readonly slope: number;
  /** Four float32 for each query. */
  readonly lines: number;
}

/**
 * One pass over rows of a matrix for several queries: the dot products, and the requested results from them. An address
 * is 0 if its part is not requested.
 */
export interface SearchRows {
  readonly kind: 'search';
  /** The rows in memory: `count` of the `vocabulary` rows from `first` on, where a block begins. */
  readonly matrix: StoredRows;
  readonly first: number;
  readonly count: number;
  readonly vocabulary: number;
  /** Queries × columns, float32. */
  readonly queries: number;
  readonly length: number;
  /** `lists` are bits of `listBits`, `capacity` the entries of each. */
  readonly lists: number;
  readonly capacity: number;
  /** Of the searched space, V + 16 numbers each; and q·origin of every query. */
  readonly squares: number;
  readonly inverse: number;
  readonly shifts: number;
  /** Added to each row's dot product to make its logit. */
  readonly bias: number;
  /** The softmax of the first `hidden` queries, a part for each block and query. */
  readonly softmax: number;
  readonly hidden: number;
  readonly cap: number;
  /**
   * The target of every query, whose rank is counted, and memory for its logit: see the kernel `countBefore`.
   * `targetRows` are the stored rows of the targets.
   */
  readonly own: number;
  readonly targets: number;
  readonly targetRows: number;
  readonly reachLines: readonly ReachLine[];
  /** Address for the dot products themselves, queries × V. */
  readonly products: number;
  readonly room: ThreadRoom;
  /** Whether a pass begins: threads clear their results. */
  readonly begins: boolean;
}

/** A search without results. Its caller adds those that it wants. */
export const emptySearch = {
  kind: 'search',
  lists: 0,
  capacity: 0,
  squares: 0,
  inverse: 0,
  shifts: 0,
  bias: 0,
  softmax: 0,
  hidden: 0,
  cap: 0,
  own: 0,
  targets: 0,
  targetRows: 0,
  reachLines: [],
  products: 0,
} as const;

type Kept = Pick<SearchRows, 'length' | 'lists' | 'capacity' | 'reachLines'>;

export const listCount = (lists: number): number => listsIn(lists).length;

/** Offsets of the parts of a thread's scratch memory, and the bytes of all. */
export function searchLayout({ length, lists, capacity, reachLines }: Kept) {
  const dots = panelRoom;
  const counts = dots + length * panelStride;
  const listsAt = counts + Math.ceil(length / 2) * 2 * floatBytes;
  const reached = listsAt + length * listCount(lists) * capacity * entryBytes;
  return { dots, counts, lists: listsAt, reached, bytes: reached + length * reachLines.length * reachBytes };
}

export function* searchRows({ kernels, views }: KernelMachine, work: SearchRows, worker: Worker): Steps {
  const { matrix, first, count, vocabulary, length, capacity, lists, room, reachLines } = work;
  const own = room.at + worker.index * room.bytes;
  const places = searchLayout(work);
  const [panel, dots, counts] = [own, own + places.dots, own + places.counts];
  const results = (line: number) => own + places.reached + line * length * reachBytes;
  if (work.begins) {
    kernels.clearLists(own + places.lists, length * listCount(lists) * capacity);
    views.bytes.fill(0, counts, counts + length * floatBytes);
    views.bytes.fill(0, own + places.reached, own + places.bytes);
  }
  if (work.targets !== 0 && work.begins) {
    for (let query = worker.take(); query < length; query = worker.take())
      placeTarget(kernels, views, work, query, panel, dots);
    yield barrier;
  }
  const blocks = Math.ceil(count / blockRows);
  for (let block = worker.take(); block < blocks; block = worker.take()) {
    const begin = first + block * blockRows;
    const end = Math.min(begin + blockRows, first + count);
    const softmax = work.softmax === 0 ? 0 : work.softmax + (begin / blockRows) * work.hidden * softmaxBytes;
    if (softmax !== 0) kernels.clearSoftmax(softmax, work.hidden);
    for (let id = begin; id < end; id += panelRows) {
      multiplyRows(kernels, matrix, matrix.at + (id - first) * matrix.rowBytes, panel, {
        x: work.queries,
        count: length,
        out: dots,
        outStride: panelStride,
        bias: 0,
      });
      const lanes = Math.min(panelRows, end - id);
      if (lanes < panelRows) kernels.blankLanes(dots, length, lanes);
      if (lists !== 0)
        kernels.select({
          dots,
          queries: length,
          id,
          lists: own + places.lists,
          capacity,
          metrics: lists,
          squares: work.squares,
          inverse: work.inverse,
          shifts: work.shifts,
          bias: work.bias,
        });
      if (softmax !== 0) kernels.addToSoftmax(dots, work.hidden, id, softmax, work.bias, work.cap);
      if (work.targets !== 0) kernels.countBefore(dots, length, id, work.own, work.targets, counts, work.bias);
      reachLines.forEach(({ offset, slope, lines }, i) =>
        kernels.reach(dots, length, id, offset, slope, lines, results(i)),
      );
      if (work.products !== 0)
        for (let query = 0; query < length; query++) {
          const from = dots + query * panelStride;
          const to = work.products + floatBytes * (query * vocabulary + id);
          views.bytes.copyWithin(to, from, from + floatBytes * lanes);
        }
      yield;
    }
    worker.reportProgress(begin);
  }
  yield barrier;
}

/**
 * Computes the logit of a query's target in the same order as all rows: otherwise its last bit could differ, and the
 * row would be counted before itself.
 */
function placeTarget(
  kernels: Kernels,
  { floats, integers }: Views,
  { matrix, queries, own, targets, targetRows, bias }: SearchRows,
  query: number,
  panel: number,
  dots: number,
): void {
  const id = integers[targets / floatBytes + query] as number;
  if (id < 0) return;
  multiplyRows(kernels, matrix, targetRows + query * matrix.rowBytes, panel, {
    x: queries + floatBytes * query * matrix.columns,
    count: 1,
    out: dots,
    outStride: panelStride,
    bias: 0,
  });
  const product = floats[dots / floatBytes] as number;
  floats[own / floatBytes + query] = bias === 0 ? product : product + (floats[bias / floatBytes + id] as number);
}
