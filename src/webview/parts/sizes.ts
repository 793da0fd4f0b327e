import type { SizeSummary } from '../../shared/engine';

/** Share of the vocabulary that an axis of sizes must hold. */
const most = 0.995;
/**
 * An axis this many times longer than what that share needs is made for a few tokens alone: the one before every text
 * is often such a one.
 */
const dwarfed = 2.5;
/** Room beside what is held. */
const room = 1.1;

/**
 * Ends of a useful axis of sizes, model units: the smallest and the largest, unless a few are so long that all others
 * would be squeezed.
 */
export function usefulEnds({
  histogram: { from, width, counts },
}: Pick<SizeSummary, 'histogram'>): readonly [number, number] {
  const total = counts.reduce((sum, many) => sum + many, 0);
  let held = 0;
  const last = counts.findIndex((many) => (held += many) >= most * total);
  const needed = width * (last + 1);
  const whole = width * counts.length;
  return [from, from + (whole > dwarfed * needed ? room * needed : whole)];
}
