import { defaultModel } from '../../shared/defaultModel';
import { encodings } from '../../shared/engine';
import { isNote } from '../../shared/engineProcess';
import { gpuFiles } from '../../shared/gpu';
import type { ModelWanted, WorkerStart } from '../../shared/webWorker';
import type { WorkerProcess } from '../engineWorker';
import { WantedModels, type ReadModel } from './wantedModels';

/**
 * Derives the addresses of an extension's other files from the address of one. Some editors put the file's path into
 * the path of the address, some into its query. Throws if the address does not contain the file's path.
 */
export function besides(address: string, file: string): (other: string) => string {
  const forms = [
    (path: string) => path,
    encodeURIComponent,
    (path: string) => encodeURIComponent(encodeURIComponent(path)),
  ];
  const form = forms.find((candidate) => address.includes(candidate(file)));
  if (!form) throw new Error('The address of the extension does not name its file.');
  const at = address.lastIndexOf(form(file));
  return (other) => address.slice(0, at) + form(other) + address.slice(at + form(file).length);
}

/**
 * The engine in a Web Worker. Like a process, it returns all its memory when it ends. `start` makes the worker and
 * posts its first message; its signal cancels the start and ends the worker. `read` gives the files of a model that the
 * worker cannot fetch by itself.
 */
export function workerProcess(start: (signal: AbortSignal) => Promise<Worker>, read: ReadModel): WorkerProcess {
  const messages: ((message: unknown) => void)[] = [];
  const ends: ((how: string) => void)[] = [];
  const ending = new AbortController();
  const models = new WantedModels(ending.signal, read);
  let isEnded = false;
  const ended = (how: string) => {
    if (!isEnded) for (const listener of ends) listener(how);
    isEnded = true;
  };
  const starting = start(ending.signal).then((worker) => {
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

const isWanted = (message: unknown): message is ModelWanted =>
  typeof message === 'object' && message !== null && 'wanted' in message;

/** The first message to the worker. The functions return the addresses of files by their names. */
export const workerStart = (
  { ranks, gpu }: Readonly<Record<'ranks' | 'gpu', (file: string) => string>>,
  model: { readonly path: string; readonly address: string },
): WorkerStart => ({
  gpu: gpuFiles(gpu),
  ranks: Object.fromEntries(encodings.map((name) => [name, ranks(`${name}.js`)])) as WorkerStart['ranks'],
  models: { [model.path]: { address: model.address, bytes: defaultModel.bytes, sha256: defaultModel.sha256 } },
});
