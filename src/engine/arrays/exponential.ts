const steps = 1024;

/**
 * Writes e^(x − greatest) of each x, within 6e-11 of itself, in less than half the time that `Math.exp` takes: 2^(−i /
 * 1024) from two tables, and the rest from its series. A larger x counts as the greatest.
 */
export function expsInto(values: Float64Array, greatest: number, into: Float64Array): void {
  // Local names, since a bundle makes variables of constants outside, and each use would look them up.
  const { fractions, powers } = tables;
  const perUnit = steps / Math.LN2;
  const step = Math.LN2 / steps;
  for (let at = 0; at < values.length; at++) {
    const x = Math.min(0, (values[at] as number) - greatest);
    const i = (x * -perUnit) | 0;
    const rest = x + i * step;
    into[at] =
      x < least
        ? 0
        : (fractions[i & (steps - 1)] as number) * (powers[i >> 10] as number) * (1 + rest * (1 + 0.5 * rest));
  }
}

/** e^x below is nothing beside 1. */
const least = -700;
/** 2^(−i / 1024) and 2^−i. */
const tables = {
  fractions: Float64Array.from({ length: steps }, (_, i) => 2 ** (-i / steps)),
  powers: Float64Array.from({ length: 1024 }, (_, i) => 2 ** -i),
};
