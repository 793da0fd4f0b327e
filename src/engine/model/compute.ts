import type { Signal } from '../../shared/engine';
import type { Architecture } from '../architecture/architecture';
import type { Hyperparameters } from '../architecture/hyperparameters';
import { Directions } from '../directions/directions';
import { MatrixPass } from '../directions/matrixPass';
import type { Outputs } from '../directions/rowsPass';
import { Team } from '../kernels/team';
import type { InputEmbedding } from '../trunk/inputEmbedding';
import { KernelLayers } from '../trunk/kernelLayers';
import { KernelTrunk } from '../trunk/kernelTrunk';
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
  readonly threads: number;
  readonly requestedThreads: number;
  /** What a person should know of every model that it computes. */
  readonly notice?: string;
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

export type StartCompute = (threads: number) => Promise<Compute>;

/** Computes with our own kernels, in threads. */
export async function startKernels(threads: number): Promise<Compute> {
  const team = await Team.start(threads);
  return {
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
