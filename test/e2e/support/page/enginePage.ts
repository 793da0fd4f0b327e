import type { BackendState, BackendRequest } from '../../../../src/shared/backend';
import { connectEngine } from '../../../../src/shared/enginePort';
import type { WorkerStart } from '../../../../src/shared/webWorker';

// A page around the engine's worker, as a browser's extension host is one.

export interface EnginePage {
  start(files: WorkerStart): void;
  load(path: string, sha256: string): Promise<void>;
  useBackend(request: BackendRequest): Promise<BackendState>;
  /** h of every position. */
  run(text: string): Promise<readonly number[]>;
}

let engine: ReturnType<typeof connectEngine>;
const page: EnginePage = {
  start(files) {
    const worker = new Worker('/dist/web/worker.js');
    worker.postMessage(files);
    const listeners: ((message: unknown) => void)[] = [];
    worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      for (const listener of listeners) listener(data);
    };
    engine = connectEngine({
      post: (message) => worker.postMessage(message),
      onMessage: (listener) => void listeners.push(listener),
    });
  },
  load: async (path, sha256) => void (await engine.load({ path, sha256, threads: 1 })),
  useBackend: (request) => engine.useBackend(request),
  // What the final vectors predict, in full digits: another backend must give the same.
  run: async (text) =>
    (await engine.run({ text })).likeliest.flatMap((list) => list.map(({ probability }) => probability)),
};
Object.assign(globalThis, { page });
