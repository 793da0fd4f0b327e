import { platform } from '#platform';
import type { Signal } from '../../shared/engine';
import type { EmbeddingMatrix } from '../embedding';
import { pause } from '../pause';
import type { Platform, RowsThread } from '../platform';
import { workThrough, type RowsDone, type RowsWork } from './rowsWork';

/** Bytes of stored rows that go to a thread at a time: a few milliseconds' work. */
const blockBytes = 2 * 2 ** 20;
/** A thread has the next block at hand when it ends one. */
const blocksPerThread = 2;

export interface PassControl {
  readonly signal?: Signal | undefined;
  readonly onFraction?: ((fraction: number) => void) | undefined;
}

/** Room for a block, and who works on it. */
interface Seat {
  readonly room: Uint8Array;
  work(work: RowsWork): Promise<RowsDone>;
}

/**
 * Threads that work through matrices in their stored form. The file is read here, a block at a time, so that any reader of weights serves
 * and no more than a few blocks are ever held.
 */
export class RowsThreads {
  readonly #threads: readonly RowsThread[];
  readonly #free: Seat[];
  readonly #waiting: ((seat: Seat) => void)[] = [];

  constructor(count: number, start: Platform['rowsThreads'] = (threads) => platform.rowsThreads(threads)) {
    this.#threads = count > 1 ? start(count) : [];
    const room = () => this.#room(blockBytes);
    const here: Seat = { room: new Uint8Array(0), work: (work) => Promise.resolve(workThrough(work)) };
    this.#free = this.#threads.length === 0 ? [here] : this.#threads.flatMap((thread) => Array.from({ length: blocksPerThread }, (): Seat => ({ room: room(), work: (work) => thread.work(work) })));
  }

  /**
   * Works through all rows; `take` gets what was found of each block, in any order. Rejects with `EngineError('cancelled')` soon after
   * the signal, and with what reading a block throws.
   */
  async pass(matrix: EmbeddingMatrix, { measure, queries }: Pick<RowsWork, 'measure' | 'queries'>, take: (first: number, count: number, done: RowsDone) => void, { signal, onFraction }: PassControl = {}): Promise<void> {
    const { vocabulary, dimensions, type, rowBytes } = matrix;
    const rowsAtATime = Math.max(1, Math.floor(blockBytes / rowBytes));
    const shared = queries && this.#copy(queries);
    const running = new Set<Promise<void>>();
    let failure: { readonly error: unknown } | undefined;
    let finished = 0;
    try {
      for (let first = 0; first < vocabulary && !failure; first += rowsAtATime) {
        const count = Math.min(rowsAtATime, vocabulary - first);
        await pause(signal);
        const seat = await this.#seat();
        const work = this.#read(seat, matrix, first, count).then((bytes) => seat.work({ type, dimensions, count, bytes, measure, queries: shared }));
        const done = work
          .then((found) => {
            take(first, count, found);
            onFraction?.((finished += count) / vocabulary);
          })
          .catch((error: unknown) => void (failure ??= { error }))
          .finally(() => {
            this.#leave(seat);
            running.delete(done);
          });
        running.add(done);
      }
    } finally {
      await Promise.all(running);
    }
    if (failure) throw failure.error;
  }

  async #read({ room }: Seat, matrix: EmbeddingMatrix, first: number, count: number): Promise<Uint8Array> {
    return matrix.stored(first, count, (length) => (length <= room.length ? room.subarray(0, length) : new Uint8Array(new SharedArrayBuffer(length))));
  }

  /** Threads see it without a copy each. There is no such memory where there are none. */
  #room(bytes: number): Uint8Array {
    return new Uint8Array(this.#threads.length === 0 ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes));
  }

  #copy(queries: Float32Array): Float32Array {
    const copy = new Float32Array(this.#room(queries.byteLength).buffer);
    copy.set(queries);
    return copy;
  }

  async #seat(): Promise<Seat> {
    return this.#free.pop() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  #leave(seat: Seat): void {
    const next = this.#waiting.shift();
    if (next) next(seat);
    else this.#free.push(seat);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}
