import { rmsNormed, type Architecture } from './architecture';
import { gatedLayer } from './llama';
import { gatedByHalf } from './phi3';
import { rotaryHyperparameters } from './rotary';

/**
 * GLM 4 of 2025 (Zhipu AI): a norm before and after each part, as Gemma 2 has, rotary positions on neighbouring rows of
 * a part of each head, and gate and up in one matrix.
 */
export const glm4: Architecture = {
  ...rmsNormed,
  name: 'glm4',

  hyperparameters: (header) => rotaryHyperparameters(header, { interleaved: true }),

  layer: (b, residual, index) =>
    gatedLayer(b, residual, index, { norms: 'around', neurons: (x) => gatedByHalf(b, x, `blk.${index}.ffn_up`) }),
};
