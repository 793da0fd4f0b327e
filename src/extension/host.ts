import type * as vscode from 'vscode';
import type { WorkerProcess } from './engineWorker';
import type { FoundModel } from './modelsView/found';

/**
 * What the extension needs of its host beside the editor's own interface. `#host` is one of two: that of Node in `node/`, or in the bundle
 * for browsers that of a Web Worker in `web/`; which one is the manifest's `imports`.
 */
export interface Host {
  readonly kind: 'node' | 'browser';
  /** Begins to measure; gives the milliseconds since, without the time that other programs took where the host can tell. */
  stopwatch(): () => number;
  /** A name that tells machines apart, for what is remembered of one. */
  machine(): string;
  /** `extension` is the folder of the extension. */
  startEngine(extension: vscode.Uri): WorkerProcess;
  /** Where a file is saved that belongs to nothing. */
  home(): vscode.Uri;
  /** Bytes of a model's file, or of the weights in its folder; null where that is not known. */
  bytesOf(path: string): Promise<number | null>;
  /** Looks for models where other programs keep theirs; null where there is no disk to look on. */
  findModels(): Promise<readonly FoundModel[] | null>;
}
