import { EngineError } from '../../shared/errors';

/** One kind of request, of which only the newest counts. */
export class Lane {
  #newest: AbortController | null = null;

  get busy(): boolean {
    return this.#newest !== null;
  }

  /** Begins a task and cancels the one before it. */
  start(): Task {
    this.cancel();
    const controller = new AbortController();
    this.#newest = controller;
    const isCurrent = () => this.#newest === controller;
    return {
      signal: controller.signal,
      isCurrent,
      async keep(value) {
        const kept = await value;
        if (!isCurrent()) throw new EngineError('cancelled', 'A newer request took the place of this one.');
        return kept;
      },
      end: () => {
        if (isCurrent()) this.#newest = null;
      },
    };
  }

  cancel(): void {
    const controller = this.#newest;
    this.#newest = null;
    controller?.abort();
  }
}

export interface Task {
  readonly signal: AbortSignal;
  isCurrent(): boolean;
  /** Waits for the value, then asks whether the task is still the newest; rejects with `cancelled` when it is not. */
  keep<T>(value: PromiseLike<T>): Promise<T>;
  end(): void;
}
