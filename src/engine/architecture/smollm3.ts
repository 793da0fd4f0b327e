import { rmsNormed, type Architecture } from './architecture';
import { gatedLayer, llama } from './llama';

/** Fixed in llama.cpp; a config with another period is refused. */
const unrotatedPeriod = 4;

/**
 * SmolLM 3 (Bakouch et al. 2025): as Llama, without rotary positions in every fourth layer (NoPE, Yang et al. 2025,
 * arXiv:2501.18795). GGUF files interleave the rows of q and k in all layers, folders in none.
 */
export const smollm3: Architecture = {
  ...rmsNormed,
  name: 'smollm3',
  outside: llama.outside,

  hyperparameters(header) {
    const found = llama.hyperparameters(header);
    return { ...found, attention: [...found.attention, { window: Infinity, rotary: null }] };
  },

  layer: (b, residual, index) => gatedLayer(b, residual, index, { kind: (index + 1) % unrotatedPeriod === 0 ? 1 : 0 }),
};
