import type { Vector } from '../arrays/vectors';

/** The last bucket; the others count from 0. */
export const lastBucket = 4095;

/** Ids in buckets of equal width by their scores, the smallest scores first. */
export interface Buckets {
  readonly least: number;
  /** Buckets a unit of the score; 0 where all scores are equal. */
  readonly perScore: number;
  /** Where each bucket begins among the ids, and the end of the last. */
  readonly begins: Uint32Array;
  readonly ids: Uint32Array;
}

/** `scores` are finite numbers, at least one. */
export function bucketsOf(scores: Vector): Buckets {
  const { length } = scores;
  let least = Infinity;
  let greatest = -Infinity;
  for (let id = 0; id < length; id++) {
    const score = scores[id] as number;
    if (score < least) least = score;
    if (score > greatest) greatest = score;
  }
  const perScore = greatest > least ? lastBucket / (greatest - least) : 0;
  const bucketOf = new Uint16Array(length);
  const begins = new Uint32Array(lastBucket + 2);
  for (let id = 0; id < length; id++) {
    const bucket = Math.trunc(((scores[id] as number) - least) * perScore);
    bucketOf[id] = bucket;
    begins[bucket + 1]! += 1;
  }
  for (let bucket = 0; bucket <= lastBucket; bucket++) begins[bucket + 1]! += begins[bucket] as number;
  const next = begins.slice();
  const ids = new Uint32Array(length);
  for (let id = 0; id < length; id++) ids[next[bucketOf[id] as number]!++] = id;
  return { least, perScore, begins, ids };
}
