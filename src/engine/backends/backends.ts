import { findRuntime, openGpu } from '#gpuPort';
import { platform } from '#platform';
import type { BackendReason, BackendRequest, BackendState } from '../../shared/backend';
import type { Signal } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import { needsOwnKernels } from '../architecture/hyperparameters';
import type { Compute } from '../model/compute';
import type { Model } from '../model/model';
import { onWasm, type OpenBackends, type OtherBackends, type BackendSurroundings } from '../model/otherBackends';
import { probeIds } from '../model/probe';
import { NewestOnly } from '../tasks/newestOnly';
import { stopIfAborted, pause } from '../tasks/pause';
import { agree } from './agreement';
import { Gpu } from './gpu/gpu';
import { GpuError } from './gpu/port';
import { releaseAll, sessionsOf, startRuntime } from './onnx/compute';
import type { Session } from './onnx/runtime';
import { graphsOf, SessionTrunk } from './onnx/sessionTrunk';
import { probeTrunks, repeated } from './probeTrunks';

/** Positions to run: a sentence or two. */
const positions = 32;
/** Runs of the user in between can only make a measurement slower, so the shortest counts. */
const rounds = 5;

/**
 * Milliseconds of a text on the layers as they were loaded and on other sessions: the shortest of several alternating
 * runs after a warm-up.
 */
async function measureTrunks(
  model: Model,
  sessions: readonly Session[],
  signal: Signal,
): Promise<{ wasm: number; webgpu: number }> {
  const { trunk, hyperparameters } = model.needRunner();
  const graphs = graphsOf(model);
  const length = Math.min(positions, hyperparameters.contextLength);
  const text = repeated(probeIds(model), length);
  const here = async () => {
    const fresh = trunk.home.fresh();
    await fresh.run(text, { signal }).finally(() => fresh.release());
  };
  const there = async () => {
    await new SessionTrunk(graphs, sessions).run(text, { signal });
  };
  const [wasm, webgpu] = await shortest([here, there], signal);
  return { wasm: wasm as number, webgpu: webgpu as number };
}

/** Shortest milliseconds of each task, run in turn. */
async function shortest(works: readonly (() => Promise<void>)[], signal: Signal): Promise<number[]> {
  const times = works.map(() => Infinity);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, work] of works.entries()) {
      await pause(signal);
      const from = performance.now();
      await work();
      if (round > 0) times[i] = Math.min(times[i] as number, performance.now() - from);
    }
  }
  return times;
}

/** The door of this folder. */
export const openBackends: OpenBackends = (surroundings, quiet) => new Backends(surroundings, quiet);

/** Moves the layers of a model to a GPU, and back if the GPU gives wrong numbers, is slower or is lost. */
export class Backends implements OtherBackends {
  /** The newest request wins. */
  readonly #requests = new NewestOnly();
  #gpu: Gpu | null = null;
  #sessions: readonly Session[] = [];
  #used: { readonly model: Model; readonly state: BackendState } | null = null;

  constructor(
    private readonly surroundings: BackendSurroundings,
    private readonly quiet: (signal: Signal) => Promise<void>,
    private readonly open = openGpu,
  ) {}

  readonly #findRuntime = () => findRuntime(this.surroundings);

  start(threads: number): Promise<Compute> {
    // V8 would improve the code for minutes, which saves a quarter of a run, also where the file proves damaged.
    platform.compileOnce();
    return startRuntime(threads, this.#findRuntime);
  }

  use(model: Model, request: BackendRequest, signal: Signal | undefined): Promise<BackendState> {
    return this.#requests.do(signal, (inner) => this.#use(model, request, inner));
  }

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
    if (model.trunk.home instanceof SessionTrunk) return onRuntime;
    if (choice === 'wasm') return onWasm({ kind: 'chosen' });
    if (needsOwnKernels(model.hyperparameters)) return onWasm({ kind: 'own-kernels' });
    if (choice === 'onnx') return this.#useRuntime(model, signal);
    if (choice === 'auto' && known === 'slower') return onWasm({ kind: 'slower' });
    const port = this.open(this.surroundings);
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
      model.trunk.moveBack();
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
    const graphs = graphsOf(model);
    let sessions: readonly Session[] = [];
    try {
      const { createSession, useRuntime } = await import('./onnx/runtime');
      useRuntime(model.threads, this.#findRuntime);
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
      model.trunk.moveTo(new SessionTrunk(graphs, sessions));
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
    model.trunk.moveBack();
    this.#used = null;
    this.#gpu = null;
    this.surroundings.changed?.({ ...onWasm(reasonOf(error)), adapter });
  }

  #leave(): void {
    this.#used?.model.trunk.moveBack();
    this.#used = null;
    this.#gpu?.close();
    this.#gpu = null;
    // A current run on them ends first, since the runtime handles one call at a time.
    void releaseAll(this.#sessions);
    this.#sessions = [];
  }
}

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
  const graphs = graphsOf(model);
  for (const graph of graphs.graphs('webgpu')) sessions.push(await gpu.createSession(graph, signal));
  const agreement = await probeTrunks(model, new SessionTrunk(graphs, sessions), signal);
  if (!agree(agreement)) return { ...onWasm({ kind: 'disagrees' }), adapter, agreement };
  const times = auto && quiet ? await quiet(signal).then(() => measureTrunks(model, sessions, signal)) : null;
  if (times && times.webgpu >= times.wasm) return { ...onWasm({ kind: 'slower' }), adapter, agreement, times };
  model.trunk.moveTo(new SessionTrunk(graphs, sessions));
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
function reasonOf({ why, message }: GpuError): BackendReason {
  return why === 'failed' || why === 'too-large' || why === 'closed' ? { kind: 'failed', message } : { kind: why };
}
