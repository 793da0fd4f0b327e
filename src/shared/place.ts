import type { TextView } from './panel';

/** Where a token stands, for a person: positions count from 1 at the start of the text, the context counts backwards from it. */
export function placeOf(text: TextView, index: number): string {
  const place = index - text.contextCount;
  return place >= 0 ? `position ${place + 1}` : `${-place} before the text`;
}

/** First index that gets no prediction. */
export const limitIndex = (text: TextView): number => text.contextCount + text.total - text.leftOut;
