import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { EmbeddingMatrix } from '../embedding';
import { pause } from '../pause';
import { workThrough, type RowsDone, type RowsWork } from './rowsWork';

/** Bytes of stored rows that go to a thread at a time: a few milliseconds' work. */
const blockBytes = 2 * 2 ** 20;
/** A thread has the next block at hand when it ends one. */
const blocksPerThread = 2;

/** Where a bundle has the threads' entry; run from its sources the engine has none, and does the work itself. */
const bundledEntry = new URL('./rowsWorker.mjs', import.meta.url);

export interface PassControl {
  readonly signal?: Signal | undefined;
  readonly onFraction?: ((fraction: number) => void) | undefined;
}

/** Room for a block, and who works on it. */
interface Seat {
  readonly room: Uint8Array<SharedArrayBuffer>;
  work(work: RowsWork): Promise<RowsDone>;
}

/**
 * Threads that work through matrices in their stored form. The file is read here, a block at a time, so that any reader of weights serves
 * and no more than a few blocks are ever held.
 */
export class RowsThreads {
  readonly #threads: readonly Thread[];
  readonly #free: Seat[];
  readonly #waiting: ((seat: Seat) => void)[] = [];

  constructor(threads: number, entry: URL | null = existsSync(bundledEntry) ? bundledEntry : null) {
    this.#threads = entry && threads > 1 ? Array.from({ length: threads }, () => new Thread(entry)) : [];
    const room = () => new Uint8Array(new SharedArrayBuffer(blockBytes));
    const here: Seat = { room: new Uint8Array(new SharedArrayBuffer(0)), work: (work) => Promise.resolve(workThrough(work)) };
    this.#free = this.#threads.length === 0 ? [here] : this.#threads.flatMap((thread) => Array.from({ length: blocksPerThread }, (): Seat => ({ room: room(), work: (work) => thread.work(work) })));
  }

  /**
   * Works through all rows; `take` gets what was found of each block, in any order. Rejects with `EngineError('cancelled')` soon after
   * the signal, and with what reading a block throws.
   */
  async pass(matrix: EmbeddingMatrix, { measure, queries }: Pick<RowsWork, 'measure' | 'queries'>, take: (first: number, count: number, done: RowsDone) => void, { signal, onFraction }: PassControl = {}): Promise<void> {
    const { vocabulary, dimensions, type, rowBytes } = matrix;
    const rowsAtATime = Math.max(1, Math.floor(blockBytes / rowBytes));
    const shared = queries && sharedCopy(queries);
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

/** Threads see it without a copy each. */
function sharedCopy(queries: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(queries.byteLength));
  copy.set(queries);
  return copy;
}

interface Asked {
  readonly resolve: (done: RowsDone) => void;
  readonly reject: (error: Error) => void;
}

class Thread {
  readonly #worker: Worker;
  /** In the order in which they were asked, which is that of the answers. */
  readonly #asked: Asked[] = [];
  #lost: EngineError | undefined;

  constructor(entry: URL) {
    this.#worker = new Worker(entry)
      .on('message', (done: RowsDone) => this.#asked.shift()?.resolve(done))
      .on('error', (error) => this.#lose(`A thread that reads the matrix failed: ${String(error)}`))
      .on('exit', () => this.#lose('A thread that reads the matrix ended.'));
    // What waits for an answer keeps the process alive; a thread without work does not.
    this.#worker.unref();
  }

  work(work: RowsWork): Promise<RowsDone> {
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise<RowsDone>((resolve, reject) => {
      this.#asked.push({ resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(work);
    }).finally(() => {
      if (this.#asked.length === 0) this.#worker.unref();
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #lose(how: string): void {
    this.#lost ??= new EngineError('internal', `${how} Load the model again.`);
    for (const { reject } of this.#asked.splice(0)) reject(this.#lost);
  }
}
