import type { EncodingName } from './engine';
import type { ErrorCode } from './errors';
import type { GpuFiles } from './gpu';

/**
 * The first message to the engine's Web Worker, which cannot find files by itself. All are addresses that `fetch`
 * takes.
 */
export interface WorkerStart {
  readonly gpu: GpuFiles;
  readonly ranks: Readonly<Record<EncodingName, string>>;
  /** Model files by the path that a load names. */
  readonly models: Readonly<Record<string, KeptFile>>;
}

export interface RemoteFile {
  readonly address: string;
  /** Not every server says it. */
  readonly bytes: number;
}

/** One that the browser keeps, under its hash in lower-case hex. */
export interface KeptFile extends RemoteFile {
  readonly sha256: string;
}

/**
 * The worker asks for a model that only the extension can read, by the path that a load names. The answer goes to the
 * port that comes with the message. Any message from that port cancels the request.
 */
export interface ModelWanted {
  readonly wanted: string;
}

export type ModelAnswer = GivenModel | { readonly refused: { readonly code: ErrorCode; readonly message: string } };

/** A model's files, whose bytes are moved to the worker. */
export interface GivenModel {
  /** Where it lies for the engine: absolute, with forward slashes. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
}
