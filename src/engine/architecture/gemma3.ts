import { unreadField } from '../weights/damaged';
import { rmsNormed, type Architecture } from './architecture';
import { gemmaLayer, scoreScale } from './gemma2';
import type { FamilyHeader } from './header';
import type { RotaryPositions } from './hyperparameters';
import { plainFrequencies, rotaryOf } from './rotary';

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

  hyperparameters(header) {
    const sizes = header.sizes();
    const far = rotaryOf(header, sizes.headSize, { base: 1_000_000 });
    const base = header.base('rope.freq_base_swa', 10_000);
    const near: RotaryPositions = {
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
      scoreScale: scoreScale(header, sizes, 62),
      embeddingScale: Math.sqrt(sizes.dimensions),
    };
  },

  layer(b, residual, index) {
    const { globalPeriod = usualPeriod } = b.model;
    return gemmaLayer(b, residual, index, { kind: (index + 1) % globalPeriod === 0 ? global : local, headNorms: true });
  },
};

/** Gemma 3 has no caps: a file with one is another model. */
function refuseCaps(header: FamilyHeader): void {
  for (const key of ['attn_logit_softcapping', 'final_logit_softcapping']) {
    if (!header.isNone(key)) throw unreadField(`gemma3.${key}`, '≠ 0', 0);
  }
}
