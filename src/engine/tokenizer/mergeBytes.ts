import { MinHeap } from './minHeap';

/** What byte-pair encoding needs of a vocabulary. */
export interface BytePairs {
  /** Token of each single byte; −1 where the vocabulary has none. */
  readonly ofByte: Int32Array;
  /** When two neighbours are merged: lower ranks first, 0 … 2^21 − 1; −1 is never. */
  rankOf(left: number, right: number): number;
  /** The token that a merge of this rank makes. */
  mergedOf(rank: number): number;
}

/** Tokens in order, each with the range of bytes that it was made from. */
export interface Merged {
  readonly ids: Uint32Array;
  readonly froms: Uint32Array;
  readonly tos: Uint32Array;
}

/** A candidate is one number, its rank above the place of its left part: lower ranks first, then from left to right. */
const placeRange = 2 ** 32;

/**
 * Byte-pair encoding (Sennrich et al. 2016): beginning with single bytes, again and again merges the pair of neighbours with the
 * lowest rank, the leftmost first. A heap of candidates over a linked list makes it O(n log n) for a piece of any length.
 *
 * A byte without a token is left out, and its neighbours become neighbours of each other; so do the published tokenizers.
 */
export function mergeBytes(bytes: Uint8Array, pairs: BytePairs): Merged {
  const froms = Uint32Array.from(bytes.keys()).filter((at) => (pairs.ofByte[bytes[at] as number] as number) >= 0);
  const count = froms.length;
  const ids = Int32Array.from(froms, (at) => pairs.ofByte[bytes[at] as number] as number);
  const tos = Uint32Array.from(froms, (at) => at + 1);
  const previous = Int32Array.from({ length: count }, (_, i) => i - 1);
  const next = Int32Array.from({ length: count }, (_, i) => (i + 1 < count ? i + 1 : -1));
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
    ids[place] = pairs.mergedOf(rank);
    tos[place] = tos[gone] as number;
    next[place] = after;
    if (after >= 0) previous[after] = place;
    ranks[gone] = -1;
    consider(place);
    const before = previous[place] as number;
    if (before >= 0) consider(before);
  }

  const left: number[] = [];
  for (let place = count > 0 ? 0 : -1; place >= 0; place = next[place] as number) left.push(place);
  const pick = (from: Int32Array | Uint32Array) => Uint32Array.from(left, (place) => from[place] as number);
  return { ids: pick(ids), froms: pick(froms), tos: pick(tos) };
}
