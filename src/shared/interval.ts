import type { Interval } from './lab';

/** The normal distribution's quantile for 95 %, both sides together. */
const z = 1.959964;

/**
 * The 95 % interval of a share in the whole run after `tried` of `of` trials: Wilson's score interval (1927) with the
 * correction for a finite population. A mean of values from 0 to 1 has at most the variance of a share, so the interval
 * also holds for such a mean.
 */
export function intervalOf(share: number, tried: number, of: number): Interval {
  if (tried >= of) return { tried, of, low: share, high: share };
  const effective = (tried * (of - 1)) / (of - tried);
  const scale = 1 + z ** 2 / effective;
  const centre = (share + z ** 2 / (2 * effective)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / effective + z ** 2 / (4 * effective ** 2));
  return { tried, of, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
