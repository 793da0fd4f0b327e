import { EngineError } from '../../shared/errors';

/**
 * UTF-16 units: twice the longest of real vocabularies, which are 512 spaces. Time and memory of a tokenizer grow with
 * it.
 */
const longest = 1024;

/** Throws `EngineError('model-unsupported')` where a vocabulary has a token that is longer than any real one. */
export function checkLengths(spellings: Iterable<string>): void {
  let id = 0;
  for (const { length } of spellings) {
    if (length > longest)
      throw new EngineError(
        'model-unsupported',
        `Token ${id} of the model's vocabulary is ${length} characters long; at most ${longest} can be used. Choose another model.`,
      );
    id++;
  }
}
