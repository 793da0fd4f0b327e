import type { Signal } from '../../shared/engine';
import type { VectorBits } from '../../shared/model';
import { said, type Said } from '../../shared/said';
import { Directions } from '../directions/directions';
import { MatrixPass } from '../directions/matrixPass';
import type { Outputs } from '../directions/rowsPass';
import { Team } from '../kernels/team';
import type { KernelBuild } from '../platform/platform';
import type { InputEmbedding } from '../trunk/inputEmbedding';
import { KernelLayers } from '../trunk/kernelLayers';
import { KernelTrunk } from '../trunk/kernelTrunk';
import type { LayersInFile } from '../trunk/layerSteps';
import type { HomeTrunk, TrunkControl } from '../trunk/trunk';
import type { EmbeddingMatrix } from '../weights/embedding';

export interface LayersToCompute extends LayersInFile {
  readonly inputEmbedding: InputEmbedding;
}

/** The backend that computes a model. Closing it releases everything it made. */
export interface Compute {
  readonly threads: number;
  readonly requestedThreads: number;
  readonly vectorBits?: VectorBits;
  /** Absent where our kernels do not compute. */
  readonly build?: KernelBuild;
  readonly sameBits?: boolean;
  /** A sentence that the user should see for every model that it computes. */
  readonly notice?: Said;
  /** Loads a matrix to search, into memory or to be read from the file on every search. */
  directions(
    matrix: EmbeddingMatrix,
    inFile: boolean,
    outputs: Outputs,
    signal: Signal | undefined,
    onFraction: (fraction: number) => void,
  ): Promise<Directions>;
  trunk(parts: LayersToCompute, control: TrunkControl): Promise<HomeTrunk>;
  close(): Promise<void>;
}

/** `sameBits`: as in `LoadRequest`. */
export type StartCompute = (threads: number, sameBits?: boolean) => Promise<Compute>;

const sameBitsNotice = said`On WASM, this model is computed with instructions that give the same bits on every processor (vectorscope.sameBits, --same-bits).`;

/** Computes with our own kernels, in threads. */
export async function startKernels(threads: number, sameBits = false): Promise<Compute> {
  const team = await Team.start(threads, sameBits ? 'plain' : undefined);
  return {
    threads: team.threads,
    requestedThreads: threads,
    vectorBits: team.vectorBits,
    build: team.build,
    ...(sameBits && { sameBits, notice: sameBitsNotice }),
    directions: async (matrix, inFile, outputs, signal, onFraction) =>
      new Directions(
        await MatrixPass.load(team, matrix, inFile, outputs, signal, onFraction),
        matrix,
        outputs.bias ?? null,
      ),
    trunk: async (parts, control) =>
      new KernelTrunk(await KernelLayers.load(team, parts, control), parts.inputEmbedding),
    close: () => team.close(),
  };
}
