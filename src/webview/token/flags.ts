import { bisector } from 'd3-array';
import { type Side, sizeOf } from '../../shared/sides';
import type { VocabularyToken } from '../../shared/tokens';
import { plainToken } from '../../shared/glyphs';

export interface Flag {
  readonly token: VocabularyToken;
  /** Pixels from the left. */
  readonly x: number;
  /** 0 is the topmost; the smallest token flies highest, so that no pole crosses the name of another. */
  readonly row: number;
  /** Side of the pole on which the name stands. */
  readonly side: 'right' | 'left';
}

/** What the axis holds: the sizes of one of the two rows, and where they are drawn. */
export interface SizeAxis {
  readonly side: Side;
  /** Pixels of a size. */
  readonly place: (size: number) => number;
  readonly width: number;
}

const bySize =
  (side: Side) =>
  (a: VocabularyToken, b: VocabularyToken): number =>
    sizeOf(a, side) - sizeOf(b, side) || a.id - b.id;

/**
 * Which of the tokens get a flag on the axis of sizes, and where. Every token is named once. Beyond `most`, the chosen
 * one, the smallest and the largest stay, and the rest are taken at even steps of size.
 */
export function flags(
  tokens: readonly VocabularyToken[],
  chosen: VocabularyToken,
  { side, place, width }: SizeAxis,
  most: number,
  characterWidth: number,
): readonly Flag[] {
  const distinct = [...new Map([...tokens, chosen].map((token) => [token.id, token])).values()].sort(bySize(side));
  const kept = distinct.length <= most ? distinct : thin(distinct, chosen, most, side);
  return kept.map((token, row) => {
    const x = place(sizeOf(token, side));
    return { token, x, row, side: x + 4 + plainToken(token).length * characterWidth > width ? 'left' : 'right' };
  });
}

function thin(
  sorted: readonly VocabularyToken[],
  chosen: VocabularyToken,
  most: number,
  side: Side,
): readonly VocabularyToken[] {
  const first = sorted[0];
  const last = sorted.at(-1);
  if (!first || !last) return sorted;
  const of = (token: VocabularyToken) => sizeOf(token, side);
  const at = bisector(of);
  const kept = new Set([first, last, ...sorted.filter(({ id }) => id === chosen.id)]);
  const steps = most - kept.size;
  for (let step = 1; step <= steps; step++) {
    const target = of(first) + ((of(last) - of(first)) * step) / (steps + 1);
    const nearest = sorted[Math.min(at.center(sorted, target), sorted.length - 1)];
    if (nearest) kept.add(nearest);
  }
  return [...kept].sort(bySize(side));
}
