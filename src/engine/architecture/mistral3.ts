import type { Architecture } from './architecture';
import { llama } from './llama';

/**
 * Mistral 3 (2025): as Llama. Where the file names a temperature of attention, the scores of positions beyond the
 * original context grow with it: a text ends before them.
 */
export const mistral3: Architecture = {
  ...llama,
  name: 'mistral3',

  hyperparameters(header) {
    const found = llama.hyperparameters(header);
    if (header.isNone('attention.temperature_scale')) return found;
    const original = header.positions('rope.scaling.original_context_length');
    return { ...found, contextLength: Math.min(found.contextLength, original) };
  },
};
