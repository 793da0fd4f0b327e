import { bisector } from 'd3-array';
import { plainToken } from '../../shared/glyphs';
import { type Side, sizeOf } from '../../shared/sides';
import type { VocabularyToken } from '../../shared/tokens';

interface Flag {
  readonly token: VocabularyToken;
  /** Pixels from the left. */
  readonly x: number;
  /** 0 is the top row. The smallest token is there, so that no pole crosses another name. */
  readonly row: number;
  /** Side of the pole that has the name. */
  readonly side: 'right' | 'left';
}

/** The axis of sizes. */
interface SizeAxis {
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
 * Flags on the axis of sizes, one for each token. If there are more than `most`, the chosen, the smallest and the
 * largest token stay, and others at even steps of size.
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
