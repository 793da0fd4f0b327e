import type { Engine, LoadRequest, ModelInfo, Progress } from '../../shared/engine';
import { EngineError } from '../../shared/errors';

/** The model that is asked for. */
export interface ModelSource {
  request(): LoadRequest;
  /** Rejects with an `EngineError` when the setting cannot name a file. */
  describe(request: LoadRequest): Promise<ModelDescription>;
}

/**
 * What is known of a model before it is read; `bytes` is null where the file's length cannot be had, `fetched` is set
 * where it is on no disk and comes once over the network.
 */
export interface ModelDescription {
  readonly name: string;
  readonly bytes: number | null;
  readonly fetched?: true;
}

/** Loads for all who need the model. A load is shared by those who wait for it and outlives a newer inspection. */
export class ModelLoader {
  #pending: { readonly key: string; readonly load: Promise<ModelInfo>; readonly controller: AbortController } | null =
    null;
  /**
   * Settles when the load before has let go of the engine: a load that joined a cancelled one would be cancelled with
   * it. The load of another model has nothing to wait for, since the engine ends for it.
   */
  #before: { readonly key: string; readonly settled: Promise<unknown> } | null = null;

  constructor(
    private readonly engine: Engine,
    private readonly source: ModelSource,
    private readonly onProgress: (progress: Progress) => void,
  ) {}

  get busy(): boolean {
    return this.#pending !== null;
  }

  request(): LoadRequest {
    return this.source.request();
  }

  describe(request: LoadRequest): Promise<ModelDescription> {
    return this.source.describe(request);
  }

  /** Asks the engine every time: it returns a loaded model at once, and only it knows whether it still has one. */
  load(request: LoadRequest): Promise<ModelInfo> {
    const key = JSON.stringify(request);
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
