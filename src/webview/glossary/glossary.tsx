import * as l10n from '@vscode/l10n';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { beside, type Place } from './cardPlace';
import { TermFinder } from './find';
import { type Marked, termsIn, underline } from './marks';
import { TermReader } from './reader';
import type { Term } from './terms';

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
 * Explains the terms of the sections: they are underlined, and the mouse over one, or the key `?`, shows its meaning
 * beside it. A list at the end of the page has all of them.
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
      <TermReader marked={found} />
      {shown && (
        <p class="term-card" role="tooltip" data-term={shown.term.written[0]} style={shown.style}>
          {shown.term.meaning}
        </p>
      )}
      {used.length > 0 && (
        <details class="term-list">
          <summary>{l10n.t('Words and letters on this page')}</summary>
          <p>{l10n.t('Press ? in any section to see its terms explained in place.')}</p>
          <dl>
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
