import type { TextView } from '../../../src/shared/place';
import type { Token } from '../../../src/shared/tokens';

/** Pairs of numbers, such as where tokens begin and end; in words, `0:3 3:7`. */
export type Pairs = string | readonly (readonly [number, number])[];

export const pairsOf = (pairs: Pairs) =>
  typeof pairs === 'string' ? pairs.split(' ').map((pair) => pair.split(':').map(Number) as [number, number]) : pairs;

export const tokensOf = (spans: Pairs): Token[] =>
  pairsOf(spans).map(([start, end], index) => ({
    id: index,
    text: '',
    bytes: [],
    special: false,
    size: 1,
    percentile: 0,
    index,
    start,
    end,
  }));

export function textOf(spans: Pairs, { contextCount = 0, notDrawn = 0 } = {}): TextView {
  const tokens = tokensOf(spans);
  return {
    tokens,
    contextCount,
    total: tokens.length - contextCount + notDrawn,
    leftOut: notDrawn,
    notDrawn,
    read: { plain: false, limit: 512 },
  };
}
