import type { Vector } from '../arrays/vectors';

/** The last bucket; the others count from 0. */
const last = 4095;

/**
 * Scores in buckets of equal width. The place of an entry is found without looking at every score.
 */
export class Places {
  readonly #least: number;
  readonly #perScore: number;
  /** Where each bucket begins among the ids, and the end of the last. */
  readonly #begins: Uint32Array;
  readonly #ids: Uint32Array;

  /** `scores` are finite numbers, larger when nearer; at least one. */
  constructor(private readonly scores: Vector) {
    const { length } = scores;
    let least = Infinity;
    let greatest = -Infinity;
    for (let id = 0; id < length; id++) {
      const score = scores[id] as number;
      if (score < least) least = score;
      if (score > greatest) greatest = score;
    }
    this.#least = least;
    this.#perScore = greatest > least ? last / (greatest - least) : 0;
    const bucketOf = new Uint16Array(length);
    const begins = (this.#begins = new Uint32Array(last + 2));
    for (let id = 0; id < length; id++) {
      const bucket = Math.trunc(((scores[id] as number) - least) * this.#perScore);
      bucketOf[id] = bucket;
      begins[bucket + 1]! += 1;
    }
    for (let bucket = 0; bucket <= last; bucket++) begins[bucket + 1]! += begins[bucket] as number;
    const next = begins.slice();
    this.#ids = new Uint32Array(length);
    for (let id = 0; id < length; id++) this.#ids[next[bucketOf[id] as number]!++] = id;
  }

  /** Never falls with the score, whatever rounding does; scores beyond both ends fall into the outermost buckets. */
  #bucket(score: number): number {
    return Math.trunc(Math.max(0, Math.min(last, (score - this.#least) * this.#perScore)));
  }

  /**
   * Number of scores above `surely`, and of those from `perhaps` to `surely` for which `isBefore` holds. `perhaps` ≤
   * `surely`.
   */
  before(perhaps: number, surely: number, isBefore: (id: number) => boolean): number {
    const { scores } = this;
    const above = this.#begins[this.#bucket(surely) + 1] as number;
    let before = scores.length - above;
    for (let place = this.#begins[this.#bucket(perhaps)] as number; place < above; place++) {
      const id = this.#ids[place] as number;
      const score = scores[id] as number;
      if (score > surely || (score >= perhaps && isBefore(id))) before++;
    }
    return before;
  }
}
