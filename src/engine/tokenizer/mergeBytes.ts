import { mergeNeighbours, type Merged, type Pairs } from './mergeNeighbours';

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
