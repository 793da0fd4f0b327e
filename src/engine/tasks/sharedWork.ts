import type { Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';

/**
 * One piece of work that several callers wait for. Each hears of its progress and may stop waiting; the work itself is
 * cancelled once nobody waits.
 */
export class SharedWork<T, P> {
  readonly result: Promise<T>;
  readonly #abort = new AbortController();
  readonly #listeners = new Set<(progress: P) => void>();
  #waiting = 0;

  constructor(work: (signal: Signal, tell: (progress: P) => void) => Promise<T>) {
    this.result = work(this.#abort.signal, (progress) => {
      for (const listener of this.#listeners) listener(progress);
    });
    // Whoever waits hears of a failure; without anybody it is no one's.
    this.result.catch(() => undefined);
  }

  /** Nobody waits any more, and the work is being cancelled. */
  get abandoned(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Rejects with `EngineError('cancelled')` as soon as this caller's signal is aborted. */
  async join({
    signal,
    onProgress,
  }: {
    readonly signal?: Signal;
    readonly onProgress?: (progress: P) => void;
  }): Promise<T> {
    this.#waiting++;
    if (onProgress) this.#listeners.add(onProgress);
    let leave: (() => void) | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        leave = () => {
          reject(new EngineError('cancelled', 'The model is no longer waited for.'));
          if (this.#waiting === 1) this.#abort.abort();
        };
        signal?.addEventListener('abort', leave);
        this.result.then(resolve, reject);
      });
    } finally {
      if (leave) signal?.removeEventListener('abort', leave);
      if (onProgress) this.#listeners.delete(onProgress);
      this.#waiting--;
    }
  }
}
