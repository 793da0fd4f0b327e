interface Timer {
  readonly at: number;
  readonly act: () => void;
}

/**
 * Time that passes only when a play says so. Not the fake timers of a test runner: the plays also run outside of one.
 */
export class Clock {
  #now = 0;
  #next = 1;
  readonly #timers = new Map<number, Timer>();

  /** Replaces `setTimeout`, `clearTimeout` and `performance.now`. The returned function puts them back. */
  install(): () => void {
    const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
    const set = (act: () => void, milliseconds = 0) => {
      this.#timers.set(this.#next, { at: this.#now + milliseconds, act });
      return this.#next++;
    };
    const clear = (timer: number | undefined) => void (timer !== undefined && this.#timers.delete(timer));
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
    Object.defineProperty(performance, 'now', { value: () => this.#now, configurable: true });
    return () => {
      Object.assign(globalThis, { setTimeout: realSet, clearTimeout: realClear });
      Reflect.deleteProperty(performance, 'now');
    };
  }

  /** Runs the timers of the next milliseconds in their order. */
  pass(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= until);
      const [first] = due.toSorted(([a, one], [b, other]) => one.at - other.at || a - b);
      if (!first) break;
      const [id, { at, act }] = first;
      this.#timers.delete(id);
      this.#now = at;
      act();
    }
    this.#now = until;
  }

  /** Forgets the timers that a play has left behind. */
  clear(): void {
    this.#timers.clear();
  }
}
