import type { BackendChoice, BackendState, BackendView } from '../../shared/backend';
import { backendName, whyNotTheOther } from '../../shared/backendWords';
import { engineFrom, type Control, type Engine } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import { scientific } from '../../shared/format';
import { loadKey, type LoadRequest } from '../../shared/model';
import { orAborted } from '../../shared/signal';
import { english } from '../../shared/translator';
import type { Log } from '../engineWorker';
import type { RememberedSpeeds, RunModel, Speed } from './rememberedSpeeds';

/** The log's line when a trial begins. */
const triedLine = (choice: BackendChoice): string =>
  `${backendName(choice)} is being tried: the setting vectorscope.backend is ${choice}.`;

/**
 * What the log says when it is known what the layers run on: that, what was measured, and why, in sentences. Like all
 * of the log in English.
 */
export function decidedLine(state: BackendState, choice: BackendChoice): string {
  const { backend, reason, adapter, agreement } = state;
  const gpu = adapter === null ? backendName(choice) : `WebGPU on ${adapter}`;
  const onGpu = backend === 'webgpu';
  const sentences = [
    reason.kind !== 'no-layers' &&
      `The layers run on ${onGpu ? gpu : backend === 'onnx' ? backendName('onnx') : 'WASM'}.`,
    agreement !== null &&
      reason.kind !== 'disagrees' &&
      `${backend === 'wasm' ? gpu : 'It'} agrees with WASM to ${scientific(agreement.deviation)}.`,
    why({ ...state, choice }, gpu),
  ];
  return sentences.filter((sentence) => sentence !== false).join(' ');
}

/** The panel's sentence, but for what only the log can add. */
function why(view: BackendView, gpu: string): string {
  const { reason, adapter, choice } = view;
  if (reason.kind === 'failed') return `${backendName(choice)} could not be used.`;
  if (reason.kind === 'software' && adapter !== null)
    return `The browser has only a software GPU (${adapter}), which auto does not use.`;
  return whyNotTheOther(view, english, gpu);
}

export interface BackendOwner {
  choice(): BackendChoice;
  /** Whether a page is there that could lend its GPU to an engine which has none. */
  pageIsThere(): boolean;
  readonly remembered: RememberedSpeeds;
  readonly log: Log;
}

interface LoadedModel extends RunModel {
  readonly request: string;
  readonly hasLayers: boolean;
  /** A server runs its layers: there is nothing to choose. */
  readonly isServed: boolean;
}

interface Asking {
  readonly choice: BackendChoice;
  /** Measures again, whatever was measured before. */
  readonly anew: boolean;
  /** Runs wait until it is answered. */
  readonly holdsRuns: boolean;
  readonly controller: AbortController;
  /** Settles, and never rejects. */
  done: Promise<void>;
  /** Why the engine gave no answer. */
  error?: unknown;
}

/**
 * Decides the backend of the loaded model's layers, by the setting and by earlier measurements. Inspections go on in
 * any case: on `auto` nothing waits for the decision. On `webgpu` and `onnx` runs wait for it after a load or another
 * choice, and run on WASM if the backend fails.
 */
export class LayersBackend {
  /** The same engine. Its loads are noted here, and its runs wait for the backend if necessary. */
  readonly engine: Engine;
  #model: LoadedModel | null = null;
  #asking: Asking | null = null;
  #view: BackendView | null = null;
  #isMeasured = false;
  readonly #listeners: ((backend: BackendView | null) => void)[] = [];

  constructor(
    private readonly inner: Engine,
    private readonly owner: BackendOwner,
  ) {
    const own: Pick<Engine, 'load' | 'run'> = {
      load: (request, control) => this.#load(request, control),
      run: async (request, control) => {
        if (this.#asking?.holdsRuns) await this.#wait(control, this.#asking);
        return inner.run(request, control);
      },
    };
    this.engine = engineFrom((name, request, control) => inner[name](request, control), own);
  }

  /** The listener hears what the layers run on whenever that changes; null while it is not known. */
  listen(changed: (backend: BackendView | null) => void): void {
    this.#listeners.push(changed);
  }

  /** Whether a measurement decided it, now or before. */
  get isMeasured(): boolean {
    return this.#isMeasured && this.#view !== null;
  }

  /** The setting has another value. */
  choiceChanged(): void {
    this.#ask();
  }

  /** A page can lend its GPU from now on. */
  pageCame(): void {
    if (!this.#asking) this.#askOfPage();
  }

  /** Forgets the measurement and measures again. */
  async measureAgain(): Promise<void> {
    const model = this.#model;
    this.#ask({ anew: true });
    if (model) await this.#store(this.owner.remembered.forget(model));
  }

  /** The engine has moved the layers by itself. */
  noted(state: BackendState): void {
    if (!this.#model) return;
    this.#show(state, this.owner.choice());
    if (!this.#asking) this.#askOfPage();
  }

  /** The engine has no model any more. */
  unloaded(): void {
    this.#stop();
    this.#model = null;
    this.#set(null);
  }

  async #load(request: LoadRequest, control?: Control) {
    const key = loadKey(request);
    // The engine would end the request when it starts with another model.
    const [model, asking] = [this.#model, this.#asking];
    if (model && model.request !== key) this.#stop();
    const info = await this.inner.load(request, control).catch((error: unknown) => {
      // The engine still has the model before.
      if (asking && !this.#asking && this.#model === model) this.#ask(asking);
      throw error;
    });
    if (this.#model?.request !== key) {
      this.#model = {
        request: key,
        model: request.sha256 ?? request.path,
        threads: info.threads,
        hasLayers: info.trunk !== null,
        isServed: info.server !== undefined,
      };
      this.#set(null);
      this.#ask();
    }
    return info;
  }

  /**
   * A run's progress says that it waits, and when it goes on. Rejects if the model is another by then: a server must
   * not get the text of a run that was meant for this machine.
   */
  async #wait(control: Control | undefined, first: Asking): Promise<void> {
    const model = this.#model;
    control?.onProgress?.({ stage: 'backend', fraction: 0 });
    for (let asking: Asking | null = first; asking?.holdsRuns; asking = this.#asking) {
      await orAborted(asking.done, control?.signal);
      if (this.#model !== model) throw asking.error ?? new EngineError('cancelled', 'Another model is loaded.');
    }
    control?.onProgress?.({ stage: 'run', fraction: 0 });
  }

  /** Only a page was missing. What ran on WASM without it goes on there meanwhile. */
  #askOfPage(holdsRuns = false): void {
    const why = this.#view?.reason.kind;
    if ((why === 'no-page' || why === 'page-gone') && this.owner.pageIsThere()) this.#ask({ holdsRuns });
  }

  #ask({ anew = false, holdsRuns = true } = {}): void {
    const before = this.#asking;
    this.#stop();
    if (!this.#model || this.#model.isServed) return;
    const choice = this.owner.choice();
    const asking: Asking = {
      choice,
      anew,
      holdsRuns: holdsRuns && (choice === 'webgpu' || choice === 'onnx'),
      controller: new AbortController(),
      done: Promise.resolve(),
    };
    this.#asking = asking;
    asking.done = this.#answer(this.#model, asking, before);
    // The former backend must not be shown while the new one is being decided.
    if (this.#view) this.#set(null);
  }

  #stop(): void {
    this.#asking?.controller.abort();
    this.#asking = null;
  }

  async #answer(model: LoadedModel, asking: Asking, before: Asking | null): Promise<void> {
    // The engine moves the layers once at a time.
    await before?.done;
    if (this.#asking !== asking) return;
    const {
      choice,
      anew,
      controller: { signal },
    } = asking;
    const { remembered } = this.owner;
    const known = choice === 'auto' && !anew ? remembered.of(model) : null;
    if (choice !== 'wasm' && known?.speed !== 'slower' && model.hasLayers) this.owner.log.info(triedLine(choice));
    const state = await this.inner
      .useBackend({ choice, ...(known && { known: known.speed }) }, { signal })
      .catch((error: unknown) => failed((asking.error = error)));
    if (this.#asking !== asking) return;
    this.#asking = null;
    if (known && state.adapter !== null && state.adapter !== known.adapter) {
      // It was measured with another GPU.
      this.#ask({ anew: true });
      return this.#store(remembered.forget(model));
    }
    this.#isMeasured =
      (known !== null || state.times !== null) && (state.backend === 'webgpu' || state.reason.kind === 'slower');
    this.#show(state, choice);
    // It may have come meanwhile.
    this.#askOfPage(asking.holdsRuns);
    const speed = speedOf(state);
    if (speed) await this.#store(remembered.remember(model, state.adapter, speed));
  }

  /** That nothing can be remembered costs a measurement in the next window, and nothing now. */
  async #store(writing: Promise<void>): Promise<void> {
    await writing.catch((error: unknown) =>
      this.owner.log.error(
        `What the GPU's measurement said could not be remembered: ${error instanceof Error ? error.message : 'for an unknown reason'}`,
      ),
    );
  }

  #show(state: BackendState, choice: BackendChoice): void {
    const { reason } = state;
    this.owner.log.info(decidedLine(state, choice));
    if (reason.kind === 'failed') this.owner.log.error(`${backendName(choice)} failed: ${reason.message}`);
    this.#set({ ...state, choice, ...(reason.kind === 'failed' && { reason: { kind: 'failed', message: '' } }) });
  }

  #set(view: BackendView | null): void {
    this.#view = view;
    for (const changed of this.#listeners) changed(view);
  }
}

/** The result of a measurement; null if there was none or it decided nothing. */
function speedOf({ backend, times, reason }: BackendState): Speed | null {
  if (!times || (reason.kind !== 'chosen' && reason.kind !== 'slower')) return null;
  return backend === 'webgpu' && times.webgpu < times.wasm ? 'faster' : 'slower';
}

const failed = (error: unknown): BackendState => ({
  backend: 'wasm',
  adapter: null,
  agreement: null,
  times: null,
  reason: {
    kind: 'failed',
    message: error instanceof EngineError ? error.message : error instanceof Error ? error.name : 'without a reason',
  },
});
