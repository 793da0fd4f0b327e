import { isCancelled } from '../../../shared/errors';
import { Lane } from '../lane';
import type { Bench } from './bench';

/** What one key stands for is asked for once, as long as it is wanted; another key takes its place. */
export class Asked {
  readonly #lane = new Lane();
  #key: readonly unknown[] | null = null;

  constructor(private readonly bench: Pick<Bench, 'isReady' | 'report'>) {}

  /**
   * Does the work, unless it is under way or done and what came of it still there, and shows what comes of it while it
   * is still wanted. What fails is forgotten, so that it can be asked for again.
   */
  async once<T>(
    key: readonly unknown[],
    isThere: boolean,
    work: (signal: AbortSignal) => Promise<T>,
    show: (value: T) => void,
  ): Promise<void> {
    if (this.#key && same(key, this.#key) && (isThere || this.#lane.busy)) return;
    this.#key = key;
    const task = this.#lane.start();
    try {
      const value = await persistently(
        () => work(task.signal),
        () => task.isCurrent() && this.bench.isReady(),
      );
      if (task.isCurrent()) show(value);
    } catch (error) {
      if (!task.isCurrent()) return;
      this.#key = null;
      this.bench.report(error);
    } finally {
      task.end();
    }
  }

  /** What is under way is no longer wanted; what has come stays. */
  stop(): void {
    if (this.#lane.busy) this.forget();
  }

  forget(): void {
    this.#lane.cancel();
    this.#key = null;
  }
}

/**
 * A run that somebody else asked for cancels what waits for a run; behind it there is room, as long as the work is
 * wanted.
 */
export async function persistently<T>(work: () => Promise<T>, isWanted: () => boolean): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isCancelled(error) || !isWanted()) throw error;
    }
  }
}

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, index) => Object.is(value, b[index]));
