/**
 * Keeps the ids with the `count` largest scores it was offered, largest first. Of equal scores the first offered wins.
 */
export class Largest {
  readonly #ids: Int32Array;
  #filled = 0;
  readonly #scores: Float64Array;
  #least = -Infinity;

  constructor(count: number) {
    this.#ids = new Int32Array(count);
    this.#scores = new Float64Array(count).fill(-Infinity);
  }

  /** Fewer than `count` if fewer were offered. */
  get ids(): Int32Array {
    return this.#ids.subarray(0, this.#filled);
  }

  /** Scores up to this one are not kept. Callers check it to avoid calls of `offer`. */
  get least(): number {
    return this.#least;
  }

  offer(id: number, score: number): void {
    if (!(score > this.#least)) return;
    const scores = this.#scores;
    let at = scores.length - 1;
    while (at > 0 && (scores[at - 1] as number) < score) {
      scores[at] = scores[at - 1] as number;
      this.#ids[at] = this.#ids[at - 1] as number;
      at--;
    }
    scores[at] = score;
    this.#ids[at] = id;
    this.#filled = Math.min(this.#filled + 1, scores.length);
    this.#least = scores[scores.length - 1] as number;
  }
}
