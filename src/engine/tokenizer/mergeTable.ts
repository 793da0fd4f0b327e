import { unreadField, wrongField } from '../weights/damaged';
import { stringsOf, type Weights } from '../weights/weights';
import type { Pairs } from './mergeNeighbours';

/** Ranks of token pairs in an open-addressed hash table: a third of the memory and time of a Map. */
export class MergeTable {
  readonly #mask: number;
  readonly #lefts: Int32Array;
  readonly #rights: Int32Array;
  readonly #ranks: Int32Array;

  /** For at most `count` pairs, with at least half of the slots free. */
  constructor(count: number) {
    const size = 2 ** Math.ceil(Math.log2(2 * count + 2));
    this.#mask = size - 1;
    this.#lefts = new Int32Array(size);
    this.#rights = new Int32Array(size);
    this.#ranks = new Int32Array(size).fill(-1);
  }

  /** The first rank of a pair stays. */
  add(left: number, right: number, rank: number): void {
    const slot = this.#slotOf(left, right);
    if ((this.#ranks[slot] as number) >= 0) return;
    this.#lefts[slot] = left;
    this.#rights[slot] = right;
    this.#ranks[slot] = rank;
  }

  /** −1 for an unknown pair. */
  rankOf(left: number, right: number): number {
    return this.#ranks[this.#slotOf(left, right)] as number;
  }

  /** The pair's slot, or the free slot for it. */
  #slotOf(left: number, right: number): number {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & this.#mask;
    while ((this.#ranks[slot] as number) >= 0 && (this.#lefts[slot] !== left || this.#rights[slot] !== right))
      slot = (slot + 1) & this.#mask;
    return slot;
  }
}

/** A rank shares a number with an index: see mergeNeighbours. */
const mostMerges = 2 ** 21;

/** The merges in a GGUF file, by rank. `ids` are the tokens that can be merged, by spelling. */
export function readMerges(weights: Weights, ids: ReadonlyMap<string, number>): Pairs {
  const merges = stringsOf(weights, 'tokenizer.ggml.merges');
  if (merges.length >= mostMerges) throw unreadField('tokenizer.ggml.merges (len)', merges.length, `< ${mostMerges}`);
  const table = new MergeTable(merges.length);
  const results = new Int32Array(merges.length);
  merges.forEach((merge, rank) => {
    const space = merge.indexOf(' ');
    const left = merge.slice(0, space);
    const right = merge.slice(space + 1);
    const [leftId, rightId, result] = [ids.get(left), ids.get(right), ids.get(left + right)];
    if (leftId === undefined || rightId === undefined || result === undefined) {
      throw wrongField(`tokenizer.ggml.merges[${rank}]`, merge.slice(0, 80), 'tokenizer.ggml.tokens');
    }
    table.add(leftId, rightId, rank);
    results[rank] = result;
  });
  return { rankOf: (left, right) => table.rankOf(left, right), mergedOf: (rank) => results[rank] as number };
}
