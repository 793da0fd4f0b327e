import { EngineError } from '../../shared/errors';
import { numberOf, numberOr, type Weights } from '../weights/weights';
import type { Architecture, Hyperparameters } from './architecture';

/**
 * Llama 2 and its kin (Touvron et al. 2023, arXiv:2307.09288): pre-norm with RMSNorm, rotary positions, grouped-query attention,
 * a gated feed-forward with SiLU. Files of this family store the rows of q and k with the two halves of each head interleaved.
 */
export const llama: Architecture = {
  name: 'llama',
  position: 'rotary',
  norm: 'RMSNorm',
  embedding: 'token_embd.weight',
  unembedding: 'output.weight',
  finalNorm: 'output_norm.weight',

  hyperparameters(weights: Weights): Hyperparameters {
    refuseScaledPositions(weights);
    const dimensions = numberOf(weights, 'llama.embedding_length');
    const heads = numberOf(weights, 'llama.attention.head_count');
    return {
      layers: numberOf(weights, 'llama.block_count'),
      dimensions,
      heads,
      keyValueHeads: numberOr(weights, 'llama.attention.head_count_kv', heads),
      headSize: numberOr(weights, 'llama.attention.key_length', dimensions / heads),
      feedForward: numberOf(weights, 'llama.feed_forward_length'),
      contextLength: numberOf(weights, 'llama.context_length'),
      epsilon: numberOf(weights, 'llama.attention.layer_norm_rms_epsilon'),
      rotaryBase: numberOr(weights, 'llama.rope.freq_base', 10_000),
    };
  },

  layer(b, residual, index) {
    const w = (part: string) => `blk.${index}.${part}.weight`;

    const x = b.rmsNorm(residual, w('attn_norm'));
    const queries = b.rotary(b.linear(x, w('attn_q')));
    const keys = b.rotary(b.linear(x, w('attn_k')));
    const values = b.linear(x, w('attn_v'));
    const { mixed, ...added } = b.attention(index, queries, keys, values);
    const attention = b.linear(mixed, w('attn_output'), 'quantised');
    const middle = b.add(residual, attention);

    const y = b.rmsNorm(middle, w('ffn_norm'));
    const gated = b.multiply(b.silu(b.linear(y, w('ffn_gate'))), b.linear(y, w('ffn_up'), 'quantised'));
    const feedForward = b.linear(gated, w('ffn_down'), 'quantised');
    return { residual: b.add(middle, feedForward), attention, feedForward, ...added };
  },
};

/** Positions that are stretched for longer texts are another equation than the one above. */
function refuseScaledPositions(weights: Weights): void {
  const scaling = weights.metadata.get('llama.rope.scaling.type') ?? 'none';
  const headSize = numberOr(weights, 'llama.attention.key_length', numberOf(weights, 'llama.embedding_length') / numberOf(weights, 'llama.attention.head_count'));
  const rotated = numberOr(weights, 'llama.rope.dimension_count', headSize);
  if (scaling !== 'none') throw new EngineError('model-unsupported', `The model's rotary positions are scaled (“${String(scaling)}”); Vectorscope reads unscaled ones. Choose another model.`);
  if (rotated !== headSize) throw new EngineError('model-unsupported', `The model rotates ${rotated} of ${headSize} dimensions of a head; Vectorscope reads models that rotate all. Choose another model.`);
}
