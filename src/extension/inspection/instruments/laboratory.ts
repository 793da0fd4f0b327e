import type { Progress } from '../../../shared/engine';
import { EngineError, isCancelled } from '../../../shared/errors';
import {
  readsText,
  requestOf,
  type DoneLab,
  type Experiment,
  type LabAsk,
  type LabRun,
  type StoppedLab,
} from '../../../shared/lab';
import type { RepeatRun } from '../../../shared/repeats';
import { serverPlace } from '../../../shared/servedName';
import { secondsLeft } from '../../../shared/timeLeft';
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

/** A request for an experiment, and whether it continues the stopped run. */
interface Wanted {
  readonly ask: LabAsk;
  readonly goOn: boolean;
}

/** The run in progress. `text` is what the experiment reads, null if it reads none. */
interface Running {
  readonly ask: LabAsk;
  readonly text: string | null;
  /** The share from which the stopped run that it continues had its estimate. */
  readonly from: number;
}

/**
 * Experiments on the loaded model, one at a time. One that is asked for while another runs waits for it. The same one
 * asked for again starts anew, or goes on where it was stopped. An earlier result stays if a later run gives none.
 */
export class Laboratory {
  readonly #task = new NewestTask();
  /** The one that runs, or that loads the model for it. */
  #current: Experiment | null = null;
  /** Its run, from its start until it ends or stops. */
  #running: Running | null = null;
  #waiting: readonly Wanted[] = [];

  constructor(private readonly context: LabContext) {}

  async run(ask: LabAsk, goOn = false): Promise<void> {
    if (this.#current !== null && this.#current !== ask.name) return this.#wait({ ask, goOn });
    this.#stop();
    const task = this.#task.start();
    const { name } = ask;
    const set = (change: Partial<LabRun>) => this.#set(name, change);
    this.#current = name;
    try {
      // Loading shows its own progress, and another model clears the results of the one before.
      await task.keep(this.context.ready());
      const before = goOn ? this.#stoppedOf(name) : null;
      const reading = this.context.reading();
      const text = readsText(name) ? (reading?.text ?? '') : null;
      const leave = this.#clear(text);
      this.#running = { ask, text, from: before?.fraction ?? 0 };
      const { fraction, estimate } = before ?? { fraction: 0, estimate: null };
      set({ waits: false, running: { fraction, estimate, secondsLeft: null } });
      const progress = this.#progressOf(name, before);
      const started = this.context.state().backend;
      const result = await task.keep(
        this.context.engine.lab(
          { ...requestOf(ask, reading ?? { text: '' }, goOn), ...leave },
          {
            signal: task.signal,
            onProgress: (told) => {
              if (task.isCurrent()) progress(told);
            },
          },
        ),
      );
      this.#running = null;
      const backend = goOn ? undefined : stayedOn(started, this.context.state().backend);
      const done: DoneLab = { ask, result, text, ...(backend && { backend }) };
      set({ running: null, done, ended: null, ...(name === 'untrained' && { repeats: null }) });
    } catch (error) {
      if (!task.isCurrent()) return;
      const isUnloaded = isCancelled(error) && !this.context.state().loaded;
      const ended = this.#ended(name, error, isUnloaded);
      this.#running = null;
      set({ waits: false, running: null, ended });
      // Those that wait would load the model again.
      if (isUnloaded) for (const { ask: waiting } of this.#waiting) this.#unlist(waiting.name);
    } finally {
      const wasCurrent = task.isCurrent();
      task.end();
      if (wasCurrent) this.#next();
    }
  }

  /** Asks the model for tokens that `untrained` found, unless an experiment runs. The next experiment stops it. */
  async verify(ids: readonly number[]): Promise<void> {
    if (this.#current !== null || !this.context.state().lab.untrained?.done) return;
    const task = this.#task.start();
    const set = (change: Partial<RepeatRun>) =>
      this.#set('untrained', { repeats: { fraction: null, tokens: null, failed: null, ...change } });
    set({ fraction: 0 });
    let told = performance.now();
    try {
      // The model may have left the memory since. Another one clears the result.
      await task.keep(this.context.ready());
      const tokens = await task.keep(
        this.context.engine.verifyUntrained(
          { ids },
          {
            signal: task.signal,
            onProgress: ({ fraction }) => {
              if (!task.isCurrent() || performance.now() - told < between) return;
              told = performance.now();
              set({ fraction });
            },
          },
        ),
      );
      set({ tokens });
    } catch (error) {
      if (!task.isCurrent()) return;
      // The panel's status offers the download.
      const isSaid = isCancelled(error) || error instanceof DownloadNeeded;
      set({ failed: isSaid ? null : this.context.failed(error) });
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

  #ended(name: Experiment, error: unknown, isUnloaded: boolean): LabRun['ended'] {
    // The panel's status offers the download. What was said of the run before stays.
    if (error instanceof DownloadNeeded) return this.context.state().lab[name]?.ended ?? null;
    if (isUnloaded) return { kind: 'unloaded' };
    return isCancelled(error) ? this.#cancelled(name) : { kind: 'failed', message: this.context.failed(error) };
  }

  /** Stops an experiment, which keeps its earlier result, or its estimate; or lets it no longer wait. */
  cancel(name: Experiment): void {
    if (this.#current === name) {
      this.#stop();
      this.#next();
    } else if (name === 'untrained' && this.#current === null) this.#stop();
    else this.#unlist(name);
  }

  /** The results of one model mean nothing for another. */
  clear(): void {
    this.#task.cancel();
    this.#current = null;
    this.#running = null;
    this.#waiting = [];
    this.context.change({ lab: {} });
  }

  /** Publishes the progress of a run that goes on from `before`. */
  #progressOf(name: Experiment, before: StoppedLab | null): (told: Progress) => void {
    const start = performance.now();
    let told = -Infinity;
    let from: number | null = null;
    return ({ fraction, estimate }) => {
      const now = performance.now();
      from ??= fraction >= (before?.fraction ?? 0) ? (before?.fraction ?? 0) : 0;
      // A step of some takes a few milliseconds, and every change posts all results.
      if (now - told < between) return;
      told = now;
      const shown = this.context.state().lab[name]?.running ?? null;
      // A restarted engine has lost the state. Until the new run gets as far, the earlier estimate is better.
      const isWorse = before?.estimate && fraction < before.fraction;
      this.#set(name, {
        running: {
          fraction,
          estimate: (isWorse ? null : estimate) ?? shown?.estimate ?? null,
          secondsLeft: secondsLeft({ from, fraction, elapsed: now - start, shown: shown?.secondsLeft ?? null }),
        },
      });
    };
  }

  #wait(wanted: Wanted): void {
    const { name } = wanted.ask;
    this.#waiting = [...this.#waiting.filter(({ ask }) => ask.name !== name), wanted];
    this.#set(name, { waits: true });
  }

  #unlist(name: Experiment): void {
    if (!this.#waiting.some(({ ask }) => ask.name === name)) return;
    this.#waiting = this.#waiting.filter(({ ask }) => ask.name !== name);
    this.#set(name, { waits: false });
  }

  #next(): void {
    this.#current = null;
    const [wanted, ...others] = this.#waiting;
    this.#waiting = others;
    if (wanted) void this.run(wanted.ask, wanted.goOn);
  }

  #stop(): void {
    const name = this.#current;
    const { running, waits } = (name && this.context.state().lab[name]) || idle;
    if (name && running) this.#set(name, { running: null, ended: this.#cancelled(name) });
    // One that has waited for another waits until the model is loaded for it.
    if (name && waits) this.#set(name, { waits: false });
    if ((this.context.state().lab.untrained?.repeats?.fraction ?? null) !== null)
      this.#set('untrained', { repeats: null });
    this.#running = null;
    this.#current = null;
    this.#task.cancel();
  }

  /** How a run ends that is cancelled now: with how far it got. */
  #cancelled(name: Experiment): LabRun['ended'] {
    const running = this.context.state().lab[name]?.running;
    if (!running || !this.#running || running.fraction === 0) return { kind: 'cancelled' };
    const { ask, text, from } = this.#running;
    const { fraction, estimate } = running;
    return { kind: 'cancelled', stopped: { ask, text, fraction: Math.max(from, fraction), estimate } };
  }

  #stoppedOf(name: Experiment): StoppedLab | null {
    const ended = this.context.state().lab[name]?.ended;
    return ended?.kind === 'cancelled' ? (ended.stopped ?? null) : null;
  }

  #set(name: Experiment, change: Partial<LabRun>): void {
    const { lab } = this.context.state();
    this.context.change({ lab: { ...lab, [name]: { ...(lab[name] ?? idle), ...change } } });
  }
}
