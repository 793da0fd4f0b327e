import type { Appended } from './appended';
import type { ChatView } from './chat/view';
import type { TextRequest, Token } from './tokens';

/** How a text was cut and run. The options may have changed since. */
export type HowRead = Required<Pick<TextRequest, 'plain' | 'limit'>>;

export interface TextView {
  /** The drawn tokens: those of the context first. */
  readonly tokens: readonly Token[];
  readonly contextCount: number;
  /** Tokens of the whole text without the context. */
  readonly total: number;
  /** Tokens without predictions: beyond the limit, or beyond the model's context length. */
  readonly leftOut: number;
  /** Tokens that are measured but not drawn. */
  readonly notDrawn: number;
  readonly read: HowRead;
  /**
   * Present if this is a conversation as a template rendered it. The tokens then count from the beginning of the
   * rendered text, and `inDocument` has their places in the document.
   */
  readonly chat?: ChatView;
  /** What was put after the text, or after the rendered conversation. It is not in the document. */
  readonly appended?: Appended;
}

/** A token's place for a person: `position` in the text or `before` it, both from 1, or `added` by the model. */
type Place = { readonly position: number } | { readonly before: number } | { readonly added: true };

/** The token that some models add before every text. It covers no characters. */
export const isAdded = ({ index, special, start, end }: Token): boolean => index === 0 && special && start === end;

/** The part of a text that decides where a token's place is. */
export type PlacedText = Pick<TextView, 'tokens' | 'contextCount'>;

/** Number of tokens that the model adds: 0 or 1. */
export const addedCount = ({ tokens: [first] }: Pick<TextView, 'tokens'>): number => (first && isAdded(first) ? 1 : 0);

/** How many of them count as tokens of the text. With a context, the added one belongs to that. */
const addedToText = (text: PlacedText): number => (text.contextCount > 0 ? 0 : addedCount(text));

/** Number of tokens of the text itself, without the added one. */
export const ownTotal = (text: TextView): number => text.total - addedToText(text);

/** The drawn tokens of the text itself, without the context and the added one. */
export const ownTokens = (text: TextView): readonly Token[] => text.tokens.slice(text.contextCount + addedToText(text));

export function placeInText(text: PlacedText, index: number): Place {
  if (index < addedCount(text)) return { added: true };
  const place = index - text.contextCount;
  return place >= 0 ? { position: place + 1 - addedToText(text) } : { before: -place };
}

/** How many tokens of the text itself have predictions: the first ones. */
export const coveredCount = (text: TextView): number => ownTotal(text) - text.leftOut;

/** The first index without a prediction. */
export const limitIndex = (text: TextView): number => text.contextCount + text.total - text.leftOut;
