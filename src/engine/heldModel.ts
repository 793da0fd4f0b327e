import type { Control, LoadRequest, ModelInfo, Progress, Signal } from '../shared/engine';
import { badRequest, EngineError } from '../shared/errors';
import { modelKey } from '../shared/model';
import { orAborted } from '../shared/signal';
import { PositionStore } from './analysis/positions';
import { RunStore } from './analysis/runStore';
import { OtherTextRun } from './analysis/texts/otherText';
import type { StartCompute } from './model/compute';
import { loadModel } from './model/load';
import { loadRemote, loadServed } from './model/loadServed';
import type { MemoryLimits } from './model/memory';
import { Model } from './model/model';
import type { RemoteModel } from './model/remoteModel';
import { stopIfAborted } from './tasks/pause';
import { SharedWork } from './tasks/sharedWork';

interface Loading {
  readonly key: string;
  readonly request: LoadRequest;
  readonly shared: SharedWork<Any, Progress>;
}

/** A loaded model and everything found out about its texts. */
export interface Held<M extends Model | RemoteModel> {
  readonly model: M;
  readonly info: ModelInfo;
  readonly positions: PositionStore;
  readonly runs: RunStore;
  readonly otherText: OtherTextRun;
}

type Any = Held<Model> | Held<RemoteModel>;

export class HeldModel {
  #loading: Loading | undefined;
  /** A model that made room and could not be loaded again. The next request tries once more. */
  #lost: LoadRequest | undefined;

  /**
   * `stop` ends all work on the model that is there, and `leave` what belongs to it once it is left for another.
   * `memory` is called for each model. `computes`: see `loadModel`.
   */
  constructor(
    private readonly memory: () => MemoryLimits,
    private readonly computes: readonly StartCompute[],
    private readonly stop: () => Promise<void>,
    private readonly leave: () => Promise<void>,
  ) {}

  /** Changes with each load. */
  get current(): object | undefined {
    return this.#loading;
  }

  /** Of the file of the model that is loaded or being loaded, or of its matrices if a server runs it. */
  get path(): string | undefined {
    const { server, path } = this.#loading?.request ?? {};
    return server ? server.matrices : path;
  }

  async load(request: LoadRequest, control: Control): Promise<ModelInfo> {
    stopIfAborted(control.signal);
    const key = modelKey(request);
    if (this.#loading?.key !== key || this.#loading.shared.abandoned) this.#loading = this.#begin(key, request);
    return (await this.#loading.shared.join(control)).info;
  }

  #begin(key: string, request: LoadRequest): Loading {
    const before = this.#loading?.shared.result;
    return this.#hold(key, request, async (signal, tell) => {
      // Work that took the old model's place ends now, and requests that wait for that model once it is there.
      await this.#quiet();
      // Only one model fits into memory, so the old one is released first, once nothing runs on it.
      const old = await before?.catch(() => undefined);
      await this.#quiet();
      await old?.model.release();
      return this.#load(request, signal, tell);
    });
  }

  async #quiet(): Promise<void> {
    await Promise.all([this.stop(), this.leave()]);
  }

  #hold(key: string, request: LoadRequest, work: ConstructorParameters<typeof SharedWork<Any, Progress>>[0]): Loading {
    this.#lost = undefined;
    const shared = new SharedWork<Any, Progress>(work);
    const loading = { key, request, shared };
    shared.result.catch(() => {
      if (this.#loading === loading) this.#loading = undefined;
    });
    return loading;
  }

  async #load(request: LoadRequest, signal: Signal, tell: (progress: Progress) => void): Promise<Any> {
    const loaded = await loadAnywhere(request, signal, tell, this.memory(), this.computes);
    return { ...loaded, positions: new PositionStore(), runs: new RunStore(), otherText: new OtherTextRun() };
  }

  /**
   * Frees the memory of the model for some work, and loads the model again afterwards, even if the work fails. Requests
   * that come meanwhile wait, and runs keep their handles. The work can read rows and names of the model. Rejects as
   * the work does, and with `EngineError('cancelled')` if another model is loaded or being loaded.
   */
  async lend<T>(model: Model, signal: Signal | undefined, work: () => Promise<T>): Promise<T> {
    const loading = this.#loading;
    const held = loading && (await orAborted(loading.shared.result, signal));
    if (!held || held.model !== model || this.#loading !== loading) throw gone();
    let outcome: Promise<T> | undefined;
    const again = this.#hold(loading.key, loading.request, async (signal, tell) => {
      await this.stop();
      await model.releaseCompute();
      outcome = work();
      await outcome.catch(() => undefined);
      model.closeFile();
      if (this.#loading !== again) throw gone();
      const loaded = await this.#load(loading.request, signal, tell).catch((error: unknown) => {
        if (this.#loading === again) this.#lost = loading.request;
        throw error;
      });
      return { ...loaded, runs: held.runs } as Any;
    });
    this.#loading = again;
    // No caller may stop it by leaving.
    await again.shared.join({});
    return outcome as Promise<T>;
  }

  async release(): Promise<void> {
    const loading = this.#loading;
    [this.#loading, this.#lost] = [undefined, undefined];
    await this.#quiet();
    const held = await loading?.shared.result.catch(() => undefined);
    await held?.model.release();
  }

  /** Rejects with `EngineError('bad-request')` if there is no model. */
  any(control: Control): Promise<Any> {
    return this.#take(control, (held) => held);
  }

  /** The same for requests that need the matrices. */
  geometry(control: Control): Promise<Held<Model>> {
    return this.#take(control, onDisk);
  }

  /** The same for requests that need the layers: throws as `Model.needRunner`. */
  layers(control: Control): Promise<Held<Model>> {
    return this.#take(control, (held) => {
      onDisk(held).model.needRunner();
      return onDisk(held);
    });
  }

  /** The same for requests that need h, which a server may give too. */
  hidden(control: Control): Promise<Held<Model>> {
    return this.#take(control, (held) => {
      onDisk(held).model.needHidden();
      return onDisk(held);
    });
  }

  /** All requests wait equally long, so that they keep their order. */
  async #take<T>({ signal }: Control, take: (held: Any) => T): Promise<T> {
    stopIfAborted(signal);
    if (!this.#loading && this.#lost) this.#loading = this.#begin(modelKey(this.#lost), this.#lost);
    if (!this.#loading) throw badRequest`No model is loaded; load one first.`;
    const held = await this.#loading.shared.result;
    stopIfAborted(signal);
    return take(held);
  }
}

const gone = () => new EngineError('cancelled', 'The model is no longer loaded.');

function onDisk(held: Any): Held<Model> {
  if (isOnDisk(held)) return held;
  throw badRequest`The sizes and directions of this model are not known: its server sends none. Connect to the server with the model’s file.`;
}

export const isOnDisk = (held: Any): held is Held<Model> => held.model instanceof Model;

type Loaded = Pick<Held<Model>, 'model' | 'info'> | Pick<Held<RemoteModel>, 'model' | 'info'>;

/** Loads a model from its files, or only its local part if a server runs the layers. */
async function loadAnywhere(
  { server, ...request }: LoadRequest,
  signal: Signal,
  tell: (progress: Progress) => void,
  limits: MemoryLimits,
  computes: readonly StartCompute[],
): Promise<Loaded> {
  if (!server) return loadModel(request, signal, tell, limits, computes);
  const { matrices } = server;
  return matrices === undefined
    ? loadRemote(request, server, signal, tell)
    : loadServed(request, { ...server, matrices }, signal, tell, limits, computes);
}
