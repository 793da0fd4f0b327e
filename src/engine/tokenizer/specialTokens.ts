import { utf8Of } from './utf8';

/** A text cut where special tokens are spelled: `id` is −1 for what lies between, `at` where it begins. */
export interface SpecialCut {
  readonly id: number;
  readonly text: string;
  readonly at: number;
}

/**
 * Finds spellings in a text as llama.cpp does: those with the most bytes in the whole text first, then in what is left those with fewer,
 * of equal ones that overlap the token that is listed first. White space that a token swallows is in no cut, and no later spelling is
 * found in it.
 */
export class SpecialTokens {
  readonly #ids: ReadonlyMap<string, number>;
  /** One for each number of bytes, the largest first. */
  readonly #patterns: readonly RegExp[];
  readonly #any: RegExp | undefined;

  constructor(
    spellings: Iterable<readonly [spelling: string, id: number]>,
    private readonly swallowing: ReadonlySet<number> = new Set(),
  ) {
    const ids = new Map<string, number>();
    for (const [spelling, id] of spellings) if (spelling !== '' && !ids.has(spelling)) ids.set(spelling, id);
    this.#ids = ids;
    const ofLength = new Map<number, string[]>();
    for (const spelling of ids.keys()) {
      const { length } = utf8Of(spelling);
      ofLength.set(length, [...(ofLength.get(length) ?? []), spelling]);
    }
    this.#patterns = [...ofLength.keys()].sort((a, b) => b - a).map((length) => patternOf(ofLength.get(length) as string[], 'g'));
    if (ids.size > 0) this.#any = patternOf([...ids.keys()], '');
  }

  /** No cut is empty. */
  cut(text: string): readonly SpecialCut[] {
    if (text === '') return [];
    const whole = { id: -1, text, at: 0 };
    if (!this.#any?.test(text)) return [whole];
    return this.#patterns.reduce<readonly SpecialCut[]>((cuts, pattern) => cuts.flatMap((cut) => (cut.id >= 0 ? [cut] : this.#cutBy(pattern, cut))), [whole]);
  }

  #cutBy(pattern: RegExp, whole: SpecialCut): readonly SpecialCut[] {
    const { text, at } = whole;
    const found = matches(pattern, text).map(([index, spelling]) => ({ index, end: index + spelling.length, id: this.#ids.get(spelling) as number }));
    if (found.length === 0) return [whole];
    const taken = new Uint8Array(text.length);
    const kept = found
      .sort((a, b) => a.id - b.id || a.index - b.index)
      .flatMap((match) => {
        if (taken.subarray(match.index, match.end).includes(1)) return [];
        let next = match.end;
        if (this.swallowing.has(match.id)) while (taken[next] === 0 && isSpace(text, next)) next++;
        taken.fill(1, match.index, next);
        return [{ ...match, next }];
      })
      .sort((a, b) => a.index - b.index);
    const cuts: SpecialCut[] = [];
    const add = (id: number, from: number, to: number) => {
      if (to > from) cuts.push({ id, text: text.slice(from, to), at: at + from });
    };
    let before = 0;
    for (const { id, index, end, next } of kept) {
      add(-1, before, index);
      add(id, index, end);
      before = next;
    }
    add(-1, before, text.length);
    return cuts;
  }
}

/** Also those that overlap. */
function matches(pattern: RegExp, text: string): [index: number, spelling: string][] {
  const found: [number, string][] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    found.push([match.index, match[0]]);
    pattern.lastIndex = match.index + 1;
  }
  return found;
}

/** C's white space. */
const isSpace = (text: string, at: number): boolean => /[ \t-\r]/.test(text.charAt(at));

const patternOf = (spellings: readonly string[], flags: string): RegExp => new RegExp(spellings.map(literally).join('|'), flags);

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
