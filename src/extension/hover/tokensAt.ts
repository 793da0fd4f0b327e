import { bisector } from 'd3-array';
import type { Token, Range } from '../../shared/tokens';

/** The most tokens whose neighbours are fetched before the user hovers over them. */
const mostAhead = 64;

/** Fetching starts after a pause without events. Milliseconds. */
const rest = 100;

/** The outcome of a fetch: one was fetched, the engine is busy, or nothing is left to fetch. */
export type Fetched = 'one' | 'busy' | 'none';

/**
 * Fetches likely requests in the background, one after the other. Every other request takes precedence: it waits for at
 * most the one fetch that is under way. Must be disposed of.
 */
export class Prefetch {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param fetchNext never rejects
   * @param ended called when nothing is left to fetch
   */
  constructor(
    private readonly fetchNext: () => Promise<Fetched>,
    private readonly ended: () => void = () => undefined,
  ) {}

  /** Call on every event: fetching starts again after the next pause. */
  later(): void {
    this.#in(rest);
  }

  /** Fetches nothing more until `later` is called. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  dispose(): void {
    this.stop();
  }

  #in(milliseconds: number): void {
    this.stop();
    this.#timer = setTimeout(() => void this.#fetch(), milliseconds);
  }

  async #fetch(): Promise<void> {
    const own = this.#timer;
    const fetched = await this.fetchNext();
    if (this.#timer !== own) return;
    if (fetched === 'none') this.ended();
    else this.#in(fetched === 'busy' ? rest : 0);
  }
}

/**
 * The ids of at most `most` tokens around an offset, each once, the nearest first. Of two tokens at the same distance
 * the later comes first.
 */
export function idsNear(
  tokens: readonly Pick<Token, 'id' | 'start'>[],
  offset: number,
  most = mostAhead,
): readonly number[] {
  const at = indexAt(tokens, offset);
  const ids = new Set<number>();
  for (let away = 0; away < tokens.length; away++) {
    for (const token of [tokens[at + away], tokens[at - away]]) {
      if (ids.size === most) return [...ids];
      if (token) ids.add(token.id);
    }
  }
  return [...ids];
}

export interface TokensAt {
  /** In reading order, at least one. */
  readonly tokens: readonly [Token, ...Token[]];
  /** The range of a single token, or the characters that several share. */
  readonly span: Range;
}

const byStart = bisector(({ start }: Pick<Token, 'start'>) => start);
const byEnd = bisector(({ end }: Token) => end);

/**
 * The tokens that hold parts of a character; `null` if none does. Both the starts and the ends of the tokens must
 * ascend.
 */
export function tokensAt(tokens: readonly Token[], character: Range): TokensAt | null {
  const [first, ...others] = tokens.slice(byEnd.right(tokens, character.start), byStart.left(tokens, character.end));
  if (!first) return null;
  if (others.length === 0) return { tokens: [first], span: { start: first.start, end: first.end } };
  const all = [first, ...others] as const;
  const shared = { start: Math.max(...all.map(({ start }) => start)), end: Math.min(...all.map(({ end }) => end)) };
  // Two tokens can lie side by side in one character of the editor: a line ending of two units. Then they share only
  // that character.
  return { tokens: all, span: shared.start < shared.end ? shared : character };
}

/** The index of the last token that begins at or before an offset, else of the first token. */
export const indexAt = (tokens: readonly Pick<Token, 'start'>[], offset: number): number =>
  Math.max(0, byStart.right(tokens, offset) - 1);

const highSurrogate = /[\ud800-\udbff]/;
const lowSurrogate = /[\udc00-\udfff]/;

/**
 * The character that the editor shows at an offset of a line: a surrogate pair, one UTF-16 unit or, after the text, the
 * line's ending. `endingLength` is its length in UTF-16 units, 0 on the last line.
 */
export function characterAt(line: string, at: number, endingLength: number): Range {
  if (at >= line.length) return { start: line.length, end: line.length + endingLength };
  const isPair = (high: number) => highSurrogate.test(line.charAt(high)) && lowSurrogate.test(line.charAt(high + 1));
  const start = isPair(at - 1) ? at - 1 : at;
  return { start, end: isPair(start) ? start + 2 : start + 1 };
}

/**
 * A longer line is cut around the requested place. The cuts are far enough from it that its tokens do not change.
 * UTF-16 units.
 */
const longestLine = 2000;
const step = longestLine / 2;

/** The part of a line around `at`, the same for all places nearby. A surrogate pair is not split. */
export function partAround(line: string, at: number): { readonly start: number; readonly text: string } {
  const middle = Math.floor(at / step) * step;
  const bound = (offset: number) =>
    lowSurrogate.test(line.charAt(offset)) && highSurrogate.test(line.charAt(offset - 1)) ? offset - 1 : offset;
  const start = bound(Math.max(0, middle - step / 2));
  return { start, text: line.slice(start, bound(Math.min(line.length, middle + step + step / 2))) };
}
