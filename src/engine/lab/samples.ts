import { randomLcg, randomNormal } from 'd3-random';

/**
 * At most `count` ids, evenly spaced over a vocabulary, in rising order. The first ids alone would be no fair sample:
 * they are special, frequent and short.
 */
export function evenlySpaced(vocabulary: number, count: number): number[] {
  if (count >= vocabulary) return Array.from({ length: vocabulary }, (_, id) => id);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * vocabulary) / count));
}

/** All ids in an order whose first n are spread over the whole, for any n: steps of the golden section (Weyl 1916). */
export function interleaved(ids: readonly number[]): number[] {
  const golden = (Math.sqrt(5) - 1) / 2;
  let step = Math.max(1, Math.round(ids.length * golden));
  while (divisor(step, ids.length) > 1) step++;
  return Array.from(ids, (_, i) => ids[(i * step) % ids.length] as number);
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/** Draws vectors of a given size in random directions, as normalised Gaussians. A seed always gives the same ones. */
export function directionsFrom(seed: number, dimensions: number): (size?: number) => Float64Array {
  // The generator takes a fraction. The golden section keeps neighbouring seeds from starting alike.
  const normal = randomNormal.source(randomLcg((seed * 0.618033988749895) % 1))();
  return (size = 1) => {
    const vector = new Float64Array(dimensions);
    let squares = 0;
    for (let j = 0; j < dimensions; j++) squares += (vector[j] = normal()) ** 2;
    const scale = size / Math.sqrt(squares);
    return vector.map((value) => value * scale);
  };
}
