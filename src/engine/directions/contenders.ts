import type { Vector } from '../arrays/vectors';

/** Products are compared by buckets of equal width; those of one bucket count as equal. */
const buckets = 4096;

/**
 * The ids that can be among the `count` largest values of a · product − square for some a > 0, rising: all but those
 * that at least `count` others beat by a larger product and a square that is no larger. A few hundred of a vocabulary.
 */
export function contenders(products: Vector, squares: Vector, count: number): Uint32Array {
  const { length } = products;
  let [least, most] = [Infinity, -Infinity];
  for (let id = 0; id < length; id++) {
    const product = products[id] as number;
    if (product < least) least = product;
    if (product > most) most = product;
  }
  const perProduct = most > least ? (buckets - 1) / (most - least) : 0;
  const bucketOf = new Uint16Array(length);
  const begins = new Uint32Array(buckets + 1);
  for (let id = 0; id < length; id++) {
    const bucket = Math.trunc(((products[id] as number) - least) * perProduct);
    bucketOf[id] = bucket;
    begins[bucket + 1]! += 1;
  }
  for (let bucket = 0; bucket < buckets; bucket++) begins[bucket + 1]! += begins[bucket] as number;
  const next = begins.slice();
  const ids = new Uint32Array(length);
  for (let id = 0; id < length; id++) ids[next[bucketOf[id] as number]!++] = id;

  /** The smallest squares of all higher buckets, rising: `count` of them at most. */
  const smallest: number[] = [];
  const found: number[] = [];
  for (let bucket = buckets - 1; bucket >= 0; bucket--) {
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
