import { rmsNormed, type Architecture } from './architecture';
import { gatedLayer, rotaryDivisors } from './llama';
import { rotaryOf } from './rotary';

/** If there is a window, every fourth layer has none. */
const globalPeriod = 4;
/** llama.cpp takes a file of so many layers to have one, even if it does not say so. */
const layersOf32B = 64;

/**
 * EXAONE 4 (LG AI Research 2025, arXiv:2507.11407): as OLMo 2, with a norm on each head of q and k. The large model has
 * a sliding window in three layers of four, and no rotary positions in the fourth.
 */
export const exaone4: Architecture = {
  ...rmsNormed,
  name: 'exaone4',
  outside: [rotaryDivisors],

  hyperparameters(header) {
    const sizes = header.sizes();
    header.repeats('attention.sliding_window_pattern', sizes.layers, globalPeriod);
    const window = header.window('attention.sliding_window', sizes.layers === layersOf32B ? 4096 : 0);
    const rotated = { window, rotary: rotaryOf(header, sizes.headSize, { divisors: rotaryDivisors }) };
    return {
      ...sizes,
      epsilon: header.epsilon('attention.layer_norm_rms_epsilon'),
      attention: window === Infinity ? [rotated] : [rotated, { window: Infinity, rotary: null }],
    };
  },

  layer: (b, residual, index) =>
    gatedLayer(b, residual, index, {
      headNorms: true,
      kind: (index + 1) % globalPeriod === 0 ? b.model.attention.length - 1 : 0,
      norms: 'after',
    }),
};
