import type {
  Control,
  DescribeRequest,
  LoadRequest,
  ModelInfo,
  ModelSummary,
  Progress,
  Signal,
} from '../../../shared/engine';
import { EngineError, isCancelled } from '../../../shared/errors';
import type { GivenModel, KeptFile, WorkerStart } from '../../../shared/webWorker';
import { noGpu, type GpuOwner } from '../../gpu/backends';
import { LocalEngine } from '../../localEngine';
import { machineMemory } from '../../model/memory';
import { stopIfAborted } from '../../tasks/pause';
import { SharedWork } from '../../tasks/sharedWork';
import { fromBytes, openFile, sha256 as hashOf } from '../../weights/source';
import { forget, provide, provided, provideFolder } from '../../platform/web/platform';
import { discard, obtain } from './store';

/** Share of a load that is done when the file has come, where it has to be fetched. */
const fetched = 0.7;

/** The engine in a Web Worker: files are fetched, or asked for, before they are read. */
export class WebEngine extends LocalEngine {
  /** Progress is the bytes that are there; how much of a file that was asked for has come is not known. */
  readonly #bringing = new Map<string, SharedWork<void, number>>();
  /** Where the models lie that were asked for, by the paths that name them. */
  readonly #places = new Map<string, string>();
  /** What is to be said of files by how they are held. */
  readonly #notices = new Map<string, string>();

  /** `remote` by the paths that a load names; `ask` gives the files of any other model. */
  constructor(
    private readonly remote: WorkerStart['models'],
    private readonly ask: (path: string, signal: Signal) => Promise<GivenModel>,
    gpu: GpuOwner = noGpu,
  ) {
    super(machineMemory, gpu);
  }

  /** Asks for all of a file to read its header, where it is not there already. */
  override async describe({ path }: DescribeRequest, control: Control = {}): Promise<ModelSummary> {
    const { signal } = control;
    if (!this.#isThere(path) && !this.remote[path]) await this.#bring(path).join({ ...(signal && { signal }) });
    return super.describe({ path: this.#placeOf(path) }, control);
  }

  override async load(request: LoadRequest, control: Control = {}): Promise<ModelInfo> {
    const { path } = request;
    const { signal, onProgress } = control;
    const file = this.remote[path];
    let done = 0;
    const fetching = (bytes: number) => {
      if (!file) return;
      done = fetched;
      onProgress?.({ stage: 'download', fraction: (fetched * bytes) / file.bytes, fetched: { bytes, of: file.bytes } });
    };
    if (!this.#isThere(path)) await this.#bring(path).join({ ...(signal && { signal }), onProgress: fetching });
    const loading = (progress: Progress) =>
      onProgress?.({ ...progress, fraction: done + (1 - done) * progress.fraction });
    try {
      const info = await super.load(
        { ...request, path: this.#placeOf(path) },
        { ...(signal && { signal }), onProgress: loading },
      );
      const notice = this.#notices.get(path);
      return notice === undefined ? info : { ...info, notices: [...info.notices, notice] };
    } catch (error) {
      throw await this.#refused(path, error);
    }
  }

  readonly #placeOf = (path: string): string => this.#places.get(path) ?? path;
  readonly #isThere = (path: string): boolean => provided(this.#placeOf(path));

  /**
   * What is wrong with a file may be put right, so that the next load reads it anew; one that is too large to run
   * stays, for its geometry. A file that was fetched may be refused for something else than its hash, which is compared
   * only after its header was read.
   */
  async #refused(path: string, error: unknown): Promise<unknown> {
    if (!(error instanceof EngineError) || isCancelled(error) || error.code === 'geometry-only' || !this.#isThere(path))
      return error;
    const file = this.remote[path];
    if (!file) {
      forget(this.#placeOf(path));
      return error;
    }
    const found = await hashOf(openFile(path));
    if (found === file.sha256) return error;
    forget(path);
    await discard(file.sha256);
    return new EngineError(
      'fetch-failed',
      `The model that was fetched has the SHA-256 ${found.slice(0, 12)}…, expected ${file.sha256.slice(0, 12)}…: it was changed or damaged on its way, and was not kept. Try again to fetch it anew.`,
    );
  }

  /** One piece of work a path, for all that wait for it. */
  #bring(path: string): SharedWork<void, number> {
    const known = this.#bringing.get(path);
    if (known && !known.abandoned) return known;
    const file = this.remote[path];
    const bringing = new SharedWork<void, number>((signal, tell) =>
      file ? this.#fetch(path, file, signal, tell) : this.#ask(path, signal),
    );
    this.#bringing.set(path, bringing);
    const end = () => {
      if (this.#bringing.get(path) === bringing) this.#bringing.delete(path);
    };
    bringing.result.then(end, end);
    return bringing;
  }

  async #fetch(path: string, file: KeptFile, signal: Signal, tell: (bytes: number) => void): Promise<void> {
    const { source, notice } = await obtain(file, file.sha256, signal, tell);
    provide(path, source);
    if (notice === null) this.#notices.delete(path);
    else this.#notices.set(path, notice);
  }

  async #ask(path: string, signal: Signal): Promise<void> {
    const { path: place, isFolder, files } = await this.ask(path, signal);
    stopIfAborted(signal);
    for (const file of files) provide(file.path, fromBytes(file.bytes));
    if (isFolder) provideFolder(place);
    this.#places.set(path, place);
  }
}
