/** Each shared cell has a cache line of its own. */
const line = 16;
const counter = 0;
const arrived = line;
const generation = 2 * line;
const stopped = 3 * line;
const reached = 4 * line;

/** Polls before a waiting thread sleeps: about ten microseconds, nearly always enough. */
const spins = 2000;

/** The shared state of a team's threads: a counter of work items, a barrier, a flag that stops and the progress. */
export class TeamControl {
  readonly #cells: Int32Array<ArrayBufferLike>;

  constructor(
    readonly threads: number,
    buffer: ArrayBufferLike = TeamControl.buffer(threads > 1),
  ) {
    this.#cells = new Int32Array(buffer);
  }

  static buffer(shared: boolean): ArrayBufferLike {
    const bytes = 5 * line * Int32Array.BYTES_PER_ELEMENT;
    return shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  }

  get buffer(): ArrayBufferLike {
    return this.#cells.buffer;
  }

  /** Call it only while no thread is at work. */
  begin(): void {
    for (const cell of [counter, arrived, stopped, reached]) Atomics.store(this.#cells, cell, 0);
  }

  /** The next unclaimed work item, or Infinity once the work is stopped. */
  take(): number {
    return Atomics.load(this.#cells, stopped) === 0 ? Atomics.add(this.#cells, counter, 1) : Infinity;
  }

  /** Restarts the counter, for a team of one thread. */
  beginAgain(): void {
    Atomics.store(this.#cells, counter, 0);
  }

  stop(): void {
    Atomics.store(this.#cells, stopped, 1);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#cells, stopped) !== 0;
  }

  /** The greatest progress that any thread reported; each kind of work defines its numbers. */
  get progress(): number {
    return Atomics.load(this.#cells, reached);
  }

  set progress(value: number) {
    let told = this.progress;
    while (told < value) {
      const before = Atomics.compareExchange(this.#cells, reached, told, value);
      if (before === told) return;
      told = before;
    }
  }

  /** Waits for all threads, then restarts the counter. Only for threads that may sleep. */
  wait(): void {
    const cells = this.#cells;
    const now = Atomics.load(cells, generation);
    if (Atomics.add(cells, arrived, 1) === this.threads - 1) {
      Atomics.store(cells, arrived, 0);
      Atomics.store(cells, counter, 0);
      Atomics.add(cells, generation, 1);
      Atomics.notify(cells, generation);
      return;
    }
    for (let spin = 0; spin < spins; spin++) if (Atomics.load(cells, generation) !== now) return;
    while (Atomics.load(cells, generation) === now)
      Atomics.wait(cells as Int32Array<SharedArrayBuffer>, generation, now);
  }
}
