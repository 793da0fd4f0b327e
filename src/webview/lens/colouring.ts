import { scaleLinear, scaleLog } from 'd3-scale';
import type { LensColouring } from '../../shared/instruments';
import type { Cell } from './cells';

/** The coloured quantity of a cell: a share, bits, or a place from 1; null where it is not known. */
export function quantityOf(colouring: LensColouring, { top, entropy, rank }: Cell): number | null {
  switch (colouring) {
    case 'probability':
      return top[0]?.probability ?? null;
    case 'entropy':
      return entropy;
    case 'rank':
      return rank;
  }
}

/** What the scale's colour goes from and to: none of it, all of it. */
export function scaleEnds(colouring: LensColouring, vocabulary: number): readonly [number, number] {
  switch (colouring) {
    case 'probability':
      return [0, 1];
    case 'entropy':
      return [0, Math.log2(vocabulary)];
    case 'rank':
      return [vocabulary, 1];
  }
}

/** Share of the scale's colour, 0 … 1. Ranks are spread by their logarithm, since the first few are what matters. */
export function strengthOf(colouring: LensColouring, value: number | null, vocabulary: number): number {
  if (value === null) return 0;
  const ends = scaleEnds(colouring, vocabulary);
  const scale = colouring === 'rank' ? scaleLog(ends, [0, 1]) : scaleLinear(ends, [0, 1]);
  return scale.clamp(true)(value);
}
