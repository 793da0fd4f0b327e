import type { BackendAgreement } from '../../shared/backend';
import { distance, dot, norm, row } from '../arrays/vectors';

/** The least cosine of two runs that agree. Wrong quantised kernels give far less. */
const leastCosine = 0.9999;

/** Residuals of one text, a `positions × dimensions` array for each layer and one for before the first. */
export type Residuals = readonly Float32Array[];

/**
 * Compares two runs of a text: the residuals after each layer, and whether the likeliest tokens are the same. If a
 * number is NaN, so is the cosine, and the layer is the first at fault.
 */
export function agreementOf(
  expected: Residuals,
  found: Residuals,
  dimensions: number,
  sameTop: boolean,
): BackendAgreement {
  let worst = { cosine: 1, layer: 0 };
  let deviation = 0;
  for (let layer = 0; layer < expected.length - 1; layer++) {
    const [a, b] = [expected[layer + 1] as Float32Array, found[layer + 1] as Float32Array];
    for (let i = 0; i < a.length / dimensions; i++) {
      const [u, v] = [row(a, i, dimensions), row(b, i, dimensions)];
      const cosine = dot(u, v) / (norm(u) * norm(v));
      if (!Number.isNaN(worst.cosine) && !(cosine >= worst.cosine)) worst = { cosine, layer };
      deviation = Math.max(deviation, distance(u, v) / norm(u));
    }
  }
  return { ...worst, deviation, sameTop };
}

export const worstOf = (all: readonly BackendAgreement[]): BackendAgreement =>
  all.reduce((worst, next) => ({
    ...(Number.isNaN(worst.cosine) || worst.cosine <= next.cosine
      ? { cosine: worst.cosine, layer: worst.layer }
      : { cosine: next.cosine, layer: next.layer }),
    deviation: Math.max(worst.deviation, next.deviation),
    sameTop: worst.sameTop && next.sameTop,
  }));

/** A cosine ignores sizes, so the deviation may be no larger than that angle allows. */
export const agree = ({ cosine, deviation, sameTop }: BackendAgreement): boolean =>
  sameTop && cosine > leastCosine && deviation < Math.sqrt(2 * (1 - leastCosine));
