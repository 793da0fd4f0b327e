import { EngineError } from '../../shared/errors';
import { numberOf, numberOr, type Weights } from '../weights/weights';
import type { Hyperparameters } from './architecture';

type Sizes = Pick<Hyperparameters, 'layers' | 'dimensions' | 'heads' | 'keyValueHeads' | 'headSize' | 'feedForward' | 'contextLength'>;

/** The sizes under the keys that all families share, each key beginning with the family's name. */
export function sizesOf(weights: Weights, family: string): Sizes {
  const size = (key: string) => numberOf(weights, `${family}.${key}`);
  const dimensions = size('embedding_length');
  const heads = size('attention.head_count');
  const headSize = numberOr(weights, `${family}.attention.key_length`, dimensions / heads);
  const valueSize = numberOr(weights, `${family}.attention.value_length`, headSize);
  if (valueSize !== headSize) {
    throw new EngineError('model-unsupported', `The model's keys are ${headSize} wide and its values ${valueSize}; Vectorscope runs models where both are equal. Choose another model.`);
  }
  return {
    layers: size('block_count'),
    dimensions,
    heads,
    keyValueHeads: numberOr(weights, `${family}.attention.head_count_kv`, heads),
    headSize,
    feedForward: size('feed_forward_length'),
    contextLength: size('context_length'),
  };
}
