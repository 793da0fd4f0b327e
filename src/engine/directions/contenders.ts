import type { Vector } from '../arrays/vectors';
import { bucketsOf, lastBucket } from './buckets';

/**
 * The ids that can be among the `count` largest values of a · product − square for some a > 0, rising: all but those
 * that at least `count` others beat by a larger product and a square that is no larger. A few hundred of a vocabulary.
 */
export function contenders(products: Vector, squares: Vector, count: number): Uint32Array {
  // The products of one bucket count as equal.
  const { begins, ids } = bucketsOf(products);
  /** The smallest squares of all higher buckets, rising: `count` of them at most. */
  const smallest: number[] = [];
  const found: number[] = [];
  for (let bucket = lastBucket; bucket >= 0; bucket--) {
    const own = ids.subarray(begins[bucket], begins[bucket + 1]);
    const bound = smallest.length < count ? Infinity : (smallest[count - 1] as number);
    for (const id of own) if ((squares[id] as number) < bound) found.push(id);
    for (const id of own) {
      const square = squares[id] as number;
      if (smallest.length === count && square >= (smallest[count - 1] as number)) continue;
      const place = smallest.findIndex((one) => one > square);
      smallest.splice(place < 0 ? smallest.length : place, 0, square);
      if (smallest.length > count) smallest.pop();
    }
  }
  return Uint32Array.from(found).sort();
}
