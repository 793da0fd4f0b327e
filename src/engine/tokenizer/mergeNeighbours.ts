import { MinHeap } from './minHeap';

/** The merges of a vocabulary. */
export interface Pairs {
  /** The rank of a pair, 0 … 2^21 − 1, lower ones first; −1 if it does not merge. */
  rankOf(left: number, right: number): number;
  /** The result of merging a pair of this rank. */
  mergedOf(rank: number, left: number, right: number): number;
}

/** Merged symbols in order, each with the range of its original symbols. */
export interface Merged {
  readonly ids: Uint32Array;
  readonly froms: Uint32Array;
  readonly tos: Uint32Array;
}

/**
 * A candidate is one number, rank · 2^32 + index of the left symbol: lower ranks come first, then from left to right.
 */
const placeRange = 2 ** 32;

/**
 * Byte-pair encoding (Sennrich et al. 2016) of any symbols: merges the pair with the lowest rank, the leftmost first,
 * until none is left. A heap of candidates over a linked list takes O(n log n).
 */
export function mergeNeighbours(symbols: ArrayLike<number>, pairs: Pairs): Merged {
  const count = symbols.length;
  const ids = Uint32Array.from(symbols);
  const tos = Uint32Array.from(ids, (_, at) => at + 1);
  const previous = Int32Array.from(ids, (_, at) => at - 1);
  const next = Int32Array.from(ids, (_, at) => (at + 1 < count ? at + 1 : -1));
  /** The rank of a symbol and its right neighbour; −1 also marks a symbol that was merged into another. */
  const ranks = new Int32Array(count).fill(-1);
  const candidates = new MinHeap();

  const consider = (place: number): void => {
    const right = next[place] as number;
    const rank = right < 0 ? -1 : pairs.rankOf(ids[place] as number, ids[right] as number);
    ranks[place] = rank;
    if (rank >= 0) candidates.push(rank * placeRange + place);
  };
  for (let place = 0; place < count; place++) consider(place);

  for (let candidate = candidates.pop(); candidate !== undefined; candidate = candidates.pop()) {
    const rank = Math.floor(candidate / placeRange);
    const place = candidate - rank * placeRange;
    if (ranks[place] !== rank) continue;
    const gone = next[place] as number;
    const after = next[gone] as number;
    ids[place] = pairs.mergedOf(rank, ids[place] as number, ids[gone] as number);
    tos[place] = tos[gone] as number;
    next[place] = after;
    if (after >= 0) previous[after] = place;
    ranks[gone] = -1;
    consider(place);
    const before = previous[place] as number;
    if (before >= 0) consider(before);
  }

  const froms: number[] = [];
  for (let place = count > 0 ? 0 : -1; place >= 0; place = next[place] as number) froms.push(place);
  return {
    ids: Uint32Array.from(froms, (place) => ids[place] as number),
    froms: Uint32Array.from(froms),
    tos: Uint32Array.from(froms, (place) => tos[place] as number),
  };
}
