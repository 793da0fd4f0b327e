import type { Signal } from '../shared/engine';
import { stopIfAborted } from './pause';

/** Runs one task at a time. A new task cancels the one before it, waits until that has stopped, and fails alone if it fails. */
export class NewestOnly {
  #current: AbortController | undefined;
  #last: Promise<unknown> = Promise.resolve();

  async do<T>(outer: Signal | undefined, task: (signal: Signal) => Promise<T>): Promise<T> {
    this.cancel();
    const own = new AbortController();
    this.#current = own;
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
      if (this.#current === own) this.#current = undefined;
    }
  }

  cancel(): void {
    this.#current?.abort();
    this.#current = undefined;
  }

  /** Cancels, and resolves once nothing runs any more. */
  async stop(): Promise<void> {
    this.cancel();
    await this.#last;
  }
}
