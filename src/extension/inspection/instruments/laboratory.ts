import type { Progress } from '../../../shared/engine';
import { EngineError, isCancelled } from '../../../shared/errors';
import { readsText, labRequestOf, type DoneLab, type Experiment, type LabAsk, type LabRun } from '../../../shared/lab';
import { serverPlace } from '../../../shared/modelName';
import { Pace } from '../../../shared/timeLeft';
import { NewestTask } from '../newest';
import type { Now } from '../now';
import { DownloadNeeded } from '../surroundings';
import { stayedOn } from '../views';
import type { DocumentContext } from './wholeDocument';

/** Milliseconds between two reports of progress. */
const between = 100;

const idle: LabRun = { running: null, done: null, ended: null };

/** What it asks of the inspection. */
interface LabContext extends Pick<
  DocumentContext,
  'engine' | 'l10n' | 'state' | 'change' | 'ready' | 'failed' | 'clear' | 'wantedServer'
> {
  /** The inspected text and how it is read, without its context; null if there is none. */
  reading(): Now['asRead'];
}

/**
 * Experiments on the loaded model, one at a time: another one, or the same one with other options, stops the running
 * one. A stopped run leaves its estimate; an earlier result stays if a later run gives none.
 */
export class Laboratory {
  readonly #task = new NewestTask();

  constructor(private readonly context: LabContext) {}

  async run(ask: LabAsk): Promise<void> {
    this.stop();
    const task = this.#task.start();
    const { name } = ask;
    const { engine, state, ready, reading } = this.context;
    try {
      // Loading shows its own progress, and another model clears the results of the one before.
      await task.keep(ready());
      const read = reading();
      const text = readsText(name) ? (read?.text ?? '') : null;
      const leave = this.#clear(text);
      this.#set(name, { running: { fraction: 0, secondsLeft: null } });
      const progress = this.#progressOf({ ask, text });
      const started = state().backend;
      const result = await task.keep(
        engine.lab(
          { ...labRequestOf(ask, read ?? { text: '' }), ...leave },
          {
            signal: task.signal,
            onProgress: (told) => {
              if (task.isCurrent()) progress(told);
            },
          },
        ),
      );
      const backend = stayedOn(started, state().backend);
      this.#set(name, { running: null, done: { ask, result, text, ...(backend && { backend }) }, ended: null });
    } catch (error) {
      if (task.isCurrent()) this.#set(name, { running: null, ended: this.#ended(name, error) });
    } finally {
      task.end();
    }
  }

  /** A server gets no text for an experiment that it has not got for an inspection. */
  #clear(read: string | null) {
    const { l10n, state, clear, wantedServer } = this.context;
    const { model, text } = state();
    const leave = clear(wantedServer(), model ?? {});
    if ('clearance' in leave && (text || !model?.server)) return leave;
    if (!model?.server || read === null) return null;
    throw new EngineError(
      'bad-request',
      l10n.t('The text was not sent to {0}. Inspect it again first.', serverPlace(model.server.address)),
    );
  }

  #ended(name: Experiment, error: unknown): LabRun['ended'] {
    // The panel's status offers the download. What was said of the run before stays.
    if (error instanceof DownloadNeeded) return this.context.state().lab[name]?.ended ?? null;
    if (!isCancelled(error)) return { kind: 'failed', message: this.context.failed(error) };
    return { kind: this.context.state().loaded ? 'cancelled' : 'unloaded' };
  }

  /** Stops the running experiment, which keeps its estimate or its earlier result. */
  stop(): void {
    this.#task.cancel();
    for (const [name, run] of Object.entries(this.context.state().lab))
      if (run.running) this.#set(name as Experiment, { running: null, ended: { kind: 'cancelled' } });
  }

  /** The results of one model mean nothing for another. */
  clear(): void {
    this.#task.cancel();
    this.context.change({ lab: {} });
  }

  #progressOf(asked: Pick<DoneLab, 'ask' | 'text'>): (told: Progress) => void {
    const pace = new Pace();
    pace.left(0, performance.now());
    let told = -Infinity;
    return ({ fraction, estimate }) => {
      const now = performance.now();
      // A step of some takes a few milliseconds, and every change posts all results.
      if (now - told < between) return;
      told = now;
      this.#set(asked.ask.name, {
        running: { fraction, secondsLeft: pace.left(fraction, now) },
        ...(estimate && { done: { ...asked, result: estimate, share: fraction }, ended: null }),
      });
    };
  }

  #set(name: Experiment, change: Partial<LabRun>): void {
    const { lab } = this.context.state();
    this.context.change({ lab: { ...lab, [name]: { ...(lab[name] ?? idle), ...change } } });
  }
}
