import { rmsNormed, type Architecture } from './architecture';
import { gatedLayer } from './llama';
import { rotaryHyperparameters } from './rotary';

/**
 * OLMoE (Muennighoff et al. 2024, arXiv:2409.02060): as Llama, with a norm of all queries of a position, and of all
 * keys, and a mixture of experts whose probabilities are not normalised.
 */
export const olmoe: Architecture = {
  ...rmsNormed,
  name: 'olmoe',
  hyperparameters: (header) => ({
    ...rotaryHyperparameters(header),
    ...header.experts(false),
  }),
  layer: (b, residual, index) => gatedLayer(b, residual, index, { headNorms: 'together' }),
};
