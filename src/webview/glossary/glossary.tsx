import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import * as l10n from '@vscode/l10n';
import { type Marked, termsIn, underline } from './marks';
import { TermFinder } from './find';
import type { Term } from './terms';

/** Milliseconds without a change before the page is searched for terms. */
const rest = 200;

interface Shown {
  readonly term: Term;
  readonly style: { readonly left: string; readonly top?: string; readonly bottom?: string };
}

/** Pixels. */
const cardWidth = 260;
const gap = 6;

/** Below the term, or above it in the lower half of the page: the side bar's view is often a few lines high. */
function besides({ term, range }: Marked): Shown {
  const { left, top, bottom } = range.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  return {
    term,
    style: {
      left: `${Math.max(4, Math.min(left, clientWidth - cardWidth - 8))}px`,
      ...(bottom > clientHeight / 2 ? { bottom: `${clientHeight - top + gap}px` } : { top: `${bottom + gap}px` }),
    },
  };
}

const isUnder = ({ range }: Marked, x: number, y: number): boolean =>
  [...range.getClientRects()].some(
    ({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom,
  );

/**
 * Explains the terms of the sections: they are underlined, the mouse over one shows its meaning beside it, and a list
 * at the end of the page has all of them for the keyboard.
 */
export function Glossary({ of }: { readonly of: () => Element | null }) {
  const finder = useMemo(() => new TermFinder(), []);
  const marked = useRef<readonly Marked[]>([]);
  const [used, setUsed] = useState<readonly Term[]>([]);
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    const root = of();
    if (!root) return;
    let timer = 0;
    const search = () => {
      marked.current = termsIn(root, finder);
      underline(marked.current);
      const now = [...new Set(marked.current.map(({ term }) => term))];
      setUsed((before) => (now.length === before.length && now.every((term) => before.includes(term)) ? before : now));
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
      setShown((before) => (over ? (before?.term === over.term ? before : besides(over)) : null));
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
  return (
    <>
      {shown && (
        <p class="term-card" role="tooltip" data-term={shown.term.id} style={shown.style}>
          {shown.term.meaning()}
        </p>
      )}
      {used.length > 0 && (
        <details class="term-list">
          <summary>{l10n.t('Words and letters on this page')}</summary>
          <dl>
            {used.map((term) => (
              <>
                <dt key={term.id}>{term.written()[0]}</dt>
                <dd data-term={term.id}>{term.meaning()}</dd>
              </>
            ))}
          </dl>
        </details>
      )}
    </>
  );
}
