import * as v from 'valibot';
import { Trie } from '../trie';
import { slice, type Aligned } from './aligned';
import { spaceEnd, spaceStart } from './whiteSpace';

/** A token that is recognised before any other step. */
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

/** A part of a text: an added token, or the text between two. */
interface Section {
  readonly token: AddedToken | null;
  readonly text: Aligned;
}

/**
 * Finds added tokens: the leftmost first, the longest of those at one offset (tokenizers, `find_matches`). A token that
 * strips takes the white space beside it. As in the original, a token of white space that was stripped is found once
 * more. The time grows with the length of the text times that of the longest token, not with the number of tokens.
 */
export class AddedTokens {
  readonly #tokens: readonly AddedToken[];
  readonly #trie: Trie;

  /** Of equal spellings the last token wins. */
  constructor(spelled: readonly (readonly [spelling: string, token: AddedToken])[]) {
    this.#tokens = spelled.map(([, token]) => token);
    this.#trie = new Trie(new Map(spelled.map(([spelling], index) => [spelling, index])));
  }

  /** With `plain`, special tokens in the text are plain text. */
  cut(text: Aligned, plain: boolean): Section[] {
    const sections: Section[] = [];
    let done = 0;
    for (let at = 0; this.#tokens.length > 0 && at < text.text.length;) {
      const found = this.#trie.longest(text.text, at);
      const from = at;
      at = found?.end ?? at + 1;
      if (!found) continue;
      const token = this.#tokens[found.value] as AddedToken;
      if ((plain && token.special) || (token.single_word && !standsAlone(text.text, from, found.end))) continue;
      const first = token.lstrip ? spaceStart(text.text, from, Math.min(done, from)) : from;
      const end = token.rstrip ? spaceEnd(text.text, found.end) : found.end;
      if (first > done) sections.push({ token: null, text: slice(text, done, first) });
      sections.push({ token, text: slice(text, first, end) });
      done = end;
    }
    if (done < text.text.length) sections.push({ token: null, text: slice(text, done, text.text.length) });
    return sections;
  }
}

const wordAtEnd = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const wordAtStart = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
/** Two units hold the whole character on each side. */
const standsAlone = (text: string, from: number, to: number): boolean =>
  !wordAtEnd.test(text.slice(Math.max(0, from - 2), from)) && !wordAtStart.test(text.slice(to, to + 2));
