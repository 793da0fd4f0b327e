import { modelUnsupported } from '../../shared/errors';
import { stringOf, type Weights } from '../weights/weights';
import type { Architecture } from './architecture';
import { cohere2 } from './cohere2';
import { exaone4 } from './exaone4';
import { gemma2 } from './gemma2';
import { gemma3 } from './gemma3';
import { glm4 } from './glm4';
import { gpt2 } from './gpt2';
import { gptneox } from './gptneox';
import { gptoss } from './gptoss';
import { granite, granitemoe } from './granite';
import { FamilyHeader } from './header';
import type { Hyperparameters } from './hyperparameters';
import { llama } from './llama';
import { mistral3 } from './mistral3';
import { olmo2 } from './olmo2';
import { olmoe } from './olmoe';
import { phi2 } from './phi2';
import { phi3 } from './phi3';
import { qwen2 } from './qwen2';
import { qwen3 } from './qwen3';
import { qwen3moe } from './qwen3moe';
import { smollm3 } from './smollm3';

export const hyperparametersOf = (architecture: Architecture, weights: Weights): Hyperparameters =>
  architecture.hyperparameters(new FamilyHeader(weights, architecture.name));

const architectures: readonly Architecture[] = [
  llama,
  qwen2,
  qwen3,
  gemma2,
  gemma3,
  phi2,
  phi3,
  gpt2,
  gptneox,
  smollm3,
  olmo2,
  granite,
  cohere2,
  exaone4,
  glm4,
  mistral3,
  olmoe,
  qwen3moe,
  granitemoe,
  gptoss,
];

/** A file may hold any text as its name. */
const longestName = 40;

export const architectureNamed = (name: string): Architecture | undefined =>
  architectures.find((architecture) => architecture.name === name);

/**
 * Throws `EngineError('model-unsupported')` with the name of an unknown family, or the reason why the layers cannot
 * run.
 */
export function architectureOf(weights: Weights): Architecture {
  const name = stringOf(weights, 'general.architecture');
  const found = architectureNamed(name);
  if (found && weights.refusal) throw weights.refusal;
  if (found) return found;
  const known = architectures.map((architecture) => architecture.name).join(', ');
  throw modelUnsupported`The model's architecture is “${name.slice(0, longestName)}”; Vectorscope runs ${known}.`;
}
