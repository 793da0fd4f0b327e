import type { Vector } from '../arrays/vectors';
import { bucketsOf, lastBucket, type Buckets } from './buckets';

/**
 * Scores in buckets of equal width. The place of an entry is found without looking at every score.
 */
export class RankPlaces {
  readonly #buckets: Buckets;

  /** `scores` are finite numbers, larger when nearer; at least one. */
  constructor(private readonly scores: Vector) {
    this.#buckets = bucketsOf(scores);
  }

  /** Never falls with the score, whatever rounding does; scores beyond both ends fall into the outermost buckets. */
  #bucket(score: number): number {
    const { least, perScore } = this.#buckets;
    return Math.trunc(Math.max(0, Math.min(lastBucket, (score - least) * perScore)));
  }

  /**
   * Number of scores above `surely`, and of those from `perhaps` to `surely` for which `isBefore` holds. `perhaps` ≤
   * `surely`.
   */
  before(perhaps: number, surely: number, isBefore: (id: number) => boolean): number {
    const { scores } = this;
    const { begins, ids } = this.#buckets;
    const above = begins[this.#bucket(surely) + 1] as number;
    let before = scores.length - above;
    for (let place = begins[this.#bucket(perhaps)] as number; place < above; place++) {
      const id = ids[place] as number;
      const score = scores[id] as number;
      if (score > surely || (score >= perhaps && isBefore(id))) before++;
    }
    return before;
  }
}
