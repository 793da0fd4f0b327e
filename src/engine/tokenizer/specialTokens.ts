/** A text cut where special tokens are spelled: `id` is −1 for what lies between. */
export interface Cut {
  readonly id: number;
  readonly text: string;
}

/** Finds spellings in a text: the leftmost first, and where several begin at one place the longest. */
export class SpecialTokens {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #pattern: RegExp | undefined;

  constructor(spellings: Iterable<readonly [spelling: string, id: number]>) {
    const ids = new Map<string, number>();
    for (const [spelling, id] of spellings) if (spelling !== '' && !ids.has(spelling)) ids.set(spelling, id);
    this.#ids = ids;
    const longestFirst = [...ids.keys()].sort((a, b) => b.length - a.length);
    if (longestFirst.length > 0) this.#pattern = new RegExp(`(${longestFirst.map(literally).join('|')})`);
  }

  cut(text: string): Cut[] {
    if (!this.#pattern) return [{ id: -1, text }];
    // The pattern's group makes every second part a spelling.
    return text.split(this.#pattern).map((part, i) => ({ id: i % 2 === 1 ? (this.#ids.get(part) as number) : -1, text: part }));
  }
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
