import type { Control, LoadRequest, ModelInfo, Progress } from '../../shared/engine';
import { EngineError } from '../../shared/errors';
import type { RemoteFile, WorkerStart } from '../../shared/webWorker';
import type { GpuOwner } from '../gpu/backends';
import { LocalEngine } from '../localEngine';
import { machineMemory } from '../memory';
import { SharedWork } from '../sharedWork';
import { forget, provide, provided } from './platform';
import { discard, obtain } from './store';

/** Share of a load that is done when the file has come, where it has to be fetched. */
const fetched = 0.7;

/** The engine in a Web Worker: files are fetched before they are loaded. */
export class WebEngine extends LocalEngine {
  readonly #fetching = new Map<string, SharedWork<void, number>>();

  /** `remote` by the paths that a load names. */
  constructor(
    private readonly remote: WorkerStart['models'],
    gpu: GpuOwner,
  ) {
    super(machineMemory, gpu);
  }

  override async load(request: LoadRequest, control: Control = {}): Promise<ModelInfo> {
    const { path, sha256 } = request;
    const file = this.remote[path];
    if (provided(path) || file === undefined || sha256 === undefined) return super.load(request, control);
    const { signal, onProgress } = control;
    const tell = (progress: Progress) => onProgress?.({ ...progress, fraction: fetched + (1 - fetched) * progress.fraction });
    await this.#fetch(path, file, sha256).join({ ...(signal && { signal }), onProgress: (fraction) => onProgress?.({ stage: 'download', fraction: fetched * fraction }) });
    try {
      return await super.load(request, { ...(signal && { signal }), onProgress: tell });
    } catch (error) {
      if (error instanceof EngineError && error.code === 'model-damaged') {
        // The next load fetches it anew.
        forget(path);
        await discard(sha256);
      }
      throw error;
    }
  }

  #fetch(path: string, file: RemoteFile, sha256: string): SharedWork<void, number> {
    const known = this.#fetching.get(path);
    if (known && !known.abandoned) return known;
    const fetching = new SharedWork<void, number>(async (signal, tell) => provide(path, await obtain(file, sha256, signal, tell)));
    this.#fetching.set(path, fetching);
    const end = () => {
      if (this.#fetching.get(path) === fetching) this.#fetching.delete(path);
    };
    fetching.result.then(end, end);
    return fetching;
  }
}
