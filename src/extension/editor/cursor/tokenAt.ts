import { bisector } from 'd3-array';
import type { TextView } from '../../../shared/place';
import type { Token } from '../../../shared/tokens';

const byEnd = bisector<Token, number>(({ end }) => end);

/**
 * Index of the token that covers the character behind a caret, or of the last token for a caret at the end of the whole
 * text; null if there is none. The offset is in UTF-16 units, relative to the inspected text. If several tokens share
 * the character, it is `preferred` if that is one of them, else the first, and at the end the last.
 */
export function tokenAt(
  { tokens, contextCount, notDrawn }: Pick<TextView, 'tokens' | 'contextCount' | 'notDrawn'>,
  offset: number,
  preferred: number | null,
): number | null {
  const last = tokens.at(-1);
  if (!last || offset < 0) return null;
  const atEnd = notDrawn === 0 && offset === last.end;
  const covers = ({ start, end }: Token) => (atEnd ? end === offset : start <= offset && offset < end);
  const known =
    preferred === null || preferred < contextCount ? undefined : tokens.find(({ index }) => index === preferred);
  if (preferred !== null && known && covers(known)) return preferred;
  const index = atEnd ? tokens.length - 1 : byEnd.right(tokens, offset, contextCount);
  const found = tokens[index];
  return found && covers(found) ? found.index : null;
}
