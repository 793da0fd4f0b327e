import type { Token } from './tokens';

export interface TextView {
  /** The tokens that fit on the panel: context first. */
  readonly tokens: readonly Token[];
  readonly contextCount: number;
  /** Tokens in the whole text, context not counted. */
  readonly total: number;
  /** Tokens without predictions, because they are beyond the limit or what the model reads. */
  readonly leftOut: number;
  /** Tokens that are measured but not drawn. */
  readonly notDrawn: number;
}

/**
 * Where a token stands, for a person: a `position` from 1 at the start of the text, how far it is `before` the text,
 * from 1, or before every text, `added` by the model.
 */
export type Place = { readonly position: number } | { readonly before: number } | { readonly added: true };

/** The token that some models want before every text: it stands first and covers nothing of it. */
export const isAdded = ({ index, special, start, end }: Token): boolean => index === 0 && special && start === end;

/** How many of the tokens, 0 or 1, the model adds. */
export const addedCount = ({ tokens: [first] }: Pick<TextView, 'tokens'>): number => (first && isAdded(first) ? 1 : 0);

/** How many of them stand among those of the text: with a context the added one is the first of that. */
const addedToText = (text: TextView): number => (text.contextCount > 0 ? 0 : addedCount(text));

/** Tokens of the text itself, the added one not counted. */
export const ownTotal = (text: TextView): number => text.total - addedToText(text);

/** The drawn tokens of the text itself, without the context and the added one. */
export const ownTokens = (text: TextView): readonly Token[] => text.tokens.slice(text.contextCount + addedToText(text));

export function placeOf(text: TextView, index: number): Place {
  if (index < addedCount(text)) return { added: true };
  const place = index - text.contextCount;
  return place >= 0 ? { position: place + 1 - addedToText(text) } : { before: -place };
}

/** How many tokens of the text itself get predictions, from the first on. */
export const coveredCount = (text: TextView): number => ownTotal(text) - text.leftOut;

/** First index that gets no prediction. */
export const limitIndex = (text: TextView): number => text.contextCount + text.total - text.leftOut;
