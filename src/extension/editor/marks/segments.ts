import { levelOf, type Level } from '../../../shared/levels';
import type { TextView } from '../../../shared/place';

/** A part of the text that is marked as one. UTF-16 offsets relative to the inspected text, `end` excluded. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly level: Level;
}

/**
 * One segment a token of the text itself, the context left out; tokens that share a character are one segment with the
 * strongest of their values. In order, disjoint, none empty. `strength` has one entry a token: 0 … 1.
 */
export function segments(
  { tokens, contextCount }: Pick<TextView, 'tokens' | 'contextCount'>,
  strength: readonly number[],
): Segment[] {
  const found: Segment[] = [];
  for (let index = contextCount; index < tokens.length; index++) {
    const token = tokens[index];
    if (!token || token.end <= token.start) continue;
    const level = levelOf(strength[index] ?? 0);
    const before = found.at(-1);
    if (!before || token.start >= before.end) found.push({ start: token.start, end: token.end, level });
    else
      found[found.length - 1] = {
        start: before.start,
        end: Math.max(before.end, token.end),
        level: level > before.level ? level : before.level,
      };
  }
  return found;
}
