import type { Engine, Progress } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import { loadKey, type LoadRequest, type ModelInfo } from '../../shared/model';
import type { Download, PanelStatus, UpcomingModel } from '../../shared/panel';
import { serverPlace } from '../../shared/servedName';
import type { WorkingStatus } from './workingStatus';

/** The model that is asked for. */
export interface ModelSource {
  request(): LoadRequest;
  /** Rejects with an `EngineError` if the setting cannot name a file. */
  describe(request: LoadRequest): Promise<UpcomingModel>;
  /** Asks the user whether to download the model. Does not wait for the answer: a yes is the intent `download`. */
  ask(download: Download): void;
}

/**
 * Ends the work that needs a model which nobody has agreed to download. Its code is `cancelled`, because nothing failed
 * and the panel's status says everything.
 */
export class DownloadNeeded extends EngineError {
  constructor(readonly download: Download) {
    super('cancelled', 'The model is not downloaded yet.');
  }
}

/** Hears which model the numbers come from. */
export interface ModelListener {
  /** The model is in memory. */
  loaded(): void;
  /** It is the same model as before. */
  same(model: ModelInfo): void;
  /** The numbers come from another model than before; `first` if they came from none. */
  replaced(model: ModelInfo, first: boolean): void;
}

/**
 * Which model the settings name, which one is in memory, and which one the numbers come from. Each is the key of a
 * load.
 */
export class ModelInUse {
  /** The one that the numbers come from; null before there are any. */
  ofNumbers: string | null = null;
  #inMemory: string | null = null;
  /** A yes to a download. It holds until the model is here or its load is cancelled, so also after a failure. */
  #yes: object | null = null;
  /** The loads whose file is being looked at; cancelling takes them out. */
  readonly #looking = new Set<object>();
  readonly #loader: ModelLoader;

  constructor(
    engine: Engine,
    private readonly source: ModelSource,
    private readonly status: WorkingStatus,
    private readonly listener: ModelListener,
  ) {
    this.#loader = new ModelLoader(engine, (progress) => status.progress(progress));
  }

  get wanted(): string {
    return loadKey(this.source.request());
  }

  get inMemory(): string | null {
    return this.#inMemory;
  }

  /** Whether the settings name another model than the numbers come from. */
  get isOther(): boolean {
    return this.ofNumbers !== null && this.wanted !== this.ofNumbers;
  }

  /** Whether the numbers can be added to without loading anything. The engine tells when it has no model any more. */
  get isReady(): boolean {
    return this.#inMemory !== null && this.#inMemory === this.ofNumbers && !this.isOther;
  }

  get busy(): boolean {
    return this.#looking.size > 0 || this.#loader.busy;
  }

  describe(): Promise<UpcomingModel> {
    return this.source.describe(this.source.request());
  }

  /** The user agrees to the download of the model. */
  agree(): void {
    // A yes that comes late is about no download.
    if (!this.isReady) this.#yes = {};
  }

  /**
   * Resolves once the model that the settings name is in memory: at once if it is there. The work is shown while
   * `announces` says so; ending it is left to the caller. Rejects with `cancelled` if `cancel` is called meanwhile, and
   * with `DownloadNeeded` if nobody has agreed to its download; with `asks` the user is asked then.
   */
  async load(announces: () => boolean, asks: boolean): Promise<void> {
    if (this.isReady) return;
    if (announces()) this.status.begin('loading', null, this.isOther);
    const { request, upcoming } = await this.#look();
    const { download } = upcoming;
    if (download && !this.#yes && this.#inMemory !== loadKey(request)) {
      if (asks) this.source.ask(download);
      throw new DownloadNeeded(download);
    }
    if (announces()) this.status.begin('loading', upcoming, this.isOther);
    const model = await this.#loaded(request);
    const before = this.ofNumbers;
    this.#inMemory = this.ofNumbers = loadKey(request);
    // First, so that nobody asks this model about the text while the state still names the model before.
    if (before === this.ofNumbers) this.listener.same(model);
    else this.listener.replaced(model, before === null);
    this.listener.loaded();
  }

  async #loaded(request: LoadRequest): Promise<ModelInfo> {
    const yes = this.#yes;
    // Another yes may have been given since.
    const used = () => {
      if (this.#yes === yes) this.#yes = null;
    };
    try {
      const model = await this.#loader.load(request);
      used();
      return model;
    } catch (error) {
      if (isCancelled(error)) used();
      throw error;
    }
  }

  /** Looks at the file of the model that is asked for, and once more if the settings name another one by then. */
  async #look(): Promise<{ readonly request: LoadRequest; readonly upcoming: UpcomingModel }> {
    const load = {};
    this.#looking.add(load);
    try {
      for (;;) {
        const request = this.source.request();
        const upcoming = await this.source.describe(request);
        if (!this.#looking.has(load)) throw new EngineError('cancelled', 'The load was cancelled.');
        if (this.wanted === loadKey(request)) return { request, upcoming };
      }
    } finally {
      this.#looking.delete(load);
    }
  }

  /** The engine has no model any more. */
  unloaded(): void {
    this.#inMemory = null;
  }

  cancel(): void {
    this.#looking.clear();
    this.#loader.cancel();
  }
}

/** Loads for all who need the model. A load is shared by those who wait for it and outlives a newer inspection. */
export class ModelLoader {
  #pending: { readonly key: string; readonly load: Promise<ModelInfo>; readonly controller: AbortController } | null =
    null;
  /**
   * Settles when the load before has released the engine: a load that joined a cancelled one would be cancelled too.
   * The load of another model need not wait, because the engine is restarted for it.
   */
  #before: { readonly key: string; readonly settled: Promise<unknown> } | null = null;

  constructor(
    private readonly engine: Engine,
    private readonly onProgress: (progress: Progress) => void,
  ) {}

  get busy(): boolean {
    return this.#pending !== null;
  }

  load(request: LoadRequest): Promise<ModelInfo> {
    const key = loadKey(request);
    if (this.#pending?.key === key) return this.#pending.load;
    this.cancel();
    const controller = new AbortController();
    const onProgress = (progress: Progress) => {
      if (!controller.signal.aborted) this.onProgress(progress);
    };
    const free = this.#before?.key === key ? this.#before.settled : Promise.resolve();
    const load = free.then(() => {
      if (controller.signal.aborted) throw new EngineError('cancelled', 'The load was cancelled.');
      return this.engine.load(request, { signal: controller.signal, onProgress });
    });
    const pending = { key, load, controller };
    this.#pending = pending;
    const settled = () => {
      if (this.#pending === pending) this.#pending = null;
    };
    this.#before = { key, settled: load.then(settled, settled) };
    return load;
  }

  cancel(): void {
    this.#pending?.controller.abort();
    this.#pending = null;
  }
}

/** The status of a text that is not sent to the server at an address. */
export const notSent = (address: string): PanelStatus => ({ kind: 'not-sent', server: serverPlace(address) });

/** The status after work that needs a download; `undefined` after any other failure. */
export const notDownloaded = (error: unknown): PanelStatus | undefined =>
  error instanceof DownloadNeeded ? { kind: 'not-downloaded', ...error.download } : undefined;
