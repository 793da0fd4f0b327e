import type { Signal } from '../../../shared/engine';
import { said } from '../../../shared/said';
import { Directions } from '../../directions/directions';
import type { Compute } from '../../model/compute';
import { pause } from '../../tasks/pause';
import type { Graph } from './graph';
import type { FindRuntime, Session } from './runtime';
import { layerGraphs, SessionTrunk, type LayerGraphs } from './sessionTrunk';

const notice = said`The engine’s own kernels gave wrong numbers on this machine, so ONNX Runtime computes the model. It is slower and takes more memory. Please report this and say which processor you have.`;

/** Computes with the ONNX Runtime's WebAssembly build: slower and with more memory, but independent of our kernels. */
export async function startRuntime(threads: number, find: FindRuntime): Promise<Compute> {
  const [{ createSession, useRuntime }, { GraphPass }] = await Promise.all([
    import('./runtime'),
    import('./graphPass'),
  ]);
  useRuntime(threads, find);
  const made: { release(): Promise<void> | void }[] = [];
  return {
    threads,
    requestedThreads: threads,
    notice,
    async directions(matrix, _inFile, outputs) {
      const pass = await GraphPass.load(matrix, outputs);
      made.push(pass);
      return new Directions(pass, matrix, outputs.bias ?? null);
    },
    async trunk(parts, { signal, onFraction }) {
      const graphs = layerGraphs(parts);
      const sessions = await sessionsOf(graphs, createSession, signal, onFraction);
      made.push(...sessions);
      return new SessionTrunk(graphs, sessions);
    },
    close: () => releaseAll(made),
  };
}

/** Creates WebAssembly sessions for all layers. If one fails, the others are released. */
export async function sessionsOf(
  graphs: LayerGraphs,
  createSession: (graph: Graph) => Promise<Session>,
  signal: Signal | undefined,
  onFraction?: (fraction: number) => void,
): Promise<Session[]> {
  const sessions: Session[] = [];
  try {
    for (const graph of graphs.graphs('wasm')) {
      sessions.push(await createSession(graph));
      onFraction?.(sessions.length / graphs.count);
      await pause(signal);
    }
    return sessions;
  } catch (error) {
    await releaseAll(sessions);
    throw error;
  }
}

export const releaseAll = async (made: readonly { release(): Promise<void> | void }[]): Promise<void> =>
  void (await Promise.allSettled(made.map((one) => one.release())));
