import { badRequest, type EngineError } from '../../shared/errors';
import type { Said } from '../../shared/said';
import type { Encoding } from './encoding';

export type { Encoding } from './encoding';

export interface Tokenizer {
  readonly size: number;
  /** Its kind, for the user: `byte-level BPE`. */
  readonly description: Said;
  /** Notices for the user, as sentences. */
  readonly notices: readonly Said[];
  /** The token that the model expects before every text, if any. */
  readonly first: number | undefined;
  /**
   * The bytes of a token. For a special token, the UTF-8 of its spelling; so too for the token of a byte such as
   * `<0x21>` if texts become another token for its character, since the two would read the same.
   */
  bytesOf(id: number): Uint8Array;
  /** The bytes as text, with U+FFFD for invalid parts. */
  textOf(id: number): string;
  /** Whether it is a control token, which plain text never produces. */
  isSpecial(id: number): boolean;
  /** Whether it is no text of its own: the unknown sign, the token of a byte, or one that only fills the vocabulary. */
  standsIn(id: number): boolean;
  /**
   * Whether some text produces this token. A token of byte fragments, and every token of SentencePiece, is judged
   * alone: its merges must lead to it, and its bytes must fit UTF-8.
   */
  canOccur(id: number): boolean;
  /**
   * Encodes a text. Special tokens in it are recognised unless `plain`. A lone surrogate becomes U+FFFD and keeps its
   * one unit. A byte without a token covers nothing, so a text of such bytes alone gives no tokens. The token before
   * every text has `start` = `end` = 0. A token that is only the space added by SentencePiece has the offset of that
   * space for both.
   */
  encode(text: string, options: { readonly plain: boolean }): Encoding;
}

export const noToken = (id: number, size: number): EngineError =>
  badRequest`There is no token ${id}; the vocabulary has the ids 0 to ${size - 1}.`;

/** Whether a token occurs in its own text or in that text beside other characters. */
export const occursInContext = (text: string, occursIn: (context: string) => boolean): boolean =>
  // The neighbours decide where a run of spaces or a word ends.
  [text, `${text}a`, `a${text}`, ` ${text}`, `${text} `, `a${text}a`].some(occursIn);
