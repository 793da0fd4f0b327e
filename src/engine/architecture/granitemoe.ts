import { rmsNormed, type Architecture } from './architecture';
import type { FamilyHeader } from './header';
import type { Hyperparameters } from './hyperparameters';
import { gatedLayer } from './llama';
import { rotaryOf } from './rotary';

/** The sizes of Granite (IBM 2024), with its four scales: of the embedding, the scores, each part, and the logits. */
export function graniteHyperparameters(header: FamilyHeader): Hyperparameters {
  const sizes = header.sizes();
  const interleaved = header.flag('rope.interleaved', true);
  return {
    ...sizes,
    epsilon: header.epsilon('attention.layer_norm_rms_epsilon'),
    attention: [{ window: Infinity, rotary: rotaryOf(header, sizes.headSize, { interleaved }) }],
    scoreScale: header.factor('attention.scale', 1 / Math.sqrt(sizes.headSize)),
    embeddingScale: header.factor('embedding_scale', 1),
    residualScale: header.factor('residual_scale', 1),
    logitDivisor: header.factor('logit_scale'),
  };
}

/** The mixtures of Granite: as Llama, with the four scales and experts in every layer. */
export const granitemoe: Architecture = {
  ...rmsNormed,
  name: 'granitemoe',
  hyperparameters: (header) => ({ ...graniteHyperparameters(header), ...header.experts(true) }),
  layer: gatedLayer,
};
