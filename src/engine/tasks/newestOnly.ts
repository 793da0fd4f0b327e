import type { Signal } from '../../shared/engine';
import { stopIfAborted } from './pause';

/**
 * Runs one task at a time. A new task cancels those before it, waits until they have stopped, and fails alone if it
 * fails.
 */
export class NewestOnly {
  readonly #current = new Set<AbortController>();
  #last: Promise<unknown> = Promise.resolve();

  async do<T>(outer: Signal | undefined, task: (signal: Signal) => Promise<T>): Promise<T> {
    this.cancel();
    return this.follow(outer, task);
  }

  /** Runs a task behind those that are under way, which go on: for what belongs to their text. */
  async follow<T>(outer: Signal | undefined, task: (signal: Signal) => Promise<T>): Promise<T> {
    const own = new AbortController();
    this.#current.add(own);
    const abort = () => own.abort();
    if (outer?.aborted) abort();
    outer?.addEventListener('abort', abort);
    const result = this.#last.then(() => {
      stopIfAborted(own.signal);
      return task(own.signal);
    });
    this.#last = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      outer?.removeEventListener('abort', abort);
      this.#current.delete(own);
    }
  }

  /** Resolves once what is under way now has ended, however it does, or nobody waits for that any more. */
  async ended(signal: Signal): Promise<void> {
    if (signal.aborted) return;
    let stop = () => {};
    const aborted = new Promise<void>((resolve) => (stop = resolve));
    signal.addEventListener('abort', stop);
    await Promise.race([this.#last, aborted]);
    signal.removeEventListener('abort', stop);
  }

  cancel(): void {
    for (const one of this.#current) one.abort();
    this.#current.clear();
  }

  /** Cancels, and resolves once nothing runs any more. */
  async stop(): Promise<void> {
    this.cancel();
    await this.#last;
  }
}
