import type { TextView } from './panel';

/** Where a token stands, for a person: a `position` from 1 at the start of the text, or how far it is `before` the text, from 1. */
export type Place = { readonly position: number } | { readonly before: number };

export function placeOf(text: TextView, index: number): Place {
  const place = index - text.contextCount;
  return place >= 0 ? { position: place + 1 } : { before: -place };
}

/** First index that gets no prediction. */
export const limitIndex = (text: TextView): number => text.contextCount + text.total - text.leftOut;
