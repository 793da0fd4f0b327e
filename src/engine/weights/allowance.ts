import { damaged } from './cursor';

const MiB = 2 ** 20;

/**
 * Bytes that all keys of a header may take in memory together: five times what the largest vocabularies with their
 * merges take.
 */
const mostBytes = 256 * MiB;
/**
 * Of texts and booleans in all lists, twice those of the largest vocabularies with their merges: each takes time, too.
 */
const mostEntries = 1_500_000;
/** Of lists in lists, for the same reason. */
const mostInnerLists = 2 ** 16;

/** What a text takes beside its characters. */
const perText = 32;
/** Of each byte of UTF-8: a character of up to 16 bits. */
const perByte = 2;

/**
 * What the keys of one header may still take. The methods throw `EngineError('model-damaged')` before anything is kept
 * that is too much; `what` names it.
 */
export class Allowance {
  #bytes = mostBytes;
  #entries = mostEntries;
  #innerLists = mostInnerLists;

  bytes(count: number, what: string): void {
    this.#bytes -= count;
    if (this.#bytes < 0)
      throw damaged(`With the ${what} the keys of the model file take more than ${mostBytes / MiB} MiB of memory`);
  }

  /** A text of so many bytes of UTF-8. */
  text(length: number, what: string): void {
    this.bytes(perText + perByte * length, what);
  }

  entries(count: number, what: string): void {
    this.#entries -= count;
    if (this.#entries < 0) throw damaged(`With the ${what} the model file lists more than ${mostEntries} texts`);
  }

  innerLists(count: number, what: string): void {
    this.#innerLists -= count;
    if (this.#innerLists < 0)
      throw damaged(`With the ${what} the model file holds more than ${mostInnerLists} lists in lists`);
  }
}
