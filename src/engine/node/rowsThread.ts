import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { EngineError } from '../../shared/errors';
import type { RowsThread } from '../platform';
import type { RowsDone, RowsWork } from '../stored/rowsWork';

/** Where a bundle has the threads' entry; run from its sources the engine has none, and does the work itself. */
const bundledEntry = new URL('./rowsWorker.mjs', import.meta.url);

export const startRowsThreads = (count: number, entry: URL | null = existsSync(bundledEntry) ? bundledEntry : null): readonly RowsThread[] => (entry ? Array.from({ length: count }, () => new Thread(entry)) : []);

interface Asked {
  readonly resolve: (done: RowsDone) => void;
  readonly reject: (error: Error) => void;
}

class Thread implements RowsThread {
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
