import type { Engine, LoadRequest, ModelInfo } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import { ModelLoader, type ModelDescription, type ModelSource } from './modelLoader';
import type { WorkingStatus } from './workingStatus';

/** What becomes of the state when the model does. */
export interface ModelListener {
  /** The model is in memory. */
  loaded(): void;
  /** It is the same model as before. */
  same(model: ModelInfo): void;
  /** The numbers come from another model than before; `first` where they came from none. */
  replaced(model: ModelInfo, first: boolean): void;
}

/**
 * Which model the settings name, which one is in memory, and which one the numbers come from. Each as what is asked of
 * the load, as JSON.
 */
export class ModelInUse {
  /** The one that the numbers come from; null before there are any. */
  ofNumbers: string | null = null;
  #inMemory: string | null = null;
  /** The loads whose file is being looked at; cancelling takes them out. */
  readonly #looking = new Set<object>();
  readonly #loader: ModelLoader;

  constructor(
    engine: Engine,
    source: ModelSource,
    private readonly status: WorkingStatus,
    private readonly listener: ModelListener,
  ) {
    this.#loader = new ModelLoader(engine, source, (progress) => status.progress(progress));
  }

  get wanted(): string {
    return JSON.stringify(this.#loader.request());
  }

  get inMemory(): string | null {
    return this.#inMemory;
  }

  /** Whether the settings name another model than the numbers come from. */
  get isOther(): boolean {
    return this.ofNumbers !== null && this.wanted !== this.ofNumbers;
  }

  /** Whether the numbers can be added to without loading anything. */
  get isReady(): boolean {
    return this.#inMemory !== null && this.#inMemory === this.ofNumbers && !this.isOther;
  }

  get busy(): boolean {
    return this.#looking.size > 0 || this.#loader.busy;
  }

  describe() {
    return this.#loader.describe(this.#loader.request());
  }

  /**
   * Resolves once the model that the settings name is in memory. `announced` shows the work; ending it is left to the
   * caller. Rejects with `cancelled` if `cancel` is called meanwhile.
   */
  async load(announced: boolean): Promise<void> {
    if (announced) this.status.begin('loading', null, this.isOther);
    const { request, description } = await this.#look();
    if (announced) this.status.begin('loading', description, this.isOther);
    const model = await this.#loader.load(request);
    const before = this.ofNumbers;
    this.#inMemory = this.ofNumbers = JSON.stringify(request);
    this.listener.loaded();
    if (before === this.ofNumbers) this.listener.same(model);
    else this.listener.replaced(model, before === null);
  }

  /** Looks at the file of the model that is asked for, and once more if the settings name another one by then. */
  async #look(): Promise<{ readonly request: LoadRequest; readonly description: ModelDescription }> {
    const load = {};
    this.#looking.add(load);
    try {
      for (;;) {
        const { wanted } = this;
        const request = this.#loader.request();
        const description = await this.#loader.describe(request);
        if (!this.#looking.has(load)) throw new EngineError('cancelled', 'The load was cancelled.');
        if (this.wanted === wanted) return { request, description };
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
