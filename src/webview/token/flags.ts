import { bisector } from 'd3-array';
import { plainToken } from '../../shared/glyphs';
import type { NamedToken } from '../../shared/tokens';
import { shortenedToken } from '../parts/text';

export interface Flag<T> {
  readonly token: T;
  /** Pixels from the left. */
  readonly x: number;
  /** 0 is the top row. The token with the smallest value is there, so that no pole crosses another name. */
  readonly row: number;
  /** Side of the pole that has the name. */
  readonly side: 'right' | 'left';
}

/** The axis of sizes, or of another number that every token has. */
interface Axis<T> {
  readonly of: (token: T) => number;
  /** Pixels of a value. */
  readonly place: (value: number) => number;
  readonly width: number;
}

/** So that a name has room on one side of its pole, even in a narrow panel. Characters. */
export const longestName = 24;

const byValue =
  <T extends NamedToken>(of: Axis<T>['of']) =>
  (a: T, b: T): number =>
    of(a) - of(b) || a.id - b.id;

/**
 * Flags on an axis, one for each token. If there are more than `most`, the chosen, the smallest and the
 * largest token stay, and others at even steps of the axis.
 */
export function flags<T extends NamedToken>(
  tokens: readonly T[],
  chosen: T | null,
  { of, place, width }: Axis<T>,
  most: number,
  characterWidth: number,
): readonly Flag<T>[] {
  const all = chosen ? [...tokens, chosen] : tokens;
  const distinct = [...new Map(all.map((token) => [token.id, token])).values()].sort(byValue(of));
  const kept = distinct.length <= most ? distinct : thin(distinct, chosen, most, of);
  return kept.map((whole, row) => {
    const token = shortenedToken(whole, longestName);
    const x = place(of(token));
    return { token, x, row, side: x + 4 + plainToken(token).length * characterWidth > width ? 'left' : 'right' };
  });
}

function thin<T extends NamedToken>(
  sorted: readonly T[],
  chosen: T | null,
  most: number,
  of: Axis<T>['of'],
): readonly T[] {
  const first = sorted[0];
  const last = sorted.at(-1);
  if (!first || !last) return sorted;
  const at = bisector(of);
  const kept = new Set([first, last, ...sorted.filter(({ id }) => id === chosen?.id)]);
  const steps = most - kept.size;
  for (let step = 1; step <= steps; step++) {
    const target = of(first) + ((of(last) - of(first)) * step) / (steps + 1);
    const nearest = sorted[Math.min(at.center(sorted, target), sorted.length - 1)];
    if (nearest) kept.add(nearest);
  }
  return [...kept].sort(byValue(of));
}
