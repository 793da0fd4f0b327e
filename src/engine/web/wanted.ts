import { EngineError } from '../../shared/errors';
import type { GivenModel, ModelAnswer, ModelWanted } from '../../shared/webWorker';

/** Asks the extension for a model's files. Rejects with the `EngineError` that says why there are none. */
export function askForModel(path: string): Promise<GivenModel> {
  const { port1: here, port2: there } = new MessageChannel();
  return new Promise((resolve, reject) => {
    here.onmessage = ({ data }: MessageEvent<ModelAnswer>) => {
      here.close();
      if ('refused' in data) reject(new EngineError(data.refused.code, data.refused.message));
      else resolve(data);
    };
    (self as DedicatedWorkerGlobalScope).postMessage({ wanted: path } satisfies ModelWanted, [there]);
  });
}
