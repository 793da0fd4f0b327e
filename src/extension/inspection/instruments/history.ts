/** Where one was, with a way back and forward again. */
export class History<T> {
  #entries: readonly T[] = [];
  #at = -1;

  constructor(
    private readonly isSame: (a: T, b: T) => boolean,
    private readonly most = 50,
  ) {}

  get back(): boolean {
    return this.#at > 0;
  }

  get forward(): boolean {
    return this.#at < this.#entries.length - 1;
  }

  /** One is here now; what lay ahead is forgotten, unless this is where one stood already. */
  visit(entry: T): void {
    const now = this.#entries[this.#at];
    if (now !== undefined && this.isSame(now, entry)) return;
    this.#entries = [...this.#entries.slice(0, this.#at + 1), entry].slice(-this.most);
    this.#at = this.#entries.length - 1;
  }

  /** Steps back or forward, and returns where that leads; null where it leads nowhere. */
  step(by: -1 | 1): T | null {
    const entry = this.#entries[this.#at + by];
    if (entry === undefined) return null;
    this.#at += by;
    return entry;
  }

  clear(): void {
    this.#entries = [];
    this.#at = -1;
  }
}
