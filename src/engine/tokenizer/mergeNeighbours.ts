import { MinHeap } from './minHeap';

/** Which neighbours are merged, and into what. */
export interface Pairs {
  /** When two neighbours are merged: lower ranks first, 0 … 2^21 − 1; −1 is never. */
  rankOf(left: number, right: number): number;
  /** What two neighbours of this rank become. */
  mergedOf(rank: number, left: number, right: number): number;
}

/** Symbols in order, each with the range of the first ones that it was made from. */
export interface Merged {
  readonly ids: Uint32Array;
  readonly froms: Uint32Array;
  readonly tos: Uint32Array;
}

/** A candidate is one number, its rank above the place of its left part: lower ranks first, then from left to right. */
const placeRange = 2 ** 32;

/**
 * Byte-pair encoding (Sennrich et al. 2016) of any symbols: again and again merges the pair of neighbours with the
 * lowest rank, the leftmost first. A heap of candidates over a linked list makes it O(n log n) for a text of any
 * length.
 */
export function mergeNeighbours(symbols: ArrayLike<number>, pairs: Pairs): Merged {
  const count = symbols.length;
  const ids = Uint32Array.from(symbols);
  const tos = Uint32Array.from(ids, (_, at) => at + 1);
  const previous = Int32Array.from(ids, (_, at) => at - 1);
  const next = Int32Array.from(ids, (_, at) => (at + 1 < count ? at + 1 : -1));
  /** Rank of merging a symbol with its right neighbour; −1 also marks a symbol that is merged away. */
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
    // An earlier merge has changed this pair.
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
