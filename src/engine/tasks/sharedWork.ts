import type { Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';

/**
 * One task with several callers. Each receives its progress and may leave. When the last caller leaves, the task is
 * cancelled.
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
    // Callers receive a failure through `join`. Without callers it is not an unhandled rejection.
    this.result.catch(() => undefined);
  }

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
          reject(new EngineError('cancelled', 'The wait for the model was cancelled.'));
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
