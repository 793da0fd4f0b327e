import type { TextView } from '../place';

const placed = new WeakMap<TextView, TextView>();
const ordered = new WeakMap<TextView, TextView>();

/**
 * The text with its tokens at their places in the document. Tokens that stand in no place there have no length: they
 * stand where the one before them ends. They need not ascend, since a template may move a message.
 */
export function inDocument(text: TextView): TextView {
  const { chat } = text;
  if (!chat) return text;
  const known = placed.get(text);
  if (known) return known;
  let at = 0;
  const tokens = text.tokens.map((token, index) => {
    const { start, end } = chat.places[index] ?? { start: at, end: at };
    at = end;
    return { ...token, start, end };
  });
  const found = { ...text, tokens };
  placed.set(text, found);
  return found;
}

/** The tokens that stand in the document, ascending there. */
export function ascending(text: TextView): TextView {
  if (!text.chat) return text;
  const known = ordered.get(text);
  if (known) return known;
  const { tokens } = inDocument(text);
  const found = {
    ...text,
    tokens: tokens.filter(({ start, end }) => start < end).toSorted((a, b) => a.start - b.start || a.end - b.end),
  };
  ordered.set(text, found);
  return found;
}
