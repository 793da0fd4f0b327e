import type { Head } from '../../shared/attention';
import { modelUnsupported, outOfRange } from '../../shared/errors';
import { mixerOf, type Hyperparameters } from '../architecture/hyperparameters';
import type { Model } from '../model/model';
import { headQuery, headsOf, headWeights, type LayerHeads, type Positions } from '../trunk/heads';
import { plainProducts, type MatrixProducts } from '../trunk/products';
import type { TrunkStore } from '../trunk/trunk';
import { isWithin } from './limits';

/** Products with the matrices of a layer, on the kernels if they hold them. */
export const productsOf = (model: Model, layer: number): MatrixProducts =>
  model.trunk.home.products?.(layer) ?? plainProducts(model.weights);

/** The attention of one layer of a model, head by head, at some positions of a text that was run. */
export const layerHeads = (model: Model, layer: number, store: TrunkStore, positions: Positions): LayerHeads =>
  headsOf(model.inFile, layer, store, positions, productsOf(model, layer));

/** The weights of one head alone, a row a position. */
export const weightsOfHead = (model: Model, head: Head, store: TrunkStore, positions: Positions): Float64Array[] =>
  headWeights(model.inFile, head, store, positions, productsOf(model, head.layer));

/** The query of one head alone at a position, its keys and their weights. */
export const queryOfHead = (model: Model, head: Head, store: TrunkStore, position: number) =>
  headQuery(model.inFile, head, store, position, productsOf(model, head.layer));

/** Throws `EngineError('bad-request')` if the model has no such layer. */
export function checkLayer(layer: number, { layers }: Hyperparameters): void {
  if (!isWithin(layer, layers)) throw outOfRange('layer', layer, `0 to ${layers - 1}`);
}

/** Throws an `EngineError` if the model has no such head. */
export function checkHead({ layer, head }: Head, model: Hyperparameters): void {
  checkLayer(layer, model);
  const first = model.mixers?.indexOf('attention') ?? 0;
  if (mixerOf(model, layer) === 'convolution')
    throw modelUnsupported`Layer ${layer} has a convolution in place of attention, so it has no heads. Layer ${first} has.`;
  if (mixerOf(model, layer) === 'recurrence')
    throw modelUnsupported`Layer ${layer} has a recurrence in place of attention, so it has no heads. Layer ${first} has.`;
  if (!isWithin(head, model.heads)) throw outOfRange('head', head, `0 to ${model.heads - 1}`);
}
