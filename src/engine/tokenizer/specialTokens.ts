import { Trie } from './trie';
import { utf8Of } from './utf8';

/** A part of a text: a special token, or the text between two, whose `id` is −1. `at` is its offset. */
export interface SpecialCut {
  readonly id: number;
  readonly text: string;
  readonly at: number;
}

interface Candidate {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Finds special tokens in a text as llama.cpp does: the spellings with the most bytes first, in the whole text, then
 * shorter ones in the rest. Of overlapping spellings of equal length the first listed wins. White space that a token
 * swallows is in no part, and later spellings are not found there. The time grows with the length of the text times
 * that of the longest spelling, not with the number of spellings.
 */
export class SpecialTokens {
  readonly #trie: Trie;
  /** For each token, the index of its length in bytes among all lengths, the longest first. */
  readonly #levels: ReadonlyMap<number, number>;
  readonly #levelCount: number;

  constructor(
    spellings: Iterable<readonly [spelling: string, id: number]>,
    private readonly swallowing: ReadonlySet<number> = new Set(),
  ) {
    const ids = new Map<string, number>();
    for (const [spelling, id] of spellings) if (spelling !== '' && !ids.has(spelling)) ids.set(spelling, id);
    this.#trie = new Trie(ids);
    const bytes = new Map(Array.from(ids, ([spelling, id]) => [id, utf8Of(spelling).length]));
    const falling = Array.from(new Set(bytes.values())).sort((a, b) => b - a);
    const levelOf = new Map(falling.map((count, level) => [count, level]));
    this.#levels = new Map(Array.from(bytes, ([id, count]) => [id, levelOf.get(count) as number]));
    this.#levelCount = falling.length;
  }

  /** No part is empty. */
  cut(text: string): readonly SpecialCut[] {
    const levels = this.#candidates(text);
    const taken = new Uint8Array(text.length);
    const kept: (Candidate & { readonly next: number })[] = [];
    for (let level = 0; level < levels.length; level++) {
      const candidates = levels[level] ?? [];
      for (const candidate of candidates.sort((a, b) => a.id - b.id || a.from - b.from)) {
        const { id, from, to } = candidate;
        const free = taken.subarray(from, to).indexOf(1);
        if (free >= 0) {
          // A shorter spelling may still fit, on a later level.
          this.#propose(levels, text, from, from + free);
          continue;
        }
        let next = to;
        if (this.swallowing.has(id)) while (taken[next] === 0 && isSpace(text, next)) next++;
        taken.fill(1, from, next);
        kept.push({ ...candidate, next });
      }
    }
    return cutsOf(text, kept);
  }

  /** The longest spelling at each offset, by level. */
  #candidates(text: string): Candidate[][] {
    const levels = Array<Candidate[]>(this.#levelCount);
    if (this.#levelCount > 0) for (let at = 0; at < text.length; at++) this.#propose(levels, text, at, text.length);
    return levels;
  }

  #propose(levels: Candidate[][], text: string, from: number, limit: number): void {
    const found = this.#trie.longest(text, from, limit);
    if (found) (levels[this.#levels.get(found.value) as number] ??= []).push({ id: found.value, from, to: found.end });
  }
}

function cutsOf(text: string, kept: (Candidate & { readonly next: number })[]): SpecialCut[] {
  const cuts: SpecialCut[] = [];
  const add = (id: number, from: number, to: number) => {
    if (to > from) cuts.push({ id, text: text.slice(from, to), at: from });
  };
  let before = 0;
  for (const { id, from, to, next } of kept.sort((a, b) => a.from - b.from)) {
    add(-1, before, from);
    add(id, from, to);
    before = next;
  }
  add(-1, before, text.length);
  return cuts;
}

/** C's white space. */
const isSpace = (text: string, at: number): boolean => /[ \t-\r]/.test(text.charAt(at));
