import type * as vscode from 'vscode';
import type { Download } from '../shared/panel';
import type { WorkerProcess } from './engineWorker';
import type { FoundModel } from './modelPath';

/**
 * The extension's host, beyond the editor's own interface. `#host` is Node's in `node/`, or in the bundle for browsers
 * that of a Web Worker in `web/`; the manifest's `imports` chooses.
 */
export interface Host {
  readonly kind: 'node' | 'web';
  /** Whether threads can share memory. */
  canShare(): boolean;
  /** Starts a stopwatch. It gives milliseconds, without the time of other programs if the host can tell. */
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
   * The path or address of a chosen file or folder; for one of several files of a model its folder. Throws an
   * `EngineError` if it cannot be read from here.
   */
  placeOf(chosen: vscode.Uri): string;
  /** The path or address of one file, whatever it is a part of. Throws as `placeOf` does. */
  fileOf(uri: vscode.Uri): string;
  /**
   * Bytes of a model's file, or of the weights in its folder; null if that is not known. Rejects with an `EngineError`
   * if the model certainly cannot be loaded.
   */
  bytesOf(path: string): Promise<number | null>;
  /** The length and the server of a model that has to be downloaded before it is loaded; null for all others. */
  downloadOf(path: string): Promise<Pick<Download, 'bytes' | 'from'> | null>;
  /** Whether the header of a file can be read without all of it. */
  readonly readsHeaders: boolean;
  /**
   * Looks for models in the folders of other programs; null if there is no disk. Resolves once the signal is aborted,
   * with those that were found until then.
   */
  readonly findModels: ((signal: AbortSignal) => Promise<readonly FoundModel[]>) | null;
}
