import { isCancelled } from '../../shared/errors';
import { orAborted } from '../../shared/signal';
import type { FoundModel } from '../modelPath';

export interface Searched {
  /** Resolves once the signal is aborted too, with the models that were found until then. */
  find(signal: AbortSignal): Promise<readonly FoundModel[]>;
  /** Shows the models that were found: all that there are, unless the search was stopped. */
  show(found: readonly FoundModel[], stopped: boolean): void;
  /** The models whose headers are read. */
  paths(): readonly string[];
  /** Reads a header and shows it. Never rejects. */
  describe(path: string): Promise<void>;
}

/** Searches for models, and then reads the headers of all that are known. One search runs at a time. */
export class ModelSearch {
  #running: AbortController | null = null;

  constructor(private readonly searched: Searched) {}

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Ends the search. What was found until then stays. */
  stop(): void {
    this.#running?.abort();
  }

  /** Resolves with the number of models that were found, and whether the search was stopped. */
  async run(): Promise<{ readonly count: number; readonly stopped: boolean }> {
    const running = new AbortController();
    this.#running = running;
    const { signal } = running;
    const { find, show, paths, describe } = this.searched;
    try {
      const found = await find(signal);
      show(found, signal.aborted);
      await this.#describe(paths(), describe, signal);
      return { count: found.length, stopped: signal.aborted };
    } finally {
      this.#running = null;
    }
  }

  async #describe(paths: readonly string[], describe: Searched['describe'], signal: AbortSignal): Promise<void> {
    try {
      for (const path of paths) await orAborted(signal.aborted ? Promise.resolve() : describe(path), signal);
    } catch (error) {
      if (!isCancelled(error)) throw error;
    }
  }
}
