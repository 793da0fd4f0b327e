import { rmsNormed, type Architecture } from './architecture';
import { gatedLayer } from './llama';
import { rotaryHyperparameters } from './rotary';

/**
 * Qwen 3 (Yang et al. 2025, arXiv:2505.09388): as Llama, with a norm on each head of q and k, and a head size that is
 * independent of the width.
 */
export const qwen3: Architecture = {
  ...rmsNormed,
  name: 'qwen3',
  hyperparameters: (header) => rotaryHyperparameters(header),
  layer: (b, residual, index) => gatedLayer(b, residual, index, { headNorms: true }),
};
