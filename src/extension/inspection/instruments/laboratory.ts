import { isCancelled } from '../../../shared/errors';
import type { LabAsk, LabRun } from '../../../shared/instruments';
import { readsText, type LabRequest } from '../../../shared/lab';
import { NewestTask } from '../newest';
import type { InstrumentContext, Reading } from './instrument';

/** Milliseconds from one word of progress to the next. */
const between = 100;

const idle: LabRun = { running: null, done: null, ended: null };

/**
 * Experiments on the loaded model, one at a time; the newest wins, and what was found before stays where one gives no
 * result.
 */
export class Laboratory {
  readonly #task = new NewestTask();
  #running: LabAsk['name'] | null = null;

  constructor(private readonly context: InstrumentContext) {}

  async run(ask: LabAsk): Promise<void> {
    this.cancel();
    const task = this.#task.start();
    const { name } = ask;
    const set = (change: Partial<LabRun>) => this.#set(name, change);
    try {
      // Loading shows its own progress, and another model clears the results of the one before.
      await task.keep(this.context.ready());
      this.#running = name;
      set({ running: { fraction: 0, estimate: null } });
      const reading = this.context.reading();
      let told = -Infinity;
      const result = await task.keep(
        this.context.engine.lab(requestOf(ask, reading), {
          signal: task.signal,
          onProgress: ({ fraction, estimate }) => {
            // A step of some takes a few milliseconds, and every change posts all results.
            if (!task.isCurrent() || performance.now() - told < between) return;
            told = performance.now();
            set({
              running: { fraction, estimate: estimate ?? this.context.state().lab[name]?.running?.estimate ?? null },
            });
          },
        }),
      );
      set({ running: null, done: { ask, result, text: readsText(name) ? (reading?.text ?? '') : null }, ended: null });
    } catch (error) {
      if (!task.isCurrent()) return;
      set({
        running: null,
        ended: isCancelled(error)
          ? { kind: this.context.state().loaded ? 'cancelled' : 'unloaded' }
          : { kind: 'failed', message: this.context.failed(error) },
      });
    } finally {
      if (task.isCurrent()) this.#running = null;
      task.end();
    }
  }

  /** Stops what runs; it says so, and keeps its earlier result. */
  cancel(): void {
    if (this.#running) this.#set(this.#running, { running: null, ended: { kind: 'cancelled' } });
    this.#running = null;
    this.#task.cancel();
  }

  /** What one model gave means nothing in another. */
  clear(): void {
    if (this.#running) this.#task.cancel();
    this.#running = null;
    this.context.change({ lab: {} });
  }

  #set(name: LabAsk['name'], change: Partial<LabRun>): void {
    const { lab } = this.context.state();
    this.context.change({ lab: { ...lab, [name]: { ...(lab[name] ?? idle), ...change } } });
  }
}

/** The ask with the text that it is about, read as it was inspected. */
function requestOf(ask: LabAsk, reading: Reading | null): LabRequest {
  const { text, ...how } = reading ?? { text: '' };
  switch (ask.name) {
    case 'softmax-shift':
      return { name: ask.name, options: { ...ask.options, text, ...how } };
    case 'length':
      return { name: ask.name, options: { ...ask.options, text, ...how } };
    case 'between':
      return { name: ask.name, options: { ...ask.options, text, ...how } };
    case 'rulers':
    case 'one-length':
    case 'round-trip':
    case 'target-size':
    case 'tied':
    case 'extremes':
      return ask;
  }
}
