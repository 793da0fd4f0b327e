import { layerNormed, type Architecture } from './architecture';

/**
 * GPT-2 (Radford et al. 2019): pre-norm with LayerNorm, a learned vector for each position, q, k and v in one matrix,
 * biases everywhere.
 */
export const gpt2: Architecture = {
  ...layerNormed,
  name: 'gpt2',
  position: 'learned',
  positions: 'position_embd.weight',

  hyperparameters(header) {
    return {
      ...header.sizes(),
      epsilon: header.epsilon('attention.layer_norm_epsilon'),
      attention: [{ window: Infinity, rotary: null }],
    };
  },

  layer(b, residual, index) {
    const part = (name: string) => `blk.${index}.${name}`;
    const d = b.model.dimensions;

    const x = b.layerNorm(residual, part('attn_norm'));
    const queries = b.linear(x, part('attn_qkv'), { rows: [0, d] });
    const keys = b.linear(x, part('attn_qkv'), { rows: [d, 2 * d] });
    const values = b.linear(x, part('attn_qkv'), { rows: [2 * d, 3 * d] });
    const { mixed, ...added } = b.attention(index, queries, keys, values);
    const attention = b.linear(mixed, part('attn_output'));
    const middle = b.add(residual, attention);

    const y = b.layerNorm(middle, part('ffn_norm'));
    const feedForward = b.linear(b.gelu(b.linear(y, part('ffn_up')), 'tanh'), part('ffn_down'));
    return { residual: b.add(middle, feedForward), attention, feedForward, ...added };
  },
};
