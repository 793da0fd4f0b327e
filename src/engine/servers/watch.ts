import type { Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import { after } from '../../shared/timers';

/** Ends one request as soon as its caller cancels it or the server is silent for too long. */
export class Watch {
  readonly #abort = new AbortController();
  readonly #signal: Signal | undefined;
  readonly #cancel = () => this.#end(new EngineError('cancelled', 'The request was cancelled.'));
  #reject: (error: EngineError) => void = () => {};
  #stopTimer = () => {};
  readonly #ended: Promise<never>;

  readonly #stopWhole: () => void;

  /** The request may take `whole` milliseconds in all. */
  constructor(signal: Signal | undefined, whole: number, fault: () => EngineError) {
    this.#signal = signal;
    this.#ended = new Promise((_, reject) => (this.#reject = reject));
    this.#ended.catch(() => undefined);
    this.#stopWhole = after(whole, () => this.#end(fault()));
    signal?.addEventListener('abort', this.#cancel);
    if (signal?.aborted) this.#cancel();
  }

  /** Aborted when the request ends for any reason, so that its connection is released. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Settles as the work does, or rejects as soon as the request ends. */
  race<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#ended]);
  }

  /** Gives the server this long for its next bytes. */
  expect(milliseconds: number, fault: () => EngineError): void {
    this.#stopTimer();
    this.#stopTimer = after(milliseconds, () => this.#end(fault()));
  }

  close(): void {
    this.#stopTimer();
    this.#stopWhole();
    this.#signal?.removeEventListener('abort', this.#cancel);
    this.#abort.abort();
  }

  #end(error: EngineError): void {
    this.#reject(error);
    this.#abort.abort();
  }
}
