import type { Agreement } from '../../shared/backend';
import { distance, dot, norm, row } from '../tools/vectors';

/** The two may be called the same from here on: quantised kernels that are wrong lie far below. */
const leastCosine = 0.9999;

/** Residuals of one text, a `positions × dimensions` array for each layer, the first of them from before all layers. */
export type Residuals = readonly Float32Array[];

/**
 * How far two runs of the same text agree: in the residuals after each layer, and in the likeliest token after each of
 * the first positions. What is no number agrees with nothing: the cosine is NaN then, and the layer the first.
 */
export function agreementOf(expected: Residuals, found: Residuals, dimensions: number, sameTop: boolean): Agreement {
  let worst = { cosine: 1, layer: 1 };
  let deviation = 0;
  for (let layer = 1; layer < expected.length; layer++) {
    const [a, b] = [expected[layer] as Float32Array, found[layer] as Float32Array];
    for (let i = 0; i < a.length / dimensions; i++) {
      const [u, v] = [row(a, i, dimensions), row(b, i, dimensions)];
      const cosine = dot(u, v) / (norm(u) * norm(v));
      if (!Number.isNaN(worst.cosine) && !(cosine >= worst.cosine)) worst = { cosine, layer };
      deviation = Math.max(deviation, distance(u, v) / norm(u));
    }
  }
  return { ...worst, deviation, sameTop };
}

/** Of several texts the worst. */
export const worstOf = (all: readonly Agreement[]): Agreement =>
  all.reduce((worst, next) => ({
    ...(Number.isNaN(worst.cosine) || worst.cosine <= next.cosine
      ? { cosine: worst.cosine, layer: worst.layer }
      : { cosine: next.cosine, layer: next.layer }),
    deviation: Math.max(worst.deviation, next.deviation),
    sameTop: worst.sameTop && next.sameTop,
  }));

/** A cosine says nothing of lengths, so the difference may be no longer than one of that angle. */
export const agree = ({ cosine, deviation, sameTop }: Agreement): boolean =>
  sameTop && cosine > leastCosine && deviation < Math.sqrt(2 * (1 - leastCosine));
