import type { Engine } from '../../../shared/engine';
import { isCancelled } from '../../../shared/errors';
import type { InView } from '../../../shared/instruments';
import type { PanelState } from '../../../shared/panel';
import type { TextRequest } from '../../../shared/tokens';
import { NewestTask } from '../newest';

export type Reading = Required<Pick<TextRequest, 'text' | 'plain' | 'limit'>>;

/** What an instrument works with. */
export interface InstrumentContext {
  readonly engine: Engine;
  state(): PanelState;
  /** What the run of the state was made from; null where there is no run. */
  request(): TextRequest | null;
  /** The inspected text as it is read, without its context; null where there is none. */
  reading(): Reading | null;
  /** The model that the numbers come from is in memory, no other is wanted, and no inspection is under way. */
  isReady(): boolean;
  /** Resolves once the engine has a model. */
  ready(): Promise<void>;
  change(change: Partial<PanelState>): void;
  /** A token is chosen, null for the position's own. */
  chooseToken(id: number | null): void;
  /** Says what failed, and nothing of what was cancelled. */
  report(error: unknown): void;
  /** Logs what failed and returns a sentence for a person. */
  failed(error: unknown): string;
}

/** What of the page is in sight. */
export interface Sight {
  readonly now: InView;
}

/** What one key stands for is asked for once, as long as it is wanted; another key takes its place. */
export class KeyedRequest {
  readonly #task = new NewestTask();
  #key: readonly unknown[] | null = null;

  constructor(private readonly context: Pick<InstrumentContext, 'isReady' | 'report'>) {}

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
    if (this.#key && same(key, this.#key) && (isThere || this.#task.busy)) return;
    this.#key = key;
    const task = this.#task.start();
    try {
      const value = await persistently(
        () => work(task.signal),
        () => task.isCurrent() && this.context.isReady(),
      );
      if (task.isCurrent()) show(value);
    } catch (error) {
      if (!task.isCurrent()) return;
      this.#key = null;
      this.context.report(error);
    } finally {
      task.end();
    }
  }

  /** What is under way is no longer wanted; what has come stays. */
  stop(): void {
    if (this.#task.busy) this.forget();
  }

  forget(): void {
    this.#task.cancel();
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
