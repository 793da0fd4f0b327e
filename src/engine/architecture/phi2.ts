import { layerNormed, type Architecture } from './architecture';
import { rotaryHyperparameters } from './rotary';

/**
 * Phi 1, 1.5 and 2 (Li et al. 2023, arXiv:2309.05463): LayerNorm, rotary positions on a part of each head, attention
 * and feed-forward in parallel on one norm of the residual, biases everywhere, at the output too.
 */
export const phi2: Architecture = {
  ...layerNormed,
  name: 'phi2',

  hyperparameters: (header) => ({
    ...rotaryHyperparameters(header, { epsilon: 'attention.layer_norm_epsilon' }),
    parallel: true,
  }),

  layer(b, residual, index) {
    const part = (name: string) => `blk.${index}.${name}`;
    const { heads, keyValueHeads, headSize } = b.model;
    const ofQueries = heads * headSize;
    const ofKeys = ofQueries + keyValueHeads * headSize;
    // Older files have q, k and v in one matrix.
    const fused = b.weights.tensors.has(`${part('attn_qkv')}.weight`);
    const projected = (name: string, from: number, to: number) =>
      fused ? b.linear(x, part('attn_qkv'), { rows: [from, to] }) : b.linear(x, part(name));

    const x = b.layerNorm(residual, part('attn_norm'));
    const queries = b.rotary(projected('attn_q', 0, ofQueries), heads);
    const keys = b.rotary(projected('attn_k', ofQueries, ofKeys), keyValueHeads);
    const values = projected('attn_v', ofKeys, 2 * ofKeys - ofQueries);
    const { mixed, ...added } = b.attention(index, queries, keys, values);
    const attention = b.linear(mixed, part('attn_output'));

    const feedForward = b.linear(b.gelu(b.linear(x, part('ffn_up')), 'tanh'), part('ffn_down'));
    return { residual: b.add(b.add(residual, attention), feedForward), attention, feedForward, ...added };
  },
};
