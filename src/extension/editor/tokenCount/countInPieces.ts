import { EngineError } from '../../../shared/errors';

/** A text that is read part by part. Offsets are UTF-16 units from its beginning. */
export interface LongText {
  readonly length: number;
  slice(start: number, end: number): string;
}

export interface TokenCount {
  readonly tokens: number;
  /** Whether the text was counted in one piece. */
  readonly isExact: boolean;
}

/** The engine cuts this much in about 20 ms, and answers nothing else meanwhile. UTF-16 units. */
export const pieceLength = 16_384;

/** Text that is farther away changes no token, except within a long run without a space. UTF-16 units. */
const overlap = 512;

/**
 * Counts the tokens of a text in pieces. Both ends of a piece may split tokens. So each piece begins before the end of
 * the last one, and the part that the two share is counted alone and subtracted: it has the same faults at its ends.
 */
export async function countInPieces(text: LongText, countOf: (part: string) => Promise<number>): Promise<TokenCount> {
  let tokens = 0;
  for (let end = 0; end < text.length;) {
    const [start, shared] = [Math.max(0, end - overlap), end];
    end = Math.min(text.length, end + pieceLength);
    tokens += await countOf(text.slice(start, end)).catch(noneIfEmpty);
    if (shared > 0) tokens -= await countOf(text.slice(start, shared)).catch(noneIfEmpty);
  }
  return { tokens, isExact: text.length <= pieceLength };
}

/** A part that the vocabulary cannot spell has no tokens. */
function noneIfEmpty(error: unknown): number {
  if (error instanceof EngineError && error.code === 'empty-text') return 0;
  throw error;
}
