import * as vscode from 'vscode';
import { defaultModel } from '../../shared/defaultModel';
import type { EncodingName } from '../../shared/engine';
import { isNote } from '../../shared/engineProcess';
import { gpuFiles, gpuFolder } from '../../shared/gpuFiles';
import type { ModelWanted, WorkerStart } from '../../shared/webWorker';
import type { WorkerProcess } from '../engineWorker';
import { defaultPath } from '../modelsView/found';
import { besides } from './addresses';
import { WantedModels } from './wantedModels';

const script = 'dist/web/worker.js';
const encodings: readonly EncodingName[] = ['o200k_base', 'cl100k_base', 'r50k_base'];

/** Starts the engine in a Web Worker. Like a process, it returns all its memory when it ends. */
export function startEngineWorker(extension: vscode.Uri): WorkerProcess {
  const messages: ((message: unknown) => void)[] = [];
  const ends: ((how: string) => void)[] = [];
  const ending = new AbortController();
  const models = new WantedModels(ending.signal);
  let isEnded = false;
  const ended = (how: string) => {
    if (!isEnded) for (const listener of ends) listener(how);
    isEnded = true;
  };
  const starting = start(extension, ending.signal).then((worker) => {
    worker.onmessage = ({ data, ports }: MessageEvent<unknown>) => {
      const [port] = ports;
      if (port && isWanted(data)) return void models.give(data.wanted, port);
      for (const listener of messages) listener(data);
    };
    worker.onerror = () => {
      // A failed worker would live on, with all its memory.
      ending.abort();
      ended('its worker failed');
    };
    return worker;
  });
  starting.catch((error: unknown) =>
    ended(`its worker could not be started, ${error instanceof Error ? error.name : 'for an unknown reason'}`),
  );
  // Keeps the order: messages from before the start are posted before later ones.
  const whenStarted = (act: (worker: Worker) => void) => starting.then(act, () => undefined);
  return {
    post: (message) => void whenStarted((worker) => worker.postMessage(message)),
    onMessage: (listener) => void messages.push(listener),
    onNote: (listener) => void messages.push((message) => isNote(message) && listener(message)),
    onEnd: (listener) => void ends.push(listener),
    async terminate() {
      ending.abort();
      ended('its worker was ended');
    },
  };
}

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
  worker.postMessage({
    runtime: {
      mjs: beside('dist/node/ort-wasm-simd-threaded.mjs'),
      wasm: beside('dist/node/ort-wasm-simd-threaded.wasm'),
    },
    gpu: gpuFiles((file) => beside(`${gpuFolder}/${file}`)),
    ranks: Object.fromEntries(encodings.map((name) => [name, beside(`dist/web/${name}.js`)])) as Record<
      EncodingName,
      string
    >,
    models: {
      [defaultPath(extension.fsPath)]: {
        address: beside(defaultModel.path),
        bytes: defaultModel.bytes,
        sha256: defaultModel.sha256,
      },
    },
  } satisfies WorkerStart);
  return worker;
}

const isWanted = (message: unknown): message is ModelWanted =>
  typeof message === 'object' && message !== null && 'wanted' in message;
