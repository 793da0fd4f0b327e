import type { Term } from './terms';

/**
 * Where a reader stops on the way through the terms of a section: at one mention of each term, in reading order. It is
 * the first mention that does not lie behind the reader, or else the first of all. `at` is the stop to begin at.
 */
export function stopsOf<T extends { readonly term: Term }>(mentions: readonly T[], isBehind: (mention: T) => boolean) {
  const behind = new Set(mentions.filter(isBehind));
  const chosen = new Map<Term, T>();
  for (const mention of mentions) {
    const before = chosen.get(mention.term);
    if (!before || (behind.has(before) && !behind.has(mention))) chosen.set(mention.term, mention);
  }
  const stops = mentions.filter((mention) => chosen.get(mention.term) === mention);
  return {
    stops,
    at: Math.max(
      0,
      stops.findIndex((stop) => !behind.has(stop)),
    ),
  };
}
