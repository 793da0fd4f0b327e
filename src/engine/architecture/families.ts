import { modelUnsupported } from '../../shared/errors';
import { families } from '../weights/huggingFace/families';
import { stringOf, type Weights } from '../weights/weights';
import type { Architecture } from './architecture';
import { cohere2 } from './cohere2';
import { exaone4 } from './exaone4';
import { gemma2 } from './gemma2';
import { gemma3 } from './gemma3';
import { gemma4 } from './gemma4';
import { glm4 } from './glm4';
import { gpt2 } from './gpt2';
import { gptneox } from './gptneox';
import { gptoss } from './gptoss';
import { granite, granitemoe } from './granite';
import { FamilyHeader } from './header';
import type { Hyperparameters } from './hyperparameters';
import { lfm2 } from './lfm2';
import { llama } from './llama';
import { mistral3 } from './mistral3';
import { olmo2 } from './olmo2';
import { olmoe } from './olmoe';
import { phi2 } from './phi2';
import { phi3 } from './phi3';
import { qwen2 } from './qwen2';
import { qwen3 } from './qwen3';
import { qwen3moe } from './qwen3moe';
import { qwen35 } from './qwen35';
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
  lfm2,
  qwen35,
  gemma4,
  olmoe,
  qwen3moe,
  granitemoe,
  gptoss,
];

/** A file may hold any text as its name. */
const longestName = 40;
const mostStrangers = 6;

/** What a tensor is called in each layer, of GGUF and of a folder: `attn_q`, `self_attn.q_proj`. */
const inLayer = (name: string): string | undefined =>
  /(?:^|\.)(?:blk|layers|h)\.\d+\.(.+?)(?:\.weight|\.bias)?$/.exec(name)?.[1]?.replace(/\.\d+\./, '.0.');

/** The tensors of layers that no family's equations read, such as `ssm_x`, at most a few. */
export function strangersIn(names: Iterable<string>): readonly string[] {
  const known = new Set(['attn_sinks', 'self_attn.rotary_emb.inv_freq']);
  for (const { parts, named = {} } of families) {
    for (const entry of Object.entries(parts)) entry.forEach((name) => known.add(name));
    for (const [name, { whole, each }] of Object.entries(named))
      [name, whole, each?.(0) ?? name].forEach((part) => known.add(part.replace(/\.(weight|bias)$/, '')));
  }
  const found = new Set([...names].map(inLayer).filter((name) => name !== undefined && !known.has(name)));
  return [...(found as Set<string>)].slice(0, mostStrangers).map((name) => name.slice(0, longestName));
}

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
  const strangers = strangersIn([...weights.tensors.keys(), ...weights.unread.keys()]).join(', ');
  if (strangers)
    throw modelUnsupported`The model's architecture is “${name.slice(0, longestName)}”, whose layers have tensors that no equations here read (${strangers}); Vectorscope runs ${known}.`;
  throw modelUnsupported`The model's architecture is “${name.slice(0, longestName)}”; Vectorscope runs ${known}.`;
}
