import type { WorkerProcess } from '../extension/engineWorker';
import type { ReadModel } from '../extension/web/wantedModels';
import { workerProcess } from '../extension/web/workerProcess';
import { defaultModel } from '../shared/defaultModel';
import { encodings, type EncodingName } from '../shared/engine';
import { gpuFiles } from '../shared/gpu';
import type { WorkerStart } from '../shared/webWorker';
import { addressOf, modelFile } from './files';

/** Starts the engine in a Web Worker of this page. `read` gives the files that a person dropped. */
export const startEngine = (read: ReadModel): WorkerProcess =>
  workerProcess(async (signal) => {
    const worker = new Worker(addressOf('engine/worker.js'));
    signal.addEventListener('abort', () => worker.terminate());
    worker.postMessage({
      runtime: {
        mjs: addressOf('engine/ort-wasm-simd-threaded.mjs'),
        wasm: addressOf('engine/ort-wasm-simd-threaded.wasm'),
      },
      gpu: gpuFiles((file) => addressOf(`gpu/${file}`)),
      ranks: Object.fromEntries(encodings.map((name) => [name, addressOf(`engine/${name}.js`)])) as Record<
        EncodingName,
        string
      >,
      models: {
        [modelFile]: { address: addressOf(modelFile), bytes: defaultModel.bytes, sha256: defaultModel.sha256 },
      },
    } satisfies WorkerStart);
    return worker;
  }, read);
