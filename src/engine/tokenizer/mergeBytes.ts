import { mergeNeighbours, type Merged, type Pairs } from './mergeNeighbours';

/** What byte-pair encoding needs of a vocabulary whose tokens are bytes. */
export interface BytePairs extends Pairs {
  /** Token of each single byte; −1 where the vocabulary has none. */
  readonly ofByte: Int32Array;
}

/**
 * Byte-pair encoding that begins with single bytes; the ranges are of bytes. A byte without a token is left out, and
 * its neighbours become neighbours of each other; so do the published tokenizers.
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
