import type * as vscode from 'vscode';
import type { WorkerProcess } from './engineWorker';
import type { FoundModel } from './modelsView/found';

/**
 * What the extension needs of its host beside the editor's own interface. `#host` is one of two: that of Node in
 * `node/`, or in the bundle for browsers that of a Web Worker in `web/`; which one is the manifest's `imports`.
 */
export interface Host {
  readonly kind: 'node' | 'web';
  /** Whether threads can share memory. */
  canShare(): boolean;
  /**
   * Begins to measure; gives the milliseconds since, without the time that other programs took where the host can tell.
   */
  stopwatch(): () => number;
  /** The machine's name: some values are remembered for each machine. */
  machine(): string;
  /**
   * `extension` is the folder of the extension. An engine for headers gets less memory than one that holds a model, and
   * yields to it.
   */
  startEngine(extension: vscode.Uri, task: 'model' | 'headers'): WorkerProcess;
  /** The folder for saving a file that belongs to no document. */
  home(): vscode.Uri;
  /** Whether a text can name a model's file or folder: an absolute path, in a browser also an address. */
  isPlace(text: string): boolean;
  /**
   * What names a file or folder that a person chose, a folder for one of the files that make a model together. Throws
   * an `EngineError` for what cannot be read from here.
   */
  placeOf(chosen: vscode.Uri): string;
  /**
   * Bytes of a model's file, or of the weights in its folder; null where that is not known. Rejects with an
   * `EngineError` where it is seen already that they cannot be loaded.
   */
  bytesOf(path: string): Promise<number | null>;
  /** Whether a model is fetched before its first load, and kept for the next. */
  fetches(path: string): boolean;
  /** Whether the header of a file can be read without all of it. */
  readonly readsHeaders: boolean;
  /** Looks for models in the folders of other programs; null if there is no disk. */
  readonly findModels: (() => Promise<readonly FoundModel[]>) | null;
}
