import { rmsNormed, type Architecture } from './architecture';
import { gatedLayer } from './llama';
import { rotaryOf } from './rotary';

/**
 * gpt-oss (OpenAI 2025, arXiv:2508.10925): mixtures with clamped gates, and a sink for each head. Layers alternate
 * between a sliding window and full attention, all with YaRN. The second norm of a layer has another name in its files.
 */
export const gptoss: Architecture = {
  ...rmsNormed,
  name: 'gpt-oss',
  ofFeedForward: ['post_attention_norm'],

  hyperparameters(header) {
    const sizes = header.sizes();
    header.repeats('attention.sliding_window_pattern', sizes.layers, 2);
    const rotary = rotaryOf(header, sizes.headSize);
    const { experts, feedForward } = header.experts(true);
    return {
      ...sizes,
      epsilon: header.epsilon('attention.layer_norm_rms_epsilon'),
      attention: [header.window('attention.sliding_window'), Infinity].map((window) => ({ window, rotary })),
      feedForward,
      experts: { ...experts, gates: 'clamped' },
      hasSinks: true,
    };
  },

  layer: (b, residual, index) => gatedLayer(b, residual, index, { kind: index % 2, ffnNorm: 'post_attention_norm' }),
};
