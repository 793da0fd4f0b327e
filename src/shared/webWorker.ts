import type { EncodingName } from './engine';

/** The first message to the engine's Web Worker, which cannot find files by itself. All are addresses that `fetch` takes. */
export interface WorkerStart {
  readonly runtime: { readonly mjs: string; readonly wasm: string };
  /** The GPU's worker, and its own build of the runtime. */
  readonly gpu: { readonly script: string; readonly mjs: string; readonly wasm: string };
  readonly ranks: Readonly<Record<EncodingName, string>>;
  /** Model files by the path that a load names. */
  readonly models: Readonly<Record<string, RemoteFile>>;
}

export interface RemoteFile {
  readonly address: string;
  /** Not every server says it. */
  readonly bytes: number;
}
