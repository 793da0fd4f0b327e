import type { OfBoth } from '../../../shared/vectors/texts';

/** Tokens that two texts share at their start. */
export function sharedStart(a: readonly number[], b: readonly number[]): number {
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return same;
}

/** See `TwoTexts.pairs`. */
export function pairsOf(a: readonly number[], b: readonly number[]): OfBoth[] {
  const start = sharedStart(a, b);
  const end = sharedStart(a.slice(start).reverse(), b.slice(start).reverse());
  const fromStart = a.length === b.length ? a.length - end : start;
  return [
    ...Array.from({ length: fromStart }, (_, i): OfBoth => [i, i]),
    ...Array.from({ length: end }, (_, i): OfBoth => [a.length - end + i, b.length - end + i]),
  ];
}
