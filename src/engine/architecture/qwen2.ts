import { rmsNormed, type Architecture } from './architecture';
import { gatedLayer } from './llama';
import { rotaryHyperparameters } from './rotary';

/** Qwen 2 and 2.5 (Yang et al. 2024, arXiv:2407.10671): as Llama, with biases on q, k and v. */
export const qwen2: Architecture = {
  ...rmsNormed,
  name: 'qwen2',
  hyperparameters: (header) => rotaryHyperparameters(header),
  layer: gatedLayer,
};
