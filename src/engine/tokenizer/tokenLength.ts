import { modelUnsupported } from '../../shared/errors';

/**
 * In UTF-16 units, twice the longest token of real vocabularies, which is 512 spaces. A tokenizer's time and memory
 * grow with it.
 */
const longest = 1024;

/** Throws `EngineError('model-unsupported')` if a token is longer than any real one. */
export function checkLengths(spellings: Iterable<string>): void {
  let id = 0;
  for (const { length } of spellings) {
    if (length > longest)
      throw modelUnsupported`Token ${id} of the model's vocabulary is ${length} characters long; at most ${longest} can be used. Choose another model.`;
    id++;
  }
}
