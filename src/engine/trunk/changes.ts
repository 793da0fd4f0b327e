import type { InputEmbedding } from './inputEmbedding';
import type { LayersInFile } from './layerSteps';

/** Tensors that a run takes from elsewhere. */
export interface LayerChanges {
  /** The same layers with the changes in place. The matrices and vectors that are not changed are the trunk's own. */
  readonly file: LayersInFile;
  /** Another input of the first layer. */
  readonly inputEmbedding?: InputEmbedding;
  /** The first layer that runs, 0 to the number of layers. The residuals up to it are the unchanged trunk's. */
  readonly from: number;
}
