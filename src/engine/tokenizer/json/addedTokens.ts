import * as v from 'valibot';
import { slice, type Aligned } from './aligned';

/** A token that is cut out of texts before anything else is done to them. */
export const addedTokenSchema = v.looseObject({
  id: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 20)),
  content: v.pipe(v.string(), v.minLength(1), v.maxLength(1024)),
  single_word: v.optional(v.boolean(), false),
  lstrip: v.optional(v.boolean(), false),
  rstrip: v.optional(v.boolean(), false),
  normalized: v.optional(v.boolean()),
  special: v.optional(v.boolean(), false),
});

export type AddedToken = v.InferOutput<typeof addedTokenSchema>;

/** A part of a text: an added token, or what lies between. */
export interface Section {
  readonly token: AddedToken | null;
  readonly text: Aligned;
}

/**
 * Finds added tokens, spelled as given: the leftmost first, of those that begin at one place the longest (tokenizers, `find_matches`).
 * A token that strips takes the white space beside it with it; a token of white space that it took is found once more, as the original does.
 */
export class AddedTokens {
  readonly #tokens: ReadonlyMap<string, AddedToken>;
  readonly #pattern: RegExp | null;

  constructor(spelled: Iterable<readonly [spelling: string, token: AddedToken]>) {
    this.#tokens = new Map([...spelled].filter(([spelling]) => spelling !== ''));
    const longestFirst = [...this.#tokens.keys()].sort((a, b) => b.length - a.length);
    this.#pattern = longestFirst.length === 0 ? null : new RegExp(longestFirst.map(literally).join('|'), 'g');
  }

  /** With `plain`, special tokens that are spelled in the text are text. */
  cut(text: Aligned, plain: boolean): Section[] {
    if (!this.#pattern) return [{ token: null, text }];
    const sections: Section[] = [];
    let done = 0;
    for (const { 0: spelling, index } of text.text.matchAll(this.#pattern)) {
      const token = this.#tokens.get(spelling) as AddedToken;
      const end = index + spelling.length;
      if ((plain && token.special) || (token.single_word && !standsAlone(text.text, index, end))) continue;
      const from = token.lstrip ? Math.min(index, Math.max(done, index - (spaceAtEnd.exec(text.text.slice(0, index))?.[0].length ?? 0))) : index;
      const to = token.rstrip ? end + (spaceAtStart.exec(text.text.slice(end))?.[0].length ?? 0) : end;
      if (from > done) sections.push({ token: null, text: slice(text, done, from) });
      sections.push({ token, text: slice(text, from, to) });
      done = to;
    }
    if (done < text.text.length) sections.push({ token: null, text: slice(text, done, text.text.length) });
    return sections;
  }
}

const spaceAtEnd = /\p{White_Space}+$/u;
const spaceAtStart = /^\p{White_Space}+/u;
const wordAtEnd = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const wordAtStart = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const standsAlone = (text: string, from: number, to: number): boolean => !wordAtEnd.test(text.slice(0, from)) && !wordAtStart.test(text.slice(to));
const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
