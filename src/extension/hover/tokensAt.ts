import { bisector } from 'd3-array';
import type { Token } from '../../shared/tokens';

/** UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface TokensAt {
  /** In reading order, at least one. */
  readonly tokens: readonly [Token, ...Token[]];
  /** The range of a single token, or the characters that several share. */
  readonly span: Span;
}

const byStart = bisector(({ start }: Pick<Token, 'start'>) => start);
const byEnd = bisector(({ end }: Token) => end);

/**
 * The tokens that a character is made of; null where none has it. Neither the starts of the tokens nor their ends may
 * ever go back.
 */
export function tokensAt(tokens: readonly Token[], character: Span): TokensAt | null {
  const [first, ...others] = tokens.slice(byEnd.right(tokens, character.start), byStart.left(tokens, character.end));
  if (!first) return null;
  if (others.length === 0) return { tokens: [first], span: { start: first.start, end: first.end } };
  const all = [first, ...others] as const;
  const shared = { start: Math.max(...all.map(({ start }) => start)), end: Math.min(...all.map(({ end }) => end)) };
  // Two tokens may stand side by side in one character of the editor, a line ending of two units: they share nothing
  // but that.
  return { tokens: all, span: shared.start < shared.end ? shared : character };
}

/** The last token that begins at an offset or before it, else the first: an index. */
export const indexAt = (tokens: readonly Pick<Token, 'start'>[], offset: number): number =>
  Math.max(0, byStart.right(tokens, offset) - 1);

const highSurrogate = /[\ud800-\udbff]/;
const lowSurrogate = /[\udc00-\udfff]/;

/**
 * What the editor shows as one character at an offset of a line: a surrogate pair, one UTF-16 unit, or, behind the
 * text, the line's ending of `endingLength` units, which is 0 on the last line.
 */
export function characterAt(line: string, at: number, endingLength: number): Span {
  if (at >= line.length) return { start: line.length, end: line.length + endingLength };
  const isPair = (high: number) => highSurrogate.test(line.charAt(high)) && lowSurrogate.test(line.charAt(high + 1));
  const start = isPair(at - 1) ? at - 1 : at;
  return { start, end: isPair(start) ? start + 2 : start + 1 };
}

/**
 * Lengths in UTF-16 units: a longer line is cut around the place that is asked for, on both sides far enough to change
 * no token there.
 */
const longestLine = 2000;
const step = longestLine / 2;

/** A part of a line, the same for all places near `at`; a surrogate pair is not split. */
export function partAround(line: string, at: number): { readonly start: number; readonly text: string } {
  const middle = Math.floor(at / step) * step;
  const bound = (offset: number) =>
    lowSurrogate.test(line.charAt(offset)) && highSurrogate.test(line.charAt(offset - 1)) ? offset - 1 : offset;
  const start = bound(Math.max(0, middle - step / 2));
  return { start, text: line.slice(start, bound(Math.min(line.length, middle + step + step / 2))) };
}
