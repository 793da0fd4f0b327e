/** Cells that threads share, each on a cache line of its own. */
const line = 16;
const counter = 0;
const arrived = line;
const generation = 2 * line;
const stopped = 3 * line;
const reached = 4 * line;

/** Polls before a waiting thread sleeps: about ten microseconds, enough for the others in nearly every case. */
const spins = 2000;

/**
 * What the threads of one team agree through: a counter of pieces of work, a barrier, a flag that stops and a number
 * that tells how far they are.
 */
export class Control {
  readonly #cells: Int32Array<ArrayBufferLike>;

  constructor(
    readonly threads: number,
    buffer: ArrayBufferLike = Control.buffer(threads > 1),
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

  /** To be called while no thread is at work. */
  begin(): void {
    for (const cell of [counter, arrived, stopped, reached]) Atomics.store(this.#cells, cell, 0);
  }

  /** The next piece of work that nobody has taken; Infinity once the work is stopped. */
  take(): number {
    return Atomics.load(this.#cells, stopped) === 0 ? Atomics.add(this.#cells, counter, 1) : Infinity;
  }

  /** The pieces count from 0 again. For a thread that is alone. */
  beginAgain(): void {
    Atomics.store(this.#cells, counter, 0);
  }

  stop(): void {
    Atomics.store(this.#cells, stopped, 1);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#cells, stopped) !== 0;
  }

  /** How far the work is, as a number that the work gives a meaning to: the greatest that a thread told. */
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

  /** Returns once all threads are here; the pieces count from 0 again then. Only for threads that may sleep. */
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
