import type { FamilyHeader } from './header';
import type { Hyperparameters } from './hyperparameters';
import type { LayerBuilder, LayerValue } from './layers';

/** The output of a layer: the residual after it, and the two parts that it added; the first may be another mixer's. */
export interface LayerOutput<V extends LayerValue> {
  readonly residual: V;
  readonly attention: V;
  readonly feedForward: V;
  /** The neurons' part of it, where the feed-forward part adds more than they do. */
  readonly fromNeurons?: V;
  /** Keys and values of the new positions, `positions × (keyValueHeads · headSize)`, already rotated, of attention. */
  readonly keys?: V;
  readonly values?: V;
}

/** A family of models: the only place that knows its tensors' names and equations. */
export interface Architecture {
  readonly name: string;
  readonly position: 'rotary' | 'learned';
  readonly norm: 'RMSNorm' | 'LayerNorm';
  /** Throws an `EngineError` if the family's equations do not fit the header. */
  hyperparameters(header: FamilyHeader): Hyperparameters;
  /** The embedding and unembedding. A file without the latter uses the embedding for both. */
  readonly embedding: string;
  readonly unembedding: string;
  readonly finalNorm: string;
  /** Only for LayerNorm. */
  readonly finalNormBias?: string;
  /** A vector for each position, added to the token's before the first layer. */
  readonly positions?: string;
  /** What gives each layer a vector of the token: rows that hold those of all layers, then tensors that change them. */
  readonly beside?: readonly string[];
  /** What belongs to the feed-forward part of a layer, though its name does not say so. */
  readonly ofFeedForward?: readonly string[];
  /** Other tensors that are read outside the layers, if the file has them. */
  readonly outside: readonly string[];
  layer<V extends LayerValue>(builder: LayerBuilder<V>, residual: V, index: number): LayerOutput<V>;
}

/** What the families share, since GGUF names these tensors alike in all of them. */
export const rmsNormed = {
  position: 'rotary',
  norm: 'RMSNorm',
  embedding: 'token_embd.weight',
  unembedding: 'output.weight',
  finalNorm: 'output_norm.weight',
  outside: [],
} as const;

/** The same of a family whose norms subtract the mean. */
export const layerNormed = { ...rmsNormed, norm: 'LayerNorm', finalNormBias: 'output_norm.bias' } as const;

/** The output bias, which few files have. All families share its name. */
export const outputBias = 'output.bias';

/** All tensors outside the layers. */
export const tensorsOutside = ({
  embedding,
  unembedding,
  finalNorm,
  finalNormBias,
  positions,
  beside = [],
  outside,
}: Architecture): string[] =>
  [embedding, unembedding, outputBias, finalNorm, finalNormBias, positions, ...beside, ...outside].filter(
    (name) => name !== undefined,
  );
