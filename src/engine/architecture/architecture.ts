import { EngineError } from '../../shared/errors';
import { stringOf, type Weights } from '../weights/weights';
import { gemma2 } from './gemma2';
import { gemma3 } from './gemma3';
import { gpt2 } from './gpt2';
import { gptneox } from './gptneox';
import { Header } from './header';
import type { LayerBuilder, Value } from './layers';
import { llama } from './llama';
import { phi2 } from './phi2';
import { phi3 } from './phi3';
import { qwen2 } from './qwen2';
import { qwen3 } from './qwen3';
import type { Rotary } from './rotary';

/** How attention sees other positions. Most models have one kind, some have two, each for a part of the layers. */
export interface AttentionKind {
  /** Positions that each position sees, itself included: a whole number ≥ 1, or Infinity. */
  readonly window: number;
  /** Null where positions do not enter inside attention. */
  readonly rotary: Rotary | null;
}

/** The sizes that every decoder-only model has, and the numbers in its equations, read from the weights file. */
export interface Hyperparameters {
  readonly layers: number;
  /** Width d of the residual. */
  readonly dimensions: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly feedForward: number;
  readonly contextLength: number;
  /** ε of the norms. */
  readonly epsilon: number;
  /** In the order in which the layers name them. */
  readonly attention: readonly AttentionKind[];
  /** What the scores q·k are multiplied by; 1/√headSize where it is absent. */
  readonly scoreScale?: number;
  /** The bound c of attention's scores s, c·tanh(s/c), where they have one. */
  readonly scoreCap?: number;
  /** The same of the logits. */
  readonly logitCap?: number;
  /** What a token's row is multiplied by before the first layer; 1 where it is absent. */
  readonly embeddingScale?: number;
  /** Of two kinds of attention, every so many layers one has the second. */
  readonly globalPeriod?: number;
  /** Whether both parts of a layer read the residual before it. */
  readonly parallel?: boolean;
}

/** What one layer of the model gives: the residual after it, and the two parts that it added. */
export interface LayerOutput<V extends Value> {
  readonly residual: V;
  readonly attention: V;
  readonly feedForward: V;
  /** Keys and values of the new positions, `positions × (keyValueHeads · headSize)`, rotated already. */
  readonly keys: V;
  readonly values: V;
}

/** One family of models: the only place that knows its tensors' names. */
export interface Architecture {
  readonly name: string;
  /** How positions enter the model. */
  readonly position: 'rotary' | 'learned';
  readonly norm: 'RMSNorm' | 'LayerNorm';
  /** Throws an `EngineError` where the header does not describe a model that the equations fit. */
  hyperparameters(header: Header): Hyperparameters;
  /** The tensors at both ends; an absent unembedding means that the embedding serves for it. */
  readonly embedding: string;
  readonly unembedding: string;
  readonly finalNorm: string;
  /** Of a LayerNorm. */
  readonly finalNormBias?: string;
  /** A row for each position, added to the token's before the first layer. */
  readonly positions?: string;
  /** Other tensors that are read outside the layers, where the file has them. */
  readonly outside: readonly string[];
  layer<V extends Value>(builder: LayerBuilder<V>, residual: V, index: number): LayerOutput<V>;
}

/** What is added to every output's logit, in the few files that have it: one name in all families. */
export const outputBias = 'output.bias';

/** Names of all tensors that the layers do not read. */
export const tensorsOutside = ({ embedding, unembedding, finalNorm, finalNormBias, positions, outside }: Architecture): string[] =>
  [embedding, unembedding, outputBias, finalNorm, finalNormBias, positions, ...outside].filter((name) => name !== undefined);

/** See `Architecture.hyperparameters`. */
export const hyperparametersOf = (architecture: Architecture, weights: Weights): Hyperparameters => architecture.hyperparameters(new Header(weights, architecture.name));

const architectures: readonly Architecture[] = [llama, qwen2, qwen3, gemma2, gemma3, phi2, phi3, gpt2, gptneox];

/** A file may hold any text where a name is expected. */
const longestName = 40;

/** The family of this name; undefined for one that is not known. */
export const architectureNamed = (name: string): Architecture | undefined => architectures.find((architecture) => architecture.name === name);

/** Throws `EngineError('model-unsupported')` with the family's name, or what the reader of the weights found in the way of running them. */
export function architectureOf(weights: Weights): Architecture {
  const name = stringOf(weights, 'general.architecture');
  const found = architectureNamed(name);
  if (found && weights.refusal) throw weights.refusal;
  if (found) return found;
  const known = architectures.map((architecture) => architecture.name).join(', ');
  throw new EngineError('model-unsupported', `The model's architecture is “${name.slice(0, longestName)}”; Vectorscope runs ${known}.`);
}
