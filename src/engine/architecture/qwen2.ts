import { rmsNormed, type Architecture } from './architecture';
import type { Header } from './header';
import type { Hyperparameters } from './hyperparameters';
import { rotaryOf } from './rotary';

/** Qwen 2 and 2.5 (Yang et al. 2024, arXiv:2407.10671): as Llama, with biases on q, k and v. */
export const qwen2: Architecture = {
  ...rmsNormed,
  name: 'qwen2',

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
    const queries = b.rotary(b.linear(x, part('attn_q')), heads);
    const keys = b.rotary(b.linear(x, part('attn_k')), keyValueHeads);
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
