import { isCancelled } from '../../../shared/errors';
import { readsText, requestOf, type Experiment, type LabAsk, type LabRun } from '../../../shared/lab';
import { DownloadNeeded } from '../modelInUse';
import { NewestTask } from '../newest';
import type { InstrumentContext } from './instrument';

/** Milliseconds from one word of progress to the next. */
const between = 100;

const idle: LabRun = { running: null, done: null, ended: null };

/**
 * Experiments on the loaded model, one at a time. One that is asked for while another runs waits for it. The same one
 * asked for again starts anew. An earlier result stays if a later run gives none.
 */
export class Laboratory {
  readonly #task = new NewestTask();
  /** The one that runs, or that loads the model for it. */
  #current: Experiment | null = null;
  #waiting: readonly LabAsk[] = [];

  constructor(private readonly context: InstrumentContext) {}

  async run(ask: LabAsk): Promise<void> {
    if (this.#current !== null && this.#current !== ask.name) return this.#wait(ask);
    this.#stop();
    const task = this.#task.start();
    const { name } = ask;
    const set = (change: Partial<LabRun>) => this.#set(name, change);
    this.#current = name;
    try {
      // Loading shows its own progress, and another model clears the results of the one before.
      await task.keep(this.context.ready());
      set({ waits: false, running: { fraction: 0, estimate: null } });
      const reading = this.context.reading();
      let told = -Infinity;
      const result = await task.keep(
        this.context.engine.lab(requestOf(ask, reading ?? { text: '' }), {
          signal: task.signal,
          onProgress: ({ fraction, estimate }) => {
            // A step of some takes a few milliseconds, and every change posts all results.
            if (!task.isCurrent() || performance.now() - told < between) return;
            told = performance.now();
            set({ running: { fraction, estimate: estimate ?? this.#estimateOf(name) } });
          },
        }),
      );
      set({ running: null, done: { ask, result, text: readsText(name) ? (reading?.text ?? '') : null }, ended: null });
    } catch (error) {
      if (!task.isCurrent()) return;
      const isUnloaded = isCancelled(error) && !this.context.state().loaded;
      set({ waits: false, running: null, ended: this.#ended(error, isUnloaded) });
      // Those that wait would load the model again.
      if (isUnloaded) for (const { name } of this.#waiting) this.#unlist(name);
    } finally {
      const wasCurrent = task.isCurrent();
      task.end();
      if (wasCurrent) this.#next();
    }
  }

  #ended(error: unknown, isUnloaded: boolean): LabRun['ended'] {
    // The panel's status offers the download.
    if (error instanceof DownloadNeeded) return null;
    if (isUnloaded) return { kind: 'unloaded' };
    return isCancelled(error) ? { kind: 'cancelled' } : { kind: 'failed', message: this.context.failed(error) };
  }

  /** Stops an experiment, which keeps its earlier result, or its estimate; or lets it no longer wait. */
  cancel(name: Experiment): void {
    if (this.#current === name) {
      this.#stop();
      this.#next();
    } else this.#unlist(name);
  }

  /** The results of one model mean nothing for another. */
  clear(): void {
    this.#task.cancel();
    this.#current = null;
    this.#waiting = [];
    this.context.change({ lab: {} });
  }

  #wait(ask: LabAsk): void {
    this.#waiting = [...this.#waiting.filter(({ name }) => name !== ask.name), ask];
    this.#set(ask.name, { waits: true });
  }

  #unlist(name: Experiment): void {
    if (!this.#waiting.some((ask) => ask.name === name)) return;
    this.#waiting = this.#waiting.filter((ask) => ask.name !== name);
    this.#set(name, { waits: false });
  }

  #next(): void {
    this.#current = null;
    const [ask, ...others] = this.#waiting;
    this.#waiting = others;
    if (ask) void this.run(ask);
  }

  #stop(): void {
    const name = this.#current;
    if (name && this.context.state().lab[name]?.running) {
      const estimate = this.#estimateOf(name);
      this.#set(name, { running: null, ended: { kind: 'cancelled', ...(estimate && { estimate }) } });
    }
    this.#current = null;
    this.#task.cancel();
  }

  #estimateOf(name: Experiment) {
    return this.context.state().lab[name]?.running?.estimate ?? null;
  }

  #set(name: Experiment, change: Partial<LabRun>): void {
    const { lab } = this.context.state();
    this.context.change({ lab: { ...lab, [name]: { ...(lab[name] ?? idle), ...change } } });
  }
}
