export type MeasureHandler = <T extends unknown[]>(handler: (...args: T) => void) => (...args: T) => void;

/** A long session must not collect without end. */
const most = 10_000;

/** How long our answers to the editor's events take: the host runs them on the thread that all extensions share. */
export class HandlerTimes {
  #times: number[] = [];

  readonly measure: MeasureHandler =
    (handler) =>
    (...args) => {
      const from = performance.now();
      try {
        handler(...args);
      } finally {
        this.add(performance.now() - from);
      }
    };

  /** Milliseconds. */
  add(time: number): void {
    if (this.#times.length < most) this.#times.push(time);
  }

  /** Milliseconds of every answer since the last call. */
  take(): readonly number[] {
    const times = this.#times;
    this.#times = [];
    return times;
  }
}
