import { byPair, type Agreement, type MetricPair } from '../../shared/lab';
import type { ByMetric, Metric } from '../../shared/metrics';

const persistence = 0.9;

/** |A ∩ B| / k of two lists of k different ids: 0 … 1. */
export function overlap(a: readonly number[], b: readonly number[]): number {
  const others = new Set(b);
  return a.filter((id) => others.has(id)).length / a.length;
}

/**
 * Rank-biased overlap of two lists of equal length, extrapolated beyond their last rank, p = 0.9: 0 … 1. Webber, Moffat
 * & Zobel, “A similarity measure for indefinite rankings”, 2010, equation 30.
 */
export function rankBiasedOverlap(a: readonly number[], b: readonly number[]): number {
  const seen = new Set<number>();
  let shared = 0;
  let sum = 0;
  for (let depth = 1; depth <= a.length; depth++) {
    for (const id of [a[depth - 1] as number, b[depth - 1] as number]) {
      if (seen.has(id)) shared++;
      seen.add(id);
    }
    sum += (shared / depth) * persistence ** depth;
  }
  return (shared / a.length) * persistence ** a.length + ((1 - persistence) / persistence) * sum;
}

const metricsOf: Readonly<Record<MetricPair, readonly [Metric, Metric]>> = {
  'euclidean-dot': ['euclidean', 'dot'],
  'euclidean-cosine': ['euclidean', 'cosine'],
  'dot-cosine': ['dot', 'cosine'],
};

/** How far the lists of ids by the three metrics agree. */
export function agreement(lists: ByMetric<readonly number[]>): Agreement {
  const compared = (by: (a: readonly number[], b: readonly number[]) => number) =>
    byPair((pair) => by(lists[metricsOf[pair][0]], lists[metricsOf[pair][1]]));
  return { overlap: compared(overlap), rbo: compared(rankBiasedOverlap) };
}

/** The mean of several agreements; zeros if there are none. */
export function meanAgreement(all: readonly Agreement[]): Agreement {
  const mean = (of: (one: Agreement) => number) =>
    all.length === 0 ? 0 : all.reduce((sum, one) => sum + of(one), 0) / all.length;
  return {
    overlap: byPair((pair) => mean((one) => one.overlap[pair])),
    rbo: byPair((pair) => mean((one) => one.rbo[pair])),
  };
}
