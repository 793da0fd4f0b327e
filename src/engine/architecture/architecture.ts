import { EngineError } from '../../shared/errors';
import type { Value } from '../onnx/graph';
import { stringOf, type Weights } from '../weights/weights';
import type { LayerBuilder } from './layers';
import { llama } from './llama';

/** The sizes that every decoder-only model has, read from the weights file. */
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
  readonly rotaryBase: number;
}

/** What one layer of the model gives: the residual after it, and the two parts that it added. */
export interface LayerOutput {
  readonly residual: Value;
  readonly attention: Value;
  readonly feedForward: Value;
  /** Keys and values of the new positions, `positions × (keyValueHeads · headSize)`, rotated already. */
  readonly keys: Value;
  readonly values: Value;
}

/** One family of models: the only place that knows its tensors' names. */
export interface Architecture {
  readonly name: string;
  /** For a person: how positions enter the model, and which norm it has. */
  readonly position: string;
  readonly norm: string;
  hyperparameters(weights: Weights): Hyperparameters;
  /** The tensors at both ends; an absent unembedding means that the embedding serves for it. */
  readonly embedding: string;
  readonly unembedding: string;
  readonly finalNorm: string;
  layer(builder: LayerBuilder, residual: Value, index: number): LayerOutput;
}

const architectures: readonly Architecture[] = [llama];

/** Throws `EngineError('model-unsupported')` with the family's name. */
export function architectureOf(weights: Weights): Architecture {
  const name = stringOf(weights, 'general.architecture');
  const found = architectures.find((architecture) => architecture.name === name);
  if (found) return found;
  const known = architectures.map((architecture) => architecture.name).join(', ');
  throw new EngineError('model-unsupported', `The model's architecture is “${name}”; Vectorscope runs ${known}. Choose a model of that family.`);
}
