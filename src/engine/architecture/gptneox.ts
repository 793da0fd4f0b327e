import { layerNormed, type Architecture } from './architecture';
import { rotaryHyperparameters } from './rotary';

/**
 * GPT-NeoX (Black et al. 2022, arXiv:2204.06745) and Pythia: LayerNorm, rotary positions on a part of each head, biases
 * everywhere. In most models attention and feed-forward are parallel, each with a norm of the same residual. No key
 * names the activation: the published models use the exact GELU.
 */
export const gptneox: Architecture = {
  ...layerNormed,
  name: 'gptneox',

  hyperparameters: (header) => ({
    ...rotaryHyperparameters(header, { epsilon: 'attention.layer_norm_epsilon' }),
    parallel: header.flag('use_parallel_residual', true),
  }),

  layer(b, residual, index) {
    const part = (name: string) => `blk.${index}.${name}`;
    const { dimensions: d, heads, parallel } = b.model;

    const x = b.layerNorm(residual, part('attn_norm'));
    const queries = b.rotary(b.linear(x, part('attn_qkv'), { rows: [0, d] }), heads);
    const keys = b.rotary(b.linear(x, part('attn_qkv'), { rows: [d, 2 * d] }), heads);
    const values = b.linear(x, part('attn_qkv'), { rows: [2 * d, 3 * d] });
    const { mixed, ...added } = b.attention(index, queries, keys, values);
    const attention = b.linear(mixed, part('attn_output'));
    const middle = b.add(residual, attention);

    const y = b.layerNorm(parallel ? residual : middle, part('ffn_norm'));
    const feedForward = b.linear(b.gelu(b.linear(y, part('ffn_up')), 'erf'), part('ffn_down'));
    return { residual: b.add(middle, feedForward), attention, feedForward, ...added };
  },
};
