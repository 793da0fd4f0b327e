import { rmsNormed, type Architecture } from './architecture';
import { gatedLayer } from './llama';
import { plainFrequencies, rotaryOf } from './rotary';

/** Every fourth layer of OLMo 3 has full attention. */
const globalPeriod = 4;

/**
 * OLMo 2 (2025, arXiv:2501.00656): as Llama, with a norm after each part in place of the one before it, and one of all
 * queries of a position, and of all keys. OLMo 3 (2025, arXiv:2512.13961) adds a sliding window to three layers of
 * four, which keep their rotary frequencies where those of the fourth are scaled for longer texts.
 */
export const olmo2: Architecture = {
  ...rmsNormed,
  name: 'olmo2',

  hyperparameters(header) {
    const sizes = header.sizes();
    header.repeats('attention.sliding_window_pattern', sizes.layers, globalPeriod);
    const far = rotaryOf(header, sizes.headSize);
    const base = header.base('rope.freq_base_swa', far.base);
    const near = { ...far, base, attentionFactor: 1, frequencies: plainFrequencies(base, 2 * far.frequencies.length) };
    const window = header.window('attention.sliding_window', 0);
    const full = { window: Infinity, rotary: far };
    return {
      ...sizes,
      epsilon: header.epsilon('attention.layer_norm_rms_epsilon'),
      attention: window === Infinity ? [full] : [full, { window, rotary: near }],
    };
  },

  layer: (b, residual, index) =>
    gatedLayer(b, residual, index, {
      headNorms: 'together',
      kind: (index + 1) % globalPeriod === 0 ? 0 : b.model.attention.length - 1,
      norms: 'after',
    }),
};
