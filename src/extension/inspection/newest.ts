import { EngineError } from '../../shared/errors';

/** One kind of request. A new one cancels the one before it. */
export class NewestTask {
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

/** Does one thing at a time; of those that come meanwhile only the newest is done after it. */
export class NewestValue<T> {
  #waiting: { readonly value: T } | null = null;
  #busy = false;

  constructor(private readonly work: (value: T) => Promise<void>) {}

  /** Resolves at once where another is being done, else when nothing waits any more. */
  async do(value: T): Promise<void> {
    this.#waiting = { value };
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#take(); next; next = this.#take()) await this.work(next.value);
    } finally {
      this.#busy = false;
    }
  }

  /** Forgets the waiting value. */
  drop(): void {
    this.#waiting = null;
  }

  #take(): { readonly value: T } | null {
    const next = this.#waiting;
    this.#waiting = null;
    return next;
  }
}
