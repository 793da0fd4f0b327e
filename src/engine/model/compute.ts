import type { Signal } from '../../shared/engine';
import type { Architecture } from '../architecture/architecture';
import type { Hyperparameters } from '../architecture/hyperparameters';
import { Directions } from '../directions/directions';
import { MatrixPass } from '../directions/matrixPass';
import type { Outputs } from '../directions/rowsPass';
import { Team } from '../kernels/team';
import type { Graph } from '../onnx/graph';
import type { Session } from '../onnx/runtime';
import { pause } from '../tasks/pause';
import type { InputEmbedding } from '../trunk/inputEmbedding';
import { KernelLayers } from '../trunk/kernelLayers';
import { KernelTrunk } from '../trunk/kernelTrunk';
import { layerGraphs, SessionTrunk, type LayerGraphs } from '../trunk/sessionTrunk';
import type { HomeTrunk, TrunkControl } from '../trunk/trunk';
import type { EmbeddingMatrix } from '../weights/embedding';
import type { Weights } from '../weights/weights';

export interface LayerParts {
  readonly architecture: Architecture;
  readonly model: Hyperparameters;
  readonly weights: Weights;
  readonly inputEmbedding: InputEmbedding;
}

/** The backend that computes a model. Closing it releases everything it made. */
export interface Compute {
  readonly kind: 'kernels' | 'onnx';
  readonly threads: number;
  /** Threads that were requested. */
  readonly requestedThreads: number;
  /** Loads a matrix to search, into memory or to be read from the file on every search. */
  directions(
    matrix: EmbeddingMatrix,
    inFile: boolean,
    outputs: Outputs,
    signal: Signal | undefined,
    onFraction: (fraction: number) => void,
  ): Promise<Directions>;
  trunk(parts: LayerParts, control: TrunkControl): Promise<HomeTrunk>;
  close(): Promise<void>;
}

/** Computes with our own kernels, in threads. */
export async function startKernels(threads: number): Promise<Compute> {
  const team = await Team.start(threads);
  return {
    kind: 'kernels',
    threads: team.threads,
    requestedThreads: threads,
    directions: async (matrix, inFile, outputs, signal, onFraction) =>
      new Directions(
        await MatrixPass.load(team, matrix, inFile, outputs, signal, onFraction),
        matrix,
        outputs.bias ?? null,
      ),
    async trunk({ architecture, model, weights, inputEmbedding }, control) {
      return new KernelTrunk(await KernelLayers.load(team, architecture, model, weights, control), inputEmbedding);
    },
    close: () => team.close(),
  };
}

/** Computes with the ONNX Runtime's WebAssembly build: slower and with more memory, but independent of our kernels. */
export async function startRuntime(threads: number): Promise<Compute> {
  const [{ createSession, useThreads }, { GraphPass }] = await Promise.all([
    import('../onnx/runtime'),
    import('../directions/graphPass'),
  ]);
  useThreads(threads);
  const made: { release(): Promise<void> | void }[] = [];
  return {
    kind: 'onnx',
    threads,
    requestedThreads: threads,
    async directions(matrix, _inFile, outputs) {
      const pass = await GraphPass.load(matrix, outputs);
      made.push(pass);
      return new Directions(pass, matrix, outputs.bias ?? null);
    },
    async trunk({ architecture, model, weights, inputEmbedding }, { signal, onFraction }) {
      const graphs = layerGraphs(architecture, model, weights, inputEmbedding);
      const sessions = await sessionsOf(graphs, createSession, signal, onFraction);
      made.push(...sessions);
      return new SessionTrunk(graphs, sessions);
    },
    close: async () => void (await Promise.allSettled(made.map((one) => one.release()))),
  };
}

type CreateSession = (graph: Graph) => Promise<Session>;

/** Creates WebAssembly sessions for all layers. If one fails, the others are released. */
export async function sessionsOf(
  graphs: LayerGraphs,
  createSession: CreateSession,
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
    await Promise.allSettled(sessions.map((session) => session.release()));
    throw error;
  }
}
