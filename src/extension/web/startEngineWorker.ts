import * as vscode from 'vscode';
import { defaultModel } from '../../shared/defaultModel';
import { onnxFolder } from '../../shared/gpu';
import type { WorkerProcess } from '../engineWorker';
import { defaultPath } from '../modelPath';
import { readModel } from './modelFiles';
import { besides, workerProcess, workerStart } from './workerProcess';

const script = 'dist/web/worker.js';

export const startEngineWorker = (extension: vscode.Uri): WorkerProcess =>
  workerProcess((signal) => start(extension, signal), readModel);

/** The signal cancels the start and ends the worker. */
async function start(extension: vscode.Uri, signal: AbortSignal): Promise<Worker> {
  // The host rewrites the extension's addresses so that a worker can fetch them, but only for its own requests, and
  // only for the text of scripts.
  const answer = await fetch(vscode.Uri.joinPath(extension, script).toString(), { signal });
  if (!answer.ok) throw new Error(`The engine's script was answered with the status ${answer.status}.`);
  const beside = besides(answer.url, script);
  const text = await answer.text();
  signal.throwIfAborted();
  const address = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const worker = new Worker(address);
  signal.addEventListener('abort', () => {
    worker.terminate();
    // Not earlier: in a worker host the editor creates the worker later, on another thread.
    URL.revokeObjectURL(address);
  });
  worker.postMessage(
    workerStart(
      {
        ranks: (file) => beside(`dist/web/${file}`),
        gpu: (file) => beside(`${onnxFolder}/${file}`),
      },
      { path: defaultPath(extension.fsPath), address: beside(defaultModel.path) },
    ),
  );
  return worker;
}
