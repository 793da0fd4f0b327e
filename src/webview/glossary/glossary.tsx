import * as l10n from '@vscode/l10n';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Mention, type Term, TermFinder } from './terms';

/** The style that puts a card beside a term. */
type Place = Readonly<Partial<Record<'left' | 'top' | 'bottom' | 'width', string>>>;

/** Pixels: a card of six lines, and one of three that fits above the choices at the top of a room. */
const usual = { width: 260, height: 120 };
const low = { width: 520, height: 64 };
const gap = 6;

/**
 * Below the term, or above it in the lower half of the page: the side bar's view is often a few lines high. Above a
 * head that orders the rows of a table and above a choice, too, since the rows or the tokens below are read next.
 */
function beside(range: Range): Place {
  const { left, top, bottom } = range.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const { width, height } = isIn(range, '.toggles') ? low : usual;
  const drawn = Math.min(width, clientWidth - 12);
  return {
    left: `${Math.max(4, Math.min(left, clientWidth - drawn - 8))}px`,
    width: `${drawn}px`,
    ...(bottom > clientHeight / 2 || (isIn(range, '.sort, .toggles') && top > height)
      ? { bottom: `${clientHeight - top + gap}px` }
      : { top: `${bottom + gap}px` }),
  };
}

const isIn = ({ startContainer }: Range, selector: string): boolean =>
  (startContainer.parentElement?.closest(selector) ?? null) !== null;

/**
 * Where no terms are looked for: in tokens, in the user's text, in controls that explain themselves, and in spare text,
 * which only keeps room.
 */
const data =
  '.token-text, .excerpt, .hidden, .spare, .mono, input, textarea, .found, .file, .model, .term-card, .term-list';

/** A term on the page. */
interface Marked extends Mention {
  readonly range: Range;
}

/** The terms in the words of an element, in reading order. */
function termsIn(root: Element, finder: TermFinder): readonly Marked[] {
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
function underline(marked: readonly Marked[]): void {
  if (!('highlights' in CSS) || typeof Highlight === 'undefined') return;
  // A browser paints them as if they were selected then, whatever the styles say.
  if (matchMedia('(forced-colors: active)').matches) return;
  const known = new Map<Element | null, Set<Term>>();
  const first = marked.filter(({ term, range }) => {
    if (range.startContainer.parentElement?.closest('svg')) return false;
    const section = range.startContainer.parentElement?.closest('section') ?? null;
    const terms = known.get(section) ?? new Set();
    known.set(section, terms);
    return terms.size < terms.add(term).size;
  });
  CSS.highlights.set('term', new Highlight(...first.map(({ range }) => range)));
}

/** Milliseconds without a change before the page is searched for terms. */
const rest = 200;

interface Shown {
  readonly term: Term;
  readonly style: Place;
}

const isUnder = ({ range }: Marked, x: number, y: number): boolean =>
  [...range.getClientRects()].some(
    ({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom,
  );

/**
 * Explains the terms of the sections: they are underlined, and the mouse over one shows its meaning beside it. A list
 * at the end of the page has all of them.
 */
export function Glossary({ of }: { readonly of: () => Element | null }) {
  const finder = useMemo(() => new TermFinder(), []);
  const marked = useRef<readonly Marked[]>([]);
  const [found, setFound] = useState<readonly Marked[]>([]);
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const root = of();
    if (!root) return;
    let timer = 0;
    const search = () => {
      marked.current = termsIn(root, finder);
      underline(marked.current);
      setFound(marked.current);
    };
    const later = () => {
      clearTimeout(timer);
      timer = window.setTimeout(search, rest);
    };
    const observer = new MutationObserver(later);
    observer.observe(root, { subtree: true, childList: true, characterData: true });
    const point = ({ clientX: x, clientY: y, target }: MouseEvent) => {
      const over = marked.current.find(
        (one) => target instanceof Node && target.contains(one.range.startContainer) && isUnder(one, x, y),
      );
      setShown((before) =>
        over ? (before?.term === over.term ? before : { term: over.term, style: beside(over.range) }) : null,
      );
    };
    const leave = () => setShown(null);
    root.addEventListener('mousemove', point as EventListener);
    root.addEventListener('mouseleave', leave);
    window.addEventListener('scroll', leave, { passive: true });
    later();
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      root.removeEventListener('mousemove', point as EventListener);
      root.removeEventListener('mouseleave', leave);
      window.removeEventListener('scroll', leave);
    };
  }, []);
  const used = [...new Set(found.map(({ term }) => term))];
  return (
    <>
      {shown && (
        <p class="card term-card" role="tooltip" data-term={shown.term.written[0]} style={shown.style}>
          {shown.term.meaning}
        </p>
      )}
      {used.length > 0 && (
        <details class="term-list">
          <summary>{l10n.t('Words and letters on this page')}</summary>
          <dl class="pairs readable">
            {used.map((term) => (
              <>
                <dt key={term.written[0]}>{term.written[0]}</dt>
                <dd data-term={term.written[0]}>{term.meaning}</dd>
              </>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}
