import type { SizeSummary } from '../../shared/engine';

/** Share of the vocabulary that an axis of sizes must cover. */
const coveredShare = 0.995;
/** An axis this many times as long as that share needs would serve only a few tokens, often the one before a text. */
const mostStretch = 2.5;
const margin = 1.1;

/** Domain of an axis of sizes, model units: all sizes, unless a few outliers would squeeze the rest. */
export function usefulDomain({
  histogram: { from, width, counts },
}: Pick<SizeSummary, 'histogram'>): readonly [number, number] {
  const total = counts.reduce((sum, many) => sum + many, 0);
  let covered = 0;
  const last = counts.findIndex((many) => (covered += many) >= coveredShare * total);
  const needed = width * (last + 1);
  const whole = width * counts.length;
  return [from, from + (whole > mostStretch * needed ? margin * needed : whole)];
}
