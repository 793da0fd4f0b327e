/** Does one thing at a time; of those that come meanwhile only the newest is done after it. */
export class Newest<T> {
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

  /** Forgets what waits. */
  drop(): void {
    this.#waiting = null;
  }

  #take(): { readonly value: T } | null {
    const next = this.#waiting;
    this.#waiting = null;
    return next;
  }
}
