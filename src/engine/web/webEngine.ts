import type { Control, LoadRequest, ModelInfo, Progress } from '../../shared/engine';
import { EngineError, isCancelled } from '../../shared/errors';
import type { RemoteFile, WorkerStart } from '../../shared/webWorker';
import { LocalEngine } from '../localEngine';
import { SharedWork } from '../sharedWork';
import { openFile, sha256 as hashOf } from '../weights/source';
import { forget, provide, provided } from './platform';
import { discard, obtain } from './store';

/** Share of a load that is done when the file has come, where it has to be fetched. */
const fetched = 0.7;

/** The engine in a Web Worker: files are fetched before they are loaded. */
export class WebEngine extends LocalEngine {
  readonly #fetching = new Map<string, SharedWork<void, number>>();
  /** What is to be said of files by how they are held. */
  readonly #notices = new Map<string, string>();

  /** `remote` by the paths that a load names. */
  constructor(private readonly remote: WorkerStart['models']) {
    super();
  }

  override async load(request: LoadRequest, control: Control = {}): Promise<ModelInfo> {
    const { path, sha256 } = request;
    const file = this.remote[path];
    if (file === undefined || sha256 === undefined) return super.load(request, control);
    const { signal, onProgress } = control;
    let done = 0;
    const fetching = (bytes: number) => {
      done = fetched;
      onProgress?.({ stage: 'download', fraction: (fetched * bytes) / file.bytes, fetched: { bytes, of: file.bytes } });
    };
    if (!provided(path)) await this.#fetch(path, file, sha256).join({ ...(signal && { signal }), onProgress: fetching });
    const loading = (progress: Progress) => onProgress?.({ ...progress, fraction: done + (1 - done) * progress.fraction });
    try {
      const info = await super.load(request, { ...(signal && { signal }), onProgress: loading });
      const notice = this.#notices.get(path);
      return notice === undefined ? info : { ...info, notices: [...info.notices, notice] };
    } catch (error) {
      throw isCancelled(error) ? error : await this.#refused(path, sha256, error);
    }
  }

  /** A damaged file may be refused for something else than its hash, which is compared only after its header was read. */
  async #refused(path: string, sha256: string, error: unknown): Promise<unknown> {
    if (!provided(path)) return error;
    const found = await hashOf(openFile(path));
    if (found === sha256) return error;
    forget(path);
    await discard(sha256);
    return new EngineError('fetch-failed', `The model that was fetched has the SHA-256 ${found.slice(0, 12)}…, expected ${sha256.slice(0, 12)}…: it was changed or damaged on its way, and was not kept. Try again to fetch it anew.`);
  }

  #fetch(path: string, file: RemoteFile, sha256: string): SharedWork<void, number> {
    const known = this.#fetching.get(path);
    if (known && !known.abandoned) return known;
    const fetching = new SharedWork<void, number>(async (signal, tell) => {
      const { source, notice } = await obtain(file, sha256, signal, tell);
      provide(path, source);
      if (notice === null) this.#notices.delete(path);
      else this.#notices.set(path, notice);
    });
    this.#fetching.set(path, fetching);
    const end = () => {
      if (this.#fetching.get(path) === fetching) this.#fetching.delete(path);
    };
    fetching.result.then(end, end);
    return fetching;
  }
}
