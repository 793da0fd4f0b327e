import type { LikelyToken } from '../run';
import type { SurprisalSum } from '../surprisalSum';
import type { NamedToken, Range } from '../tokens';

/** One entry a line of the document. Only tokens whose surprisal is known count. */
export interface DocumentLines {
  /** UTF-16 offsets at which the lines begin, and one more: the end of the last. */
  readonly starts: Uint32Array;
  readonly tokens: Uint32Array;
  /** The sum of their surprisal. */
  readonly bits: Float64Array;
  /** Their characters, as code points. */
  readonly characters: Uint32Array;
}

/** One of the most surprising tokens, in its line. UTF-16 offsets. */
export interface SurprisingToken extends Range {
  /** From 0. */
  readonly line: number;
  /** Bits. */
  readonly surprisal: number;
  /** The three likeliest tokens in its place. */
  readonly expected: readonly LikelyToken[];
  /** The line before and after it, cut. */
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

/** What the panel shows of a document that is inspected as a whole. */
export interface DocumentView {
  /** The document's file name, and its URI as a string. */
  readonly name: string;
  readonly uri: string;
  /** Stopped by a person; what was measured stays. */
  readonly progress: 'running' | 'stopped' | 'done';
  /** Why it ended before it was done: a sentence for a person. */
  readonly failure: string | null;
  /** The document was edited since, and these offsets are those of before. */
  readonly outOfDate: boolean;
  /** Tokens of the whole document and how many are measured; both 0 until it is cut. */
  readonly tokens: number;
  readonly measured: number;
  /** Tokens of a window, of which half are context beyond the first; 0 until it is known. */
  readonly window: number;
  /** Whether special tokens that are spelled in it were read as plain text; null until something is measured. */
  readonly plain: boolean | null;
  /** The control tokens that it spells, each once; none where they were read as plain text. */
  readonly control: readonly NamedToken[];
  /** Whether these cover all of their text, which is the one before the edits while `outOfDate`. */
  readonly isWhole: boolean;
  readonly lines: DocumentLines;
  readonly total: SurprisalSum;
  /** The most surprising tokens, the most surprising first. */
  readonly surprising: readonly SurprisingToken[];
}
