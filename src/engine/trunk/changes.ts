import { modelUnsupported, type EngineError } from '../../shared/errors';
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

/** The error of a run with changes where the layers do not run on our own kernels. */
export const unchangeable = (): EngineError =>
  modelUnsupported`The layers of this model do not run on Vectorscope’s own kernels, so its runs cannot be changed. Choose another model.`;
