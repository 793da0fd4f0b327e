import { firstAppended } from './appended';
import type { TextView } from './place';

const placed = new WeakMap<TextView, TextView>();
const ordered = new WeakMap<TextView, TextView>();

/**
 * The text with its tokens at their places in the document. A token that a chat template wrote or that a person
 * appended has no place there and no length: it stands where the one before it ends. The tokens of a conversation need
 * not ascend, since a template may move a message.
 */
export function inDocument(text: TextView): TextView {
  const { chat, appended } = text;
  if (!chat && !appended) return text;
  const known = placed.get(text);
  if (known) return known;
  const own = firstAppended(text);
  let at = 0;
  const tokens = text.tokens.map((token, index) => {
    const place = index < own && (chat ? chat.places[index] : token);
    const { start, end } = place || { start: at, end: at };
    at = end;
    return { ...token, start, end };
  });
  const found = { ...text, tokens };
  placed.set(text, found);
  return found;
}

/** The tokens that stand in the document, ascending there. */
export function ascending(text: TextView): TextView {
  if (!text.chat && !text.appended) return text;
  const known = ordered.get(text);
  if (known) return known;
  const own = inDocument(text).tokens.slice(0, firstAppended(text));
  const tokens = text.chat
    ? own.filter(({ start, end }) => start < end).toSorted((a, b) => a.start - b.start || a.end - b.end)
    : own;
  const found = { ...text, tokens };
  ordered.set(text, found);
  return found;
}
