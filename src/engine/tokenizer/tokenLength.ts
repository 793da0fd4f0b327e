import { unreadField } from '../weights/damaged';

/**
 * In UTF-16 units, twice the longest token of real vocabularies, which is 512 spaces. A tokenizer's time and memory
 * grow with it.
 */
const longest = 1024;

/** Throws `EngineError('model-unsupported')` if a token is longer than any real one. */
export function checkLengths(spellings: Iterable<string>): void {
  let id = 0;
  for (const { length } of spellings) {
    if (length > longest) throw unreadField(`tokens[${id}] (len)`, length, `≤ ${longest}`);
    id++;
  }
}
