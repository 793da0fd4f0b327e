import type { Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import { stopIfAborted } from './pause';

/** Runs tasks one after another, in order. A failed task does not affect the next. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Rejects with `EngineError('cancelled')` as soon as the signal is aborted while the task waits. A running task
   * handles the signal itself.
   */
  do<T>(task: () => Promise<T>, signal?: Signal): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = () => reject(new EngineError('cancelled', 'The request was cancelled.'));
      signal?.addEventListener('abort', leave);
      const result = this.#last.then(() => {
        signal?.removeEventListener('abort', leave);
        stopIfAborted(signal);
        return task();
      });
      this.#last = result.catch(() => undefined);
      result.then(resolve, reject);
    });
  }
}
