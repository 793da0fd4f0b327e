import { isAdded, type TextView } from '../../shared/place';
import { lastPosition, samePosition } from './views';

/** A text, and how it is cut. */
interface Cut {
  readonly text: string;
  readonly view: TextView;
}

/**
 * The position in an edited text that a chosen one has become. The last one stays the last; the others stay at their
 * characters.
 */
export function keptPosition(before: Cut, position: number | null, now: Cut): number {
  const own = position === null ? undefined : before.view.tokens[position];
  if (before.text === now.text || !own || isAdded(own)) return samePosition(before.view, position, now.view);
  if (position === lastPosition(before.view)) return lastPosition(now.view);
  const offset = movedOffset(before.text, own.start, now.text);
  const found = now.view.tokens.findLastIndex((token) => token.start <= offset && !isAdded(token));
  return found < 0 ? lastPosition(now.view) : Math.min(found, lastPosition(now.view));
}

/** Where a character of a text stands after one stretch of the text was replaced. */
function movedOffset(before: string, at: number, now: string): number {
  const most = Math.min(before.length, now.length);
  let start = 0;
  while (start < most && before[start] === now[start]) start++;
  if (at < start) return at;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === now.at(-1 - end)) end++;
  return at >= before.length - end ? at + now.length - before.length : start;
}
