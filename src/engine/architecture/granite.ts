import { rmsNormed, type Architecture } from './architecture';
import type { FamilyHeader } from './header';
import type { Hyperparameters } from './hyperparameters';
import { gatedLayer } from './llama';
import { rotaryHyperparameters } from './rotary';

function hyperparameters(header: FamilyHeader): Hyperparameters {
  const plain = rotaryHyperparameters(header, { interleaved: header.flag('rope.interleaved', true) });
  return {
    ...plain,
    scoreScale: header.factor('attention.scale', 1 / Math.sqrt(plain.headSize)),
    embeddingScale: header.factor('embedding_scale', 1),
    residualScale: header.factor('residual_scale', 1),
    logitDivisor: header.factor('logit_scale'),
  };
}

/** Granite (IBM 2024): as Llama, with four scales: of the embedding, the scores, each part, and the logits. */
export const granite: Architecture = { ...rmsNormed, name: 'granite', hyperparameters, layer: gatedLayer };

/** The mixtures of Granite, with experts in every layer. */
export const granitemoe: Architecture = {
  ...granite,
  name: 'granitemoe',
  hyperparameters: (header) => ({ ...hyperparameters(header), ...header.experts(true) }),
};
