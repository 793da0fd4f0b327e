import type { Encoding } from './encoding';

export type { Encoding } from './encoding';

/** Text to tokens and back. */
export interface Tokenizer {
  /** Tokens in the vocabulary. */
  readonly size: number;
  /** Its kind, for a person: `byte-level BPE`. */
  readonly description: string;
  /** What a person should know of it: whole sentences, mostly none. */
  readonly notices: readonly string[];
  /** The token that the model wants before every text, if there is one. */
  readonly first: number | undefined;
  /** The bytes that a token stands for; of a special token, the UTF-8 of its spelling. */
  bytesOf(id: number): Uint8Array;
  /** The same as text, invalid parts as U+FFFD. */
  textOf(id: number): string;
  /** A control token, which plain text never gives. */
  isSpecial(id: number): boolean;
  /**
   * Whether some text gives this token. A token of byte fragments, and every token of SentencePiece, is judged by
   * itself alone: that its merges lead to it, and that its bytes can stand in UTF-8.
   */
  canOccur(id: number): boolean;
  /**
   * Cuts a text into tokens. Special tokens that are spelled in it are read as themselves unless `plain`. A lone
   * surrogate is read as U+FFFD and keeps its one unit. Characters with a byte that has no token in the vocabulary are
   * not covered by that byte; a text of such characters alone gives no tokens. A token that the model wants before
   * every text has `start` = `end` = 0, and a token that is only the space which SentencePiece adds has the place where
   * it was added for both.
   */
  encode(text: string, options: { readonly plain: boolean }): Encoding;
}
