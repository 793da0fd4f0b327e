import { rmsNormed, type Architecture } from './architecture';
import { rotaryOf } from './rotary';

/** Every fourth layer has full attention. */
const globalPeriod = 4;

/**
 * Command R7B and A, Aya (Cohere 2024 and 2025, arXiv:2504.00698): LayerNorm without biases, attention and gated
 * feed-forward in parallel on one norm of the residual. Three layers of four have a sliding window, the fourth has no
 * rotary positions. A factor of the logits is the inverse of their divisor here.
 */
export const cohere2: Architecture = {
  ...rmsNormed,
  name: 'cohere2',
  norm: 'LayerNorm',

  hyperparameters(header) {
    const sizes = header.sizes();
    header.repeats('attention.sliding_window_pattern', sizes.layers, globalPeriod);
    return {
      ...sizes,
      epsilon: header.epsilon('attention.layer_norm_epsilon'),
      attention: [
        {
          window: header.window('attention.sliding_window'),
          rotary: rotaryOf(header, sizes.headSize, { interleaved: true }),
        },
        { window: Infinity, rotary: null },
      ],
      logitDivisor: 1 / header.factor('logit_scale'),
      parallel: true,
    };
  },

  layer(b, residual, index) {
    const part = (name: string) => `blk.${index}.${name}`;
    const { heads, keyValueHeads } = b.model;
    const kind = (index + 1) % globalPeriod === 0 ? 1 : 0;

    const x = b.layerNorm(residual, part('attn_norm'), false);
    const queries = b.rotatedHeads(x, part('attn_q'), heads, false, kind);
    const keys = b.rotatedHeads(x, part('attn_k'), keyValueHeads, false, kind);
    const { mixed, ...added } = b.attention(index, queries, keys, b.linear(x, part('attn_v')), kind);
    const attention = b.linear(mixed, part('attn_output'));

    const gated = b.multiply(b.silu(b.linear(x, part('ffn_gate'))), b.linear(x, part('ffn_up')));
    const feedForward = b.linear(gated, part('ffn_down'));
    return { residual: b.add(b.add(residual, attention), feedForward), attention, feedForward, ...added };
  },
};
