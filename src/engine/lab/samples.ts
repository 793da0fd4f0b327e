import { randomLcg, randomNormal } from 'd3-random';

/**
 * `count` ids spread evenly over a vocabulary, in rising order; all of them where there are no more. Low ids are
 * special, frequent and short.
 */
export function spread(vocabulary: number, count: number): number[] {
  if (count >= vocabulary) return Array.from({ length: vocabulary }, (_, id) => id);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * vocabulary) / count));
}

/** All ids in an order of which every beginning is spread over the whole: steps of the golden section (Weyl 1916). */
export function everywhere(ids: readonly number[]): number[] {
  const golden = (Math.sqrt(5) - 1) / 2;
  let step = Math.max(1, Math.round(ids.length * golden));
  while (divisor(step, ids.length) > 1) step++;
  return Array.from(ids, (_, i) => ids[(i * step) % ids.length] as number);
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** Draws vectors of one length in random directions: normalised Gaussians, the same ones for the same seed. */
export function directionsFrom(seed: number, dimensions: number): (size?: number) => Float64Array {
  // The generator takes a fraction; neighbouring seeds must not begin alike.
  const normal = randomNormal.source(randomLcg((seed * 0.618033988749895) % 1))();
  return (size = 1) => {
    const vector = new Float64Array(dimensions);
    let squares = 0;
    for (let j = 0; j < dimensions; j++) squares += (vector[j] = normal()) ** 2;
    const scale = size / Math.sqrt(squares);
    return vector.map((value) => value * scale);
  };
}
