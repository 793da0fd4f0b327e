export interface Pairs {
  /** The rank of a pair, 0 … 2^21 − 1, lower ones first; −1 if it does not merge. */
  rankOf(left: number, right: number): number;
  /** The result of merging a pair of this rank. */
  mergedOf(rank: number, left: number, right: number): number;
}

/** Merged symbols in order, each with the range of its original symbols. */
interface Merged {
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

/** The merges of a vocabulary over bytes. */
export interface BytePairs extends Pairs {
  /** The token of each byte; −1 for none. */
  readonly ofByte: Int32Array;
}

/**
 * Byte-pair encoding of bytes; the ranges count bytes. As in the published tokenizers, a byte without a token is
 * dropped and its neighbours become adjacent.
 */
export function mergeBytes(bytes: Uint8Array, pairs: BytePairs): Merged {
  const places = Uint32Array.from(bytes.keys()).filter((at) => (pairs.ofByte[bytes[at] as number] as number) >= 0);
  const { ids, froms, tos } = mergeNeighbours(
    Int32Array.from(places, (at) => pairs.ofByte[bytes[at] as number] as number),
    pairs,
  );
  return {
    ids,
    froms: froms.map((from) => places[from] as number),
    tos: tos.map((to) => (places[to - 1] as number) + 1),
  };
}

/** A heap of numbers, smallest first. */
export class MinHeap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let at = items.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((items[parent] as number) <= item) break;
      items[at] = items[parent] as number;
      at = parent;
    }
    items[at] = item;
  }

  /** Removes the smallest; `undefined` if empty. */
  pop(): number | undefined {
    const items = this.#items;
    const smallest = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return smallest;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as number) < (items[child] as number)) child++;
      if ((items[child] as number) >= last) break;
      items[at] = items[child] as number;
      at = child;
    }
    items[at] = last;
    return smallest;
  }
}
