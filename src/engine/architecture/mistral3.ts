import type { Architecture } from './architecture';
import { gatedLayer, llama } from './llama';

/**
 * Mistral 3 (2025): as Llama. Where the file names a temperature of attention, queries grow with the logarithm of their
 * position beyond the original context, and turn by a kind of their own.
 */
export const mistral3: Architecture = {
  ...llama,
  name: 'mistral3',

  hyperparameters(header) {
    const found = llama.hyperparameters(header);
    if (header.isNone('attention.temperature_scale')) return found;
    const temperature = {
      scale: header.factor('attention.temperature_scale'),
      every: header.positions('rope.scaling.original_context_length', found.contextLength),
    };
    const ofQueries = found.attention.map((kind) => ({
      ...kind,
      rotary: kind.rotary && { ...kind.rotary, temperature },
    }));
    return { ...found, attention: [...found.attention, ...ofQueries] };
  },

  layer: (b, residual, index) => gatedLayer(b, residual, index, { queryKind: b.model.attention.length - 1 }),
};
