import { rmsNormed, type Architecture } from './architecture';
import type { Header } from './header';
import type { Hyperparameters } from './hyperparameters';
import { rotaryOf } from './rotary';

/**
 * Qwen 3 (Yang et al. 2025, arXiv:2505.09388): as Llama, with a norm on each head of q and k, and a head size that is
 * independent of the width.
 */
export const qwen3: Architecture = {
  ...rmsNormed,
  name: 'qwen3',

  hyperparameters(header: Header): Hyperparameters {
    const sizes = header.sizes();
    return {
      ...sizes,
      epsilon: header.epsilon('attention.layer_norm_rms_epsilon'),
      attention: [{ window: Infinity, rotary: rotaryOf(header, sizes.headSize) }],
    };
  },

  layer(b, residual, index) {
    const part = (name: string) => `blk.${index}.${name}`;
    const { heads, keyValueHeads } = b.model;

    const x = b.rmsNorm(residual, part('attn_norm'));
    const queries = b.rotary(b.headNorm(b.linear(x, part('attn_q')), part('attn_q_norm'), heads), heads);
    const keys = b.rotary(b.headNorm(b.linear(x, part('attn_k')), part('attn_k_norm'), keyValueHeads), keyValueHeads);
    const values = b.linear(x, part('attn_v'));
    const { mixed, ...added } = b.attention(index, queries, keys, values);
    const attention = b.linear(mixed, part('attn_output'));
    const middle = b.add(residual, attention);

    const y = b.rmsNorm(middle, part('ffn_norm'));
    const gated = b.multiply(b.silu(b.linear(y, part('ffn_gate'))), b.linear(y, part('ffn_up')));
    const feedForward = b.linear(gated, part('ffn_down'));
    return { residual: b.add(middle, feedForward), attention, feedForward, ...added };
  },
};
