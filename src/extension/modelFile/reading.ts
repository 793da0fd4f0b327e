import type { FileView, TensorView } from '../../shared/contents';
import type { Engine } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import { after } from '../../shared/timers';
import { NewestTask } from '../inspection/newest';

/** A page gets the whole view with every change, so it gets few. Milliseconds. */
const betweenChanges = 250;

export interface ReadingOwner {
  changed(): void;
  /** Logs a failure, and returns it in a sentence for a person. */
  told(error: unknown): string;
  /** Sentences: the file is gone, or its header took too long. */
  removed(): string;
  late(): string;
  /** Seconds that the header may take. */
  readonly longest: number;
  /** Bytes that will be free before this model is loaded. */
  freed(): number;
  /** The process does not answer any more. */
  hung(): void;
}

/** Reads the header of a model file at once, and its tensors on request. Never rejects: the view says what failed. */
export class FileReading {
  readonly #header = new NewestTask();
  readonly #check = new NewestTask();
  readonly #statistics = new Map<string, TensorView>();
  readonly #measuring = new Map<string, AbortController>();
  #view: Omit<FileView, 'geometry' | 'inUse' | 'statistics'>;
  #tellLater: (() => void) | null = null;

  constructor(
    file: { readonly name: string; readonly path: string },
    private readonly engine: Pick<Engine, 'contents' | 'describe' | 'tensorStatistics' | 'tokenizerCheck'>,
    private readonly owner: ReadingOwner,
  ) {
    this.#view = {
      ...file,
      summary: null,
      contents: null,
      tokenizer: null,
      isRead: false,
      failure: null,
      outOfDate: false,
    };
  }

  get view(): Omit<FileView, 'geometry' | 'inUse'> {
    return { ...this.#view, statistics: Object.fromEntries(this.#statistics) };
  }

  /** The file is about to be read anew. What was asked about its tensors may not hold any more. */
  outOfDate(): void {
    this.#forgetTensors();
    this.#check.cancel();
    this.#change({ outOfDate: true });
  }

  /** Shows nothing but the sentence that says why. */
  fail(failure: string): void {
    this.#forgetTensors();
    this.#check.cancel();
    this.#change({ contents: null, summary: null, tokenizer: null, isRead: true, failure, outOfDate: false });
  }

  async read(): Promise<void> {
    const { path } = this.#view;
    const task = this.#header.start();
    const { signal } = task;
    const inTime = after(1000 * this.owner.longest, () => {
      if (!task.isCurrent()) return;
      this.#header.cancel();
      this.fail(this.owner.late());
      this.owner.hung();
    });
    try {
      const contents = await task.keep(this.engine.contents({ path }, { signal }));
      this.#change({ contents, tokenizer: null, isRead: false, failure: null, outOfDate: false });
      // Not at once with the contents, whose answer would wait for it. A file that holds no model is shown too.
      const summary = this.engine.describe({ path, freed: this.owner.freed() }, { signal }).catch(() => null);
      const described = await task.keep(summary);
      this.#change({ summary: described, isRead: true });
      // Not awaited: the header, which must come in time, is there.
      if (described) void this.check();
    } catch (error) {
      // Its process was ended, to read the file anew.
      if (!task.isCurrent() || isCancelled(error)) return;
      const isGone = error instanceof EngineError && error.code === 'model-missing';
      if (isGone && this.#view.contents) this.#change({ failure: this.owner.removed(), outOfDate: false });
      else this.fail(this.owner.told(error));
    } finally {
      inTime();
      task.end();
    }
  }

  /** Asks how its tokenizer cuts: by itself, or beside that of another file. */
  async check(against?: string): Promise<void> {
    const { path } = this.#view;
    const task = this.#check.start();
    const { signal } = task;
    const isBeside = against !== undefined;
    try {
      const asked = this.engine.tokenizerCheck({ path, ...(isBeside && { against }) }, { signal });
      const tokenizer = await task.keep(asked);
      this.#change({ tokenizer, ...(isBeside && { failure: null }) });
    } catch (error) {
      // A file without a tokenizer says so where it is loaded.
      if (isBeside && task.isCurrent() && !isCancelled(error)) this.#change({ failure: this.owner.told(error) });
    } finally {
      task.end();
    }
  }

  async measure(name: string): Promise<void> {
    const isThere = this.#view.contents?.tensors.some((tensor) => tensor.name === name);
    if (!isThere || this.#measuring.has(name) || this.#statistics.get(name)?.kind === 'read') return;
    const { path } = this.#view;
    const measuring = new AbortController();
    const isCurrent = () => this.#measuring.get(name) === measuring;
    this.#measuring.set(name, measuring);
    this.#note(name, { kind: 'reading', fraction: 0 });
    try {
      const statistics = await this.engine.tensorStatistics(
        { path, name },
        {
          signal: measuring.signal,
          onProgress: ({ fraction }) => {
            if (!isCurrent()) return;
            this.#statistics.set(name, { kind: 'reading', fraction });
            this.#tellLater ??= after(betweenChanges, () => this.#tell());
          },
        },
      );
      if (isCurrent()) this.#note(name, { kind: 'read', statistics });
    } catch (error) {
      if (!isCurrent()) return;
      if (isCancelled(error)) this.#note(name, null);
      else this.#note(name, { kind: 'failed', message: this.owner.told(error) });
    } finally {
      if (isCurrent()) this.#measuring.delete(name);
    }
  }

  stop(name: string): void {
    const measuring = this.#measuring.get(name);
    if (!measuring) return;
    this.#measuring.delete(name);
    measuring.abort();
    this.#note(name, null);
  }

  /** Ends all work. Nothing changes from now on. */
  dispose(): void {
    this.#header.cancel();
    this.#check.cancel();
    this.#forgetTensors();
  }

  #forgetTensors(): void {
    const measuring = [...this.#measuring.values()];
    this.#measuring.clear();
    this.#statistics.clear();
    this.#dropLater();
    for (const one of measuring) one.abort();
  }

  #note(name: string, view: TensorView | null): void {
    if (view) this.#statistics.set(name, view);
    else this.#statistics.delete(name);
    this.#tell();
  }

  #change(change: Partial<typeof this.view>): void {
    this.#view = { ...this.#view, ...change };
    this.#tell();
  }

  #tell(): void {
    this.#dropLater();
    this.owner.changed();
  }

  #dropLater(): void {
    this.#tellLater?.();
    this.#tellLater = null;
  }
}
