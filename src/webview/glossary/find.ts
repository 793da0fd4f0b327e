import { type Term, terms } from './terms';

/** A term in a text, as UTF-16 offsets. */
export interface Mention {
  readonly term: Term;
  readonly start: number;
  readonly end: number;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
/** Single letters stand for vectors. As words they are lower case, and no letter or digit stands beside them. */
const isLetter = (written: string): boolean => written.replaceAll('‖', '').length === 1;

/** Finds terms in texts. Made once, since the written forms depend on the language alone. */
export class TermFinder {
  readonly #byForm = new Map<string, Term>();
  readonly #pattern: RegExp;

  constructor() {
    for (const term of terms())
      for (const written of term.written) this.#byForm.set(isLetter(written) ? written : written.toLowerCase(), term);
    const forms = [...this.#byForm.keys()].sort((a, b) => b.length - a.length);
    // In "the norm's gain" a term ends at the apostrophe.
    const end = String.raw`(?![\p{L}\p{N}_]|['’](?!s(?!\p{L})))`;
    this.#pattern = new RegExp(`(?<![\\p{L}\\p{N}_'’])(?:${forms.map(escaped).join('|')})${end}`, 'giu');
  }

  /** The terms of a text in their order. */
  in(text: string): readonly Mention[] {
    return [...text.matchAll(this.#pattern)].flatMap(({ 0: found, index }) => {
      const term = this.#byForm.get(found) ?? (isLetter(found) ? undefined : this.#byForm.get(found.toLowerCase()));
      return term ? [{ term, start: index, end: index + found.length }] : [];
    });
  }
}
