import type { Signal } from '../../../shared/engine';
import { EngineError } from '../../../shared/errors';
import type { GivenModel, ModelAnswer, ModelWanted } from '../../../shared/webWorker';

/** Asks the extension for a model's files. Rejects with the `EngineError` of its refusal. */
export function askForModel(path: string, signal: Signal): Promise<GivenModel> {
  const { port1: here, port2: there } = new MessageChannel();
  // The extension answers with a refusal.
  const giveUp = () => here.postMessage(null);
  signal.addEventListener('abort', giveUp);
  return new Promise((resolve, reject) => {
    here.onmessage = ({ data }: MessageEvent<ModelAnswer>) => {
      signal.removeEventListener('abort', giveUp);
      here.close();
      if ('refused' in data) reject(new EngineError(data.refused.code, data.refused.message));
      else resolve(data);
    };
    (self as DedicatedWorkerGlobalScope).postMessage({ wanted: path } satisfies ModelWanted, [there]);
  });
}
