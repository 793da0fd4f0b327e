import type { BackendState } from '../../../../src/shared/backend';
import { connectEngine } from '../../../../src/shared/enginePort';
import type { WorkerNote } from '../../../../src/shared/engineProcess';
import type { BackendRequest } from '../../../../src/shared/backend';
import type { WorkerStart } from '../../../../src/shared/webWorker';

// A page around the engine's worker, as a browser's extension host is one.

export interface EnginePage {
  start(files: WorkerStart): void;
  load(path: string, sha256: string): Promise<void>;
  useBackend(request: BackendRequest): Promise<BackendState>;
  /** h of every position. */
  run(text: string): Promise<readonly number[]>;
  /** What the worker said unasked of what its layers run on. */
  readonly changes: readonly BackendState[];
}

const changes: BackendState[] = [];
let engine: ReturnType<typeof connectEngine>;
const page: EnginePage = {
  start(files) {
    const worker = new Worker('/dist/web/worker.js');
    worker.postMessage(files);
    const listeners: ((message: unknown) => void)[] = [];
    worker.onmessage = ({ data }: MessageEvent<WorkerNote>) => {
      if ('backend' in data) changes.push(data.backend);
      for (const listener of listeners) listener(data);
    };
    engine = connectEngine({ post: (message) => worker.postMessage(message), onMessage: (listener) => void listeners.push(listener) });
  },
  load: async (path, sha256) => void (await engine.load({ path, sha256, threads: 1 })),
  useBackend: (request) => engine.useBackend(request),
  run: async (text) => [...(await engine.run({ text })).hidden],
  changes,
};
Object.assign(globalThis, { page });
