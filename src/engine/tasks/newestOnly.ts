import type { Signal } from '../../shared/engine';
import { stopIfAborted } from './pause';

/**
 * Runs one task at a time. A new task cancels those before it and waits until they have stopped. A failed task does not
 * affect the next.
 */
export class NewestOnly {
  readonly #current = new Set<AbortController>();
  #last: Promise<unknown> = Promise.resolve();

  async do<T>(outer: Signal | undefined, task: (signal: Signal) => Promise<T>): Promise<T> {
    this.cancel();
    return this.follow(outer, task);
  }

  /** Runs a task after those in progress without cancelling them: it belongs to the same text. */
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

  /** Resolves once the current tasks have ended in any way, or the signal is aborted. */
  async ended(signal?: Signal): Promise<void> {
    if (!signal) return void (await this.#last);
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

  /** Cancels everything and resolves once nothing runs. */
  async stop(): Promise<void> {
    this.cancel();
    await this.#last;
  }
}
