import type { WorkerProcess } from '../extension/engineWorker';
import type { ReadModel } from '../extension/web/wantedModels';
import { workerProcess, workerStart } from '../extension/web/workerProcess';
import { addressOf, modelFile } from './files';

/** Starts the engine in a Web Worker of this page. `read` gives the files that a person dropped. */
export const startEngine = (read: ReadModel): WorkerProcess =>
  workerProcess(async (signal) => {
    const worker = new Worker(addressOf('engine/worker.js'));
    signal.addEventListener('abort', () => worker.terminate());
    const ranks = (file: string) => addressOf(`engine/${file}`);
    const gpu = (file: string) => addressOf(`onnx/${file}`);
    const model = { path: modelFile, address: addressOf(modelFile) };
    worker.postMessage(workerStart({ ranks, gpu }, model));
    return worker;
  }, read);
