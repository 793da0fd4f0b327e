import { rmsNormed, type Architecture } from './architecture';
import type { Header } from './header';
import type { Hyperparameters } from './hyperparameters';
import { rotaryOf } from './rotary';

/** The layers of the 27B model, which alone scales scores by its width. No key of a GGUF file says so. */
const layersOf27B = 46;

/**
 * Gemma 2 (2024, arXiv:2408.00118): a norm before and after each part, a sliding window in every other layer, caps on
 * scores and logits, embedding rows scaled by √d. Files store the norms' gains with the published model's 1 added.
 */
export const gemma2: Architecture = {
  ...rmsNormed,
  name: 'gemma2',

  hyperparameters(header: Header): Hyperparameters {
    const sizes = header.sizes();
    const rotary = rotaryOf(header, sizes.headSize);
    return {
      ...sizes,
      epsilon: header.epsilon('attention.layer_norm_rms_epsilon'),
      // Older files omit the window and the caps, which are the same in all published models.
      attention: [
        { window: header.window('attention.sliding_window', 4096), rotary },
        { window: Infinity, rotary },
      ],
      scoreScale: header.factor(
        'attention.scale',
        1 / Math.sqrt(sizes.layers === layersOf27B ? sizes.dimensions / sizes.heads : sizes.headSize),
      ),
      scoreCap: header.factor('attn_logit_softcapping', 50),
      logitCap: header.factor('final_logit_softcapping', 30),
      embeddingScale: Math.sqrt(sizes.dimensions),
    };
  },

  layer(b, residual, index) {
    const part = (name: string) => `blk.${index}.${name}`;
    const { heads, keyValueHeads } = b.model;
    const kind = index % 2;

    const x = b.rmsNorm(residual, part('attn_norm'));
    const queries = b.rotary(b.linear(x, part('attn_q')), heads, kind);
    const keys = b.rotary(b.linear(x, part('attn_k')), keyValueHeads, kind);
    const values = b.linear(x, part('attn_v'));
    const { mixed, ...added } = b.attention(index, queries, keys, values, kind);
    const attention = b.rmsNorm(b.linear(mixed, part('attn_output')), part('post_attention_norm'));
    const middle = b.add(residual, attention);

    const y = b.rmsNorm(middle, part('ffn_norm'));
    const gated = b.multiply(b.gelu(b.linear(y, part('ffn_gate')), 'tanh'), b.linear(y, part('ffn_up')));
    const feedForward = b.rmsNorm(b.linear(gated, part('ffn_down')), part('post_ffw_norm'));
    return { residual: b.add(middle, feedForward), attention, feedForward, ...added };
  },
};
