import type { Pairs } from './mergeNeighbours';

/**
 * Merges of a SentencePiece vocabulary: two neighbours merge if their joined text is a token, the highest score first.
 * A symbol is a token's id or, for a character without a token, `size` + its code point.
 */
export class ScoredMerges implements Pairs {
  readonly #ranks: Int32Array;
  readonly #spellings: readonly string[];
  readonly #longest: number;

  /** `ids` are the tokens that can be merged, `scores` those of all tokens. */
  constructor(
    spellings: readonly string[],
    private readonly ids: ReadonlyMap<string, number>,
    scores: ArrayLike<number>,
  ) {
    this.#spellings = spellings;
    const falling = Float64Array.from(new Set(Array.from(ids.values(), (id) => scores[id] as number)))
      .sort()
      .reverse();
    const rankOfScore = new Map(Array.from(falling, (score, rank) => [score, rank]));
    this.#ranks = Int32Array.from(spellings, (_, id) => rankOfScore.get(scores[id] as number) ?? -1);
    this.#longest = Array.from(ids.keys()).reduce((longest, { length }) => Math.max(longest, length), 0);
  }

  rankOf(left: number, right: number): number {
    const merged = this.#together(left, right);
    return merged === undefined ? -1 : (this.#ranks[merged] as number);
  }

  mergedOf(_rank: number, left: number, right: number): number {
    return this.#together(left, right) as number;
  }

  #together(left: number, right: number): number | undefined {
    const [before, after] = [this.#spelling(left), this.#spelling(right)];
    return before.length + after.length > this.#longest ? undefined : this.ids.get(before + after);
  }

  #spelling(symbol: number): string {
    const size = this.#spellings.length;
    return symbol < size ? (this.#spellings[symbol] as string) : String.fromCodePoint(symbol - size);
  }
}
