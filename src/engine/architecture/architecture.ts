import type { Header } from './header';
import type { Hyperparameters } from './hyperparameters';
import type { LayerBuilder, Value } from './layers';

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
export const tensorsOutside = ({
  embedding,
  unembedding,
  finalNorm,
  finalNormBias,
  positions,
  outside,
}: Architecture): string[] =>
  [embedding, unembedding, outputBias, finalNorm, finalNormBias, positions, ...outside].filter(
    (name) => name !== undefined,
  );
