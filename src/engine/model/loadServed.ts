import type { ModelInfo, Progress, Signal } from '../../shared/engine';
import type { LoadRequest } from '../../shared/model';
import type { ServerRequest } from '../../shared/server';
import { connectServer } from '../servers/connect';
import type { StartCompute } from './compute';
import { loadModel, type ModelAndInfo } from './load';
import type { MemoryLimits } from './memory';
import { pair } from './pair';
import { RemoteModel } from './remoteModel';

/** Share of a load that connecting takes; the matrices take the rest. */
const connected = 0.05;

/**
 * Loads the matrices of a model whose layers a server runs, and checks that both are the same model. Throws
 * `EngineError('server-failed')` if the server cannot be asked and `EngineError('server-mismatch')` if it runs another
 * model.
 */
export async function loadServed(
  request: LoadRequest,
  asked: ServerRequest & { readonly matrices: string },
  signal: Signal | undefined,
  onProgress: (progress: Progress) => void,
  limits: MemoryLimits,
  computes: readonly StartCompute[],
): Promise<ModelAndInfo> {
  const control = signal ? { signal } : {};
  const server = await connectTo(asked, signal, onProgress);
  const { threads, sameBits, name } = request;
  const file = { path: asked.matrices, geometryOnly: true, getsHidden: true, ...(threads && { threads }) } as const;
  const { model, info } = await loadModel(
    { ...file, ...(name !== undefined && { name }), ...(sameBits !== undefined && { sameBits }) },
    signal,
    ({ stage, fraction }) => onProgress({ stage, fraction: connected + fraction * (1 - connected) }),
    limits,
    computes,
  );
  try {
    const served = model.withServer(await pair(model, server, control));
    return { model: served, info: served.describe(info.checks) };
  } catch (error) {
    await model.release();
    throw error;
  }
}

/** Connects to a server without any file of its model. Throws `EngineError('server-failed')`. */
export async function loadRemote(
  { name }: Pick<LoadRequest, 'name'>,
  asked: ServerRequest,
  signal: Signal | undefined,
  onProgress: (progress: Progress) => void,
): Promise<{ readonly model: RemoteModel; readonly info: ModelInfo }> {
  const model = new RemoteModel(await connectTo(asked, signal, onProgress), name);
  return { model, info: model.describe() };
}

function connectTo(asked: ServerRequest, signal: Signal | undefined, onProgress: (progress: Progress) => void) {
  const fraction = connected / 2;
  return connectServer(asked, {
    ...(signal && { signal }),
    onProgress: () => onProgress({ stage: 'connect', fraction }),
  });
}
