import type { Architecture } from './architecture';
import { qwen3 } from './qwen3';

/** The mixtures of Qwen 3 (Yang et al. 2025, arXiv:2505.09388): as the dense models, with experts in every layer. */
export const qwen3moe: Architecture = {
  ...qwen3,
  name: 'qwen3moe',
  hyperparameters: (header) => ({ ...qwen3.hyperparameters(header), ...header.experts(true) }),
};
