import { rmsNormed, type Architecture } from './architecture';
import type { LayerBuilder, LayerValue } from './layers';
import { rotaryOf } from './rotary';

/** Divisors of the frequencies for texts up to the original context and for longer ones. */
const divisors = { short: 'rope_factors_short.weight', long: 'rope_factors_long.weight' };

/**
 * Phi 3 and 4-mini (Abdin et al. 2024, arXiv:2404.14219): as Llama, with q, k and v in one matrix, gate and up in
 * another, and in some models a sliding window in every layer.
 */
export const phi3: Architecture = {
  ...rmsNormed,
  name: 'phi3',
  outside: Object.values(divisors),

  hyperparameters(header) {
    const sizes = header.sizes();
    const { contextLength } = sizes;
    return {
      ...sizes,
      // A text beyond the original context needs the other divisors, for its earlier tokens too.
      contextLength: header.hasTensor(divisors.long)
        ? Math.min(contextLength, header.positions('rope.scaling.original_context_length', contextLength))
        : contextLength,
      epsilon: header.epsilon('attention.layer_norm_rms_epsilon'),
      attention: [
        {
          window: header.window('attention.sliding_window', 0),
          rotary: rotaryOf(header, sizes.headSize, { divisors: divisors.short }),
        },
      ],
    };
  },

  layer(b, residual, index) {
    const part = (name: string) => `blk.${index}.${name}`;
    const { heads, keyValueHeads, headSize } = b.model;
    const ofQueries = heads * headSize;
    const ofKeys = ofQueries + keyValueHeads * headSize;
    const ofValues = ofKeys + keyValueHeads * headSize;

    const x = b.rmsNorm(residual, part('attn_norm'));
    const queries = b.rotary(b.linear(x, part('attn_qkv'), { rows: [0, ofQueries] }), heads);
    const keys = b.rotary(b.linear(x, part('attn_qkv'), { rows: [ofQueries, ofKeys] }), keyValueHeads);
    const values = b.linear(x, part('attn_qkv'), { rows: [ofKeys, ofValues] });
    const { mixed, ...added } = b.attention(index, queries, keys, values);
    const attention = b.linear(mixed, part('attn_output'));
    const middle = b.add(residual, attention);

    const gated = gatedByHalf(b, b.rmsNorm(middle, part('ffn_norm')), part('ffn_up'));
    const feedForward = b.linear(gated, part('ffn_down'));
    return { residual: b.add(middle, feedForward), attention, feedForward, ...added };
  },
};

/** The neurons of a layer whose gate is the first half of the rows of one matrix. */
export function gatedByHalf<V extends LayerValue>(b: LayerBuilder<V>, x: V, name: string): V {
  const { feedForward: inner } = b.model;
  const gate = b.linear(x, name, { rows: [0, inner] });
  return b.multiply(b.silu(gate), b.linear(x, name, { rows: [inner, 2 * inner] }));
}
