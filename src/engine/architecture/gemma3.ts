import { modelUnsupported } from '../../shared/errors';
import { rmsNormed, type Architecture } from './architecture';
import type { Header } from './header';
import type { Hyperparameters, Rotary } from './hyperparameters';
import { plainFrequencies, rotaryOf } from './rotary';

/** The layers of the 27B model, which alone scales scores by its width. No key of a GGUF file says so. */
const layersOf27B = 62;

/** Every sixth layer has full attention, unless the file says otherwise. */
const usualPeriod = 6;
const local = 0;
const global = 1;

/**
 * Gemma 3 (2025, arXiv:2503.19786): as Gemma 2 without its caps, with a norm on each head of q and k. Five layers with
 * a sliding window and rotary frequencies of their own precede each one with full attention.
 */
export const gemma3: Architecture = {
  ...rmsNormed,
  name: 'gemma3',

  hyperparameters(header: Header): Hyperparameters {
    const sizes = header.sizes();
    const far = rotaryOf(header, sizes.headSize, { base: 1_000_000 });
    const base = header.base('rope.freq_base_swa', 10_000);
    const near: Rotary = {
      base,
      frequencies: plainFrequencies(base, 2 * far.frequencies.length),
      attentionFactor: 1,
      interleaved: false,
    };
    refuseCaps(header);
    return {
      ...sizes,
      epsilon: header.epsilon('attention.layer_norm_rms_epsilon'),
      attention: [
        { window: header.window('attention.sliding_window'), rotary: near },
        { window: Infinity, rotary: far },
      ],
      globalPeriod: header.positions('attention.sliding_window_pattern', usualPeriod),
      scoreScale: header.factor(
        'attention.scale',
        1 / Math.sqrt(sizes.layers === layersOf27B ? sizes.dimensions / sizes.heads : sizes.headSize),
      ),
      embeddingScale: Math.sqrt(sizes.dimensions),
    };
  },

  layer(b, residual, index) {
    const part = (name: string) => `blk.${index}.${name}`;
    const { heads, keyValueHeads, globalPeriod = usualPeriod } = b.model;
    const kind = (index + 1) % globalPeriod === 0 ? global : local;

    const x = b.rmsNorm(residual, part('attn_norm'));
    const queries = b.rotary(b.headNorm(b.linear(x, part('attn_q')), part('attn_q_norm'), heads), heads, kind);
    const keys = b.rotary(
      b.headNorm(b.linear(x, part('attn_k')), part('attn_k_norm'), keyValueHeads),
      keyValueHeads,
      kind,
    );
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

/** Gemma 3 has no caps: a file with one is another model. */
function refuseCaps(header: Header): void {
  for (const key of ['attn_logit_softcapping', 'final_logit_softcapping']) {
    if (!header.isNone(key))
      throw modelUnsupported(
        `The model file has the key gemma3.${key}, which models of this family do not have. Choose another model.`,
      );
  }
}
