import { basename, join } from 'pathe';
import type { OtherModel, OtherRequest } from '../../../shared/both';
import type { Control, DescribeRequest, LoadRequest, ModelInfo, ModelSummary, Signal } from '../../../shared/engine';
import { EngineError, isCancelled, said } from '../../../shared/errors';
import type { Said } from '../../../shared/said';
import type { GivenModel, KeptFile, WorkerStart, ModelAnswer, ModelWanted } from '../../../shared/webWorker';
import { localEngine, type LocalEngine } from '../../localEngine';
import { machineMemory } from '../../model/memory';
import type { BackendSurroundings } from '../../model/otherBackends';
import { forget, platform, provide, provided, provideFolder } from '../../platform/web/platform';
import { stopIfAborted } from '../../tasks/pause';
import { SharedWork } from '../../tasks/sharedWork';
import { fromBytes, openSource, sha256 as hashOf } from '../../weights/source';
import { discard, obtain } from './store';

/** The engine in a Web Worker. It fetches files, or asks the extension for them, before it reads them. */
export class WebEngine {
  readonly engine: LocalEngine;
  readonly #local: LocalEngine;
  /** Files on their way, with the bytes so far. The progress of files from the extension is unknown. */
  readonly #bringing = new Map<string, SharedWork<void, number>>();
  /** The places of the extension's files, by the paths that name them. */
  readonly #places = new Map<string, string>();
  /** Notices about files, by path. */
  readonly #notices = new Map<string, Said>();
  /** The path of a second model whose file was brought for it alone. */
  #other: string | null = null;

  /** `remote` lists files by the paths that a load uses. `ask` gets the files of any other model. */
  constructor(
    private readonly remote: WorkerStart['models'],
    private readonly ask: (path: string, signal: Signal) => Promise<GivenModel>,
    surroundings: BackendSurroundings = {},
  ) {
    this.#local = localEngine(machineMemory, surroundings);
    this.engine = {
      ...this.#local,
      describe: (request, control) => this.#describe(request, control),
      contents: async (request, control) => this.#local.contents(await this.#brought(request, control), control),
      tensorStatistics: async (request, control) =>
        this.#local.tensorStatistics(await this.#brought(request, control), control),
      tensorChanges: async ({ path, other }, control) => {
        const [a, b] = [await this.#brought({ path }, control), await this.#brought({ path: other }, control)];
        return this.#local.tensorChanges({ path: a.path, other: b.path }, control);
      },
      load: (request, control) => this.#load(request, control),
      loadOther: (request, control) => this.#loadOther(request, control),
      releaseOther: () => this.#releaseOther(),
    };
  }

  /** Reads the header, after asking for the whole file if it is not here yet. */
  async #describe({ path }: DescribeRequest, control: Control = {}): Promise<ModelSummary> {
    const { signal } = control;
    if (!this.#isThere(path) && !this.remote[path]) await this.#bring(path).join({ ...(signal && { signal }) });
    return this.#local.describe({ path: this.#fileOf(path) }, control);
  }

  /** Brings a file, and names it where it is: in its folder if it is one of several. */
  async #brought<R extends Pick<DescribeRequest, 'path'>>(request: R, { signal }: Control = {}): Promise<R> {
    const { path } = request;
    if (!this.#isThere(path)) await this.#bring(path).join({ ...(signal && { signal }) });
    return { ...request, path: this.#fileOf(path) };
  }

  /** Where a file of a folder is, whose path would else lead to all of it. */
  #fileOf(path: string): string {
    const place = this.#placeOf(path);
    const isOneOf = platform.isFolder(place) && /\.safetensors(\.index\.json)?$/i.test(path);
    return isOneOf ? join(place, basename(path)) : place;
  }

  async #load(request: LoadRequest, control: Control = {}): Promise<ModelInfo> {
    const { server } = request;
    // Of a model on a server only the matrices are a file.
    const path = server ? server.matrices : request.path;
    if (path === undefined) return this.#local.load(request, control);
    const { signal, onProgress } = control;
    const file = this.remote[path];
    // A download's fraction is that of its bytes, which are said beside it. The load begins anew.
    const fetching = (bytes: number) =>
      file && onProgress?.({ stage: 'download', fraction: bytes / file.bytes, fetched: { bytes, of: file.bytes } });
    if (!this.#isThere(path)) await this.#bring(path).join({ ...(signal && { signal }), onProgress: fetching });
    // The file stays when the second model is released.
    if (path === this.#other) this.#other = null;
    try {
      const info = await this.#local.load(
        server
          ? { ...request, server: { ...server, matrices: this.#placeOf(path) } }
          : { ...request, path: this.#placeOf(path) },
        { ...(signal && { signal }), ...(onProgress && { onProgress }) },
      );
      const notice = this.#notices.get(path);
      return notice === undefined ? info : { ...info, notices: [...info.notices, notice] };
    } catch (error) {
      throw await this.#refused(path, error);
    }
  }

  /** The file of a second model is kept as long as that is compared: it takes memory beside the first. */
  async #loadOther(request: OtherRequest, control: Control = {}): Promise<OtherModel> {
    await this.#releaseOther();
    const { path } = request;
    const { signal } = control;
    if (!this.#isThere(path)) {
      await this.#bring(path).join({ ...(signal && { signal }) });
      if (!this.remote[path]) this.#other = path;
    }
    try {
      return await this.#local.loadOther({ ...request, path: this.#placeOf(path) }, control);
    } catch (error) {
      if (this.#other === path) this.#forgetOther();
      throw error;
    }
  }

  async #releaseOther(): Promise<void> {
    await this.#local.releaseOther({});
    this.#forgetOther();
  }

  #forgetOther(): void {
    if (this.#other !== null) forget(this.#placeOf(this.#other));
    this.#other = null;
  }

  readonly #placeOf = (path: string): string => this.#places.get(path) ?? path;
  readonly #isThere = (path: string): boolean => provided(this.#placeOf(path));

  /**
   * Drops a refused file, so that the next load reads it anew. A file that is only too large to run stays, for its
   * geometry. The hash is checked only after the header was read, so a fetched file that was refused for another reason
   * is hashed here.
   */
  async #refused(path: string, error: unknown): Promise<unknown> {
    if (!(error instanceof EngineError) || isCancelled(error) || error.code === 'geometry-only' || !this.#isThere(path))
      return error;
    const file = this.remote[path];
    if (!file) {
      forget(this.#placeOf(path));
      return error;
    }
    const found = await hashOf(openSource(path));
    if (found === file.sha256) return error;
    forget(path);
    await discard(file.sha256);
    return new EngineError(
      'fetch-failed',
      said`The downloaded model has the SHA-256 ${found.slice(0, 12)}…, expected ${file.sha256.slice(0, 12)}…: it was changed or damaged on the way and was not kept. Try again to download it again.`,
    );
  }

  /** One shared download for all callers of a path. */
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

/** Asks the extension for a model's files. Rejects with the `EngineError` of its refusal. */
export function askForModel(path: string, signal: Signal): Promise<GivenModel> {
  const { port1: here, port2: there } = new MessageChannel();
  // The extension answers with a refusal.
  const giveUp = () => here.postMessage(null);
  signal.addEventListener('abort', giveUp);
  return new Promise((resolve, reject) => {
    here.onmessage = ({ data }: MessageEvent<ModelAnswer>) => {
      signal.removeEventListener('abort', giveUp);
      here.close();
      if ('refused' in data) reject(new EngineError(data.refused.code, data.refused.message));
      else resolve(data);
    };
    (self as DedicatedWorkerGlobalScope).postMessage({ wanted: path } satisfies ModelWanted, [there]);
  });
}
