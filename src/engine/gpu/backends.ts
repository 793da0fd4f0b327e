import type { BackendReason, BackendRequest, BackendState } from '../../shared/backend';
import type { Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import { sessionsOf } from '../model/compute';
import type { Model } from '../model/model';
import type { Session } from '../onnx/runtime';
import type { OpenGpu } from '../platform/platform';
import { NewestOnly } from '../tasks/newestOnly';
import { stopIfAborted } from '../tasks/pause';
import { GpuError } from '../trunk/movableTrunk';
import { SessionTrunk } from '../trunk/sessionTrunk';
import { agree } from './agreement';
import { Gpu } from './gpu';
import { measureTrunks } from './measure';
import { probeTrunks } from './probeTrunks';

export interface GpuOwner {
  readonly open: OpenGpu;
  /** The backend changed without a request. */
  changed(state: BackendState): void;
}

export const noGpu: GpuOwner = { open: () => null, changed: () => undefined };

/** Moves the layers of a model to a GPU, and back if the GPU gives wrong numbers, is slower or is lost. */
export class Backends {
  /** The newest request wins. */
  readonly #requests = new NewestOnly();
  #gpu: Gpu | null = null;
  /** The sessions of the ONNX runtime in this process. */
  #sessions: readonly Session[] = [];
  #used: { readonly model: Model; readonly state: BackendState } | null = null;

  constructor(
    private readonly owner: GpuOwner,
    /** Resolves once the current runs have ended or the signal is aborted. */
    private readonly quiet: (signal: Signal) => Promise<void>,
  ) {}

  /**
   * Rejects with `EngineError('cancelled')`, or if the model itself cannot be run. Any failure of the GPU is a reason
   * to stay on WASM.
   */
  use(model: Model, request: BackendRequest, signal: Signal | undefined): Promise<BackendState> {
    return this.#requests.do(signal, (inner) => this.#use(model, request, inner));
  }

  /** Releases the GPU. Resolves once nothing of the model is in use. */
  async stop(): Promise<void> {
    this.#requests.cancel();
    // Calls that wait for the GPU end.
    this.#leave();
    await this.#requests.stop();
    this.#leave();
  }

  async #use(model: Model, { choice, known }: BackendRequest, signal: Signal): Promise<BackendState> {
    // On auto, a GPU may have been chosen without a measurement, or is to be measured again.
    if (choice === this.#used?.state.backend && this.#used.model === model) return this.#used.state;
    this.#leave();
    if (!model.runner) return onWasm({ kind: 'no-layers' });
    // The kernels failed the self-check, so there is no reference.
    if (model.computes === 'onnx') return onRuntime;
    if (choice === 'wasm') return onWasm({ kind: 'chosen' });
    if (choice === 'onnx') return this.#useRuntime(model, signal);
    if (choice === 'auto' && known === 'slower') return onWasm({ kind: 'slower' });
    const port = this.owner.open();
    if (!port) return onWasm({ kind: 'no-adapter' });
    const gpu = (this.#gpu = new Gpu(port));
    const stop = () => gpu.close();
    signal.addEventListener('abort', stop);
    try {
      const state = await tryGpu(gpu, model, choice === 'auto', known === undefined ? this.quiet : null, signal);
      if (state.backend === 'wasm') {
        this.#leave();
        return state;
      }
      this.#used = { model, state };
      gpu.onGone((error) => this.#gone(error, model, state));
      return state;
    } catch (error) {
      model.moveBack();
      this.#leave();
      if (signal.aborted) throw new EngineError('cancelled', 'The run was cancelled.');
      if (error instanceof GpuError) return onWasm(reasonOf(error));
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Moves the layers to the ONNX runtime's WebAssembly build, for a second opinion. */
  async #useRuntime(model: Model, signal: Signal): Promise<BackendState> {
    const { trunk, graphs } = model.needRunner();
    let sessions: readonly Session[] = [];
    try {
      const { createSession, useThreads } = await import('../onnx/runtime');
      useThreads(model.threads);
      sessions = await sessionsOf(graphs, createSession, signal);
      const agreement = await probeTrunks(model, new SessionTrunk(graphs, sessions), signal);
      if (!agree(agreement)) {
        await releaseAll(sessions);
        return { ...onWasm({ kind: 'disagrees' }), agreement };
      }
      const state: BackendState = {
        backend: 'onnx',
        reason: { kind: 'chosen' },
        adapter: null,
        agreement,
        times: null,
      };
      trunk.moveTo(new SessionTrunk(graphs, sessions));
      this.#used = { model, state };
      this.#sessions = sessions;
      return state;
    } catch (error) {
      await releaseAll(sessions);
      if (signal.aborted) throw new EngineError('cancelled', 'The run was cancelled.');
      if (error instanceof EngineError && error.code !== 'internal') throw error;
      return onWasm({ kind: 'failed', message: String(error) });
    }
  }

  #gone(error: GpuError, model: Model, { adapter }: BackendState): void {
    model.moveBack();
    this.#used = null;
    this.#gpu = null;
    this.owner.changed({ ...onWasm(reasonOf(error)), adapter });
  }

  #leave(): void {
    this.#used?.model.moveBack();
    this.#used = null;
    this.#gpu?.close();
    this.#gpu = null;
    // A current run on them ends first, since the runtime handles one call at a time.
    void releaseAll(this.#sessions);
    this.#sessions = [];
  }
}

const releaseAll = async (sessions: readonly Session[]): Promise<void> =>
  void (await Promise.allSettled(sessions.map((session) => session.release())));

/**
 * Tries a GPU. With `auto` and `quiet` it is also measured once `quiet` resolves: a user's run at the same time would
 * slow both.
 */
async function tryGpu(
  gpu: Gpu,
  model: Model,
  auto: boolean,
  quiet: ((signal: Signal) => Promise<void>) | null,
  signal: Signal,
): Promise<BackendState> {
  const found = await gpu.adapter();
  if (!found) return onWasm({ kind: 'no-adapter' });
  const adapter = found.name;
  if (auto && found.software) return { ...onWasm({ kind: 'software' }), adapter };
  const sessions: Session[] = [];
  const { trunk, graphs } = model.needRunner();
  for (const graph of graphs.graphs('webgpu')) sessions.push(await gpu.createSession(graph, signal));
  const agreement = await probeTrunks(model, new SessionTrunk(graphs, sessions), signal);
  if (!agree(agreement)) return { ...onWasm({ kind: 'disagrees' }), adapter, agreement };
  const times = auto && quiet ? await quiet(signal).then(() => measureTrunks(model, sessions, signal)) : null;
  if (times && times.webgpu >= times.wasm) return { ...onWasm({ kind: 'slower' }), adapter, agreement, times };
  trunk.moveTo(new SessionTrunk(graphs, sessions));
  // If the GPU was lost during the probe, the layers ran on WASM and agreed with themselves.
  gpu.checkThere();
  stopIfAborted(signal);
  return { backend: 'webgpu', reason: { kind: 'chosen' }, adapter, agreement, times };
}

/** After the kernels failed the self-check. */
const onRuntime: BackendState = {
  backend: 'onnx',
  reason: { kind: 'kernels-wrong' },
  adapter: null,
  agreement: null,
  times: null,
};
const onWasm = (reason: BackendReason): BackendState => ({
  backend: 'wasm',
  reason,
  adapter: null,
  agreement: null,
  times: null,
});

function reasonOf({ why, message }: GpuError): BackendReason {
  return why === 'failed' || why === 'too-large' || why === 'closed' ? { kind: 'failed', message } : { kind: why };
}
