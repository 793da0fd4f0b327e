import type { TextView } from '../../../src/shared/place';
import type { Token } from '../../../src/shared/tokens';

/** Where tokens begin and end in a text; in words, `0:3 3:7`. */
type Spans = string | readonly (readonly [start: number, end: number])[];

const pairs = (words: string) => words.split(' ').map((word) => word.split(':').map(Number) as [number, number]);

export const tokensOf = (spans: Spans): Token[] =>
  (typeof spans === 'string' ? pairs(spans) : spans).map(([start, end], index) => ({
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

export function textOf(spans: Spans, { contextCount = 0, notDrawn = 0 } = {}): TextView {
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
