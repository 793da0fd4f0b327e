import type { Mention, TermFinder } from './find';
import type { Term } from './terms';

/**
 * Where no terms are looked for: in tokens, in the user's text, in controls that explain themselves, and in spare text,
 * which only keeps room.
 */
const data =
  '.token-text, .excerpt, .hidden, .spare, .mono, input, textarea, .found, .file, .model, .term-card, .term-list';

/** A term on the page. */
export interface Marked extends Mention {
  readonly range: Range;
}

/** The section that a term stands in. */
export const sectionOf = (marked: Marked | undefined): Element | null =>
  marked?.range.startContainer.parentElement?.closest('section') ?? null;

/** The terms in the words of an element, in reading order. */
export function termsIn(root: Element, finder: TermFinder): readonly Marked[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Marked[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.nodeValue ?? '';
    if (text.trim() === '' || node.parentElement?.closest(data)) continue;
    for (const mention of finder.in(text)) {
      const range = document.createRange();
      range.setStart(node, mention.start);
      range.setEnd(node, mention.end);
      found.push({ ...mention, range });
    }
  }
  return found;
}

/**
 * Underlines the first mention of each term in each section, without changing the page's elements. Browsers underline
 * nothing in an SVG. Does nothing in a browser that cannot.
 */
export function underline(marked: readonly Marked[]): void {
  if (!('highlights' in CSS) || typeof Highlight === 'undefined') return;
  // A browser paints them as if they were selected then, whatever the styles say.
  if (matchMedia('(forced-colors: active)').matches) return;
  const known = new Map<Element | null, Set<Term>>();
  const first = marked.filter((one) => {
    const { term, range } = one;
    if (range.startContainer.parentElement?.closest('svg')) return false;
    const section = sectionOf(one);
    const terms = known.get(section) ?? new Set();
    known.set(section, terms);
    return terms.size < terms.add(term).size;
  });
  CSS.highlights.set('term', new Highlight(...first.map(({ range }) => range)));
}
