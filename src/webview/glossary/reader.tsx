import * as l10n from '@vscode/l10n';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { menuStep } from '../parts/menu';
import { beside, bringIntoSight, isAbove, isDrawn } from './cardPlace';
import { type Marked, sectionOf } from './marks';
import { stopsOf } from './stops';

interface Reading {
  readonly section: Element | null;
  readonly stops: readonly Marked[];
  readonly at: number;
  /** Had the focus, and gets it back at the end. */
  readonly from: Element | null;
}

const isText = (target: EventTarget | undefined): boolean =>
  target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== 'range');

const isBefore = (element: Element, { range }: Marked): boolean =>
  (element.compareDocumentPosition(range.startContainer) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;

/** The terms of the section with the focus, or else of the first section in sight. */
function readingFrom(marked: readonly Marked[], from: Element | null): Reading | null {
  const drawn = marked.filter(({ range }) => isDrawn(range));
  const focused = from?.closest('section');
  const section = focused ?? sectionOf(drawn.find(({ range }) => !isAbove(range)));
  const { stops, at } = stopsOf(
    drawn.filter((mention) => sectionOf(mention) === section),
    (mention) => (focused && from ? isBefore(from, mention) : isAbove(mention.range)),
  );
  return stops.length === 0 ? null : { section, stops, at, from };
}

/** The same terms on a page that has changed. */
function again({ section, stops, at, from }: Reading, marked: readonly Marked[]): Reading | null {
  const here = marked.filter((mention) => sectionOf(mention) === section && isDrawn(mention.range));
  const found = stops.flatMap((stop) => here.find(({ term }) => term === stop.term) ?? []);
  const next = found.findIndex(({ term }) => term === stops[at]?.term);
  return next === -1 ? null : { section, stops: found, at: next, from };
}

/** How far around a term its ring is drawn, pixels. */
const around = 2;

/**
 * Reads the terms of a section by keyboard: `?` shows the first one's meaning beside it, arrows go from term to term,
 * Escape goes back. Each term as a tab stop of its own would put dozens of them between two controls.
 */
export function TermReader({ marked }: { readonly marked: readonly Marked[] }) {
  const [reading, setReading] = useState<Reading | null>(null);
  /** Redraws the ring and the card after the page has scrolled. */
  const [, setMoved] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const newest = useRef(marked);
  newest.current = marked;
  const stop = reading?.stops[reading.at];

  useEffect(() => {
    const ask = (event: KeyboardEvent): void => {
      if (event.key !== '?' || event.ctrlKey || event.altKey || event.metaKey || isText(event.composedPath()[0]))
        return;
      const { activeElement } = document;
      const next = readingFrom(newest.current, activeElement === document.body ? null : activeElement);
      if (!next) return;
      event.preventDefault();
      setReading(next);
    };
    window.addEventListener('keydown', ask);
    return () => window.removeEventListener('keydown', ask);
  }, []);

  useEffect(() => setReading((before) => before && again(before, marked)), [marked]);

  useEffect(() => {
    if (!stop) return;
    const moved = (): void => setMoved((count) => count + 1);
    // A part of the page may scroll, too. Its event does not bubble.
    window.addEventListener('scroll', moved, { passive: true, capture: true });
    window.addEventListener('resize', moved);
    return () => {
      window.removeEventListener('scroll', moved, { capture: true });
      window.removeEventListener('resize', moved);
    };
  }, [stop === undefined]);

  // A layout effect, because the next key belongs to the list.
  useLayoutEffect(() => {
    if (!stop) return;
    bringIntoSight(stop.range);
    list.current?.focus({ preventScroll: true });
    setMoved((count) => count + 1);
  }, [stop?.term, reading?.section]);

  if (!reading || !stop) return null;
  const { stops, at, from, section } = reading;
  const goBack = (): void => {
    setReading(null);
    if (from instanceof HTMLElement || from instanceof SVGElement) from.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const forwards = event.key === 'ArrowRight' ? 'ArrowDown' : event.key;
    const next = menuStep(event.key === 'ArrowLeft' ? 'ArrowUp' : forwards, at, stops.length);
    if (next !== null) setReading({ ...reading, at: next });
    else if (event.key === 'Escape' || event.key === '?') goBack();
    else {
      // Tab goes on from where the reader was.
      if (event.key === 'Tab') goBack();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const heading = section?.querySelector('h1, h2')?.textContent;
  const { left, top, width, height } = stop.range.getBoundingClientRect();
  const ring = {
    left: `${left - around}px`,
    top: `${top - around}px`,
    width: `${width + 2 * around}px`,
    height: `${height + 2 * around}px`,
  };
  return (
    <>
      <div class="term-ring" style={ring} />
      <div
        class="term-card"
        role="listbox"
        aria-label={heading ? l10n.t('Words and letters in {0}', heading) : l10n.t('Words and letters')}
        aria-activedescendant="term-read"
        tabIndex={-1}
        ref={list}
        style={beside(stop.range)}
        onKeyDown={onKeyDown}
        onFocusOut={() => setReading(null)}
      >
        <div
          key={stop.term.written[0]}
          id="term-read"
          role="option"
          aria-selected="true"
          aria-setsize={stops.length}
          aria-posinset={at + 1}
          data-term={stop.term.written[0]}
        >
          {stop.term.meaning}
        </div>
        <p class="term-keys" aria-hidden="true">
          {l10n.t('{0} of {1}. Arrow keys show the next one, Escape goes back.', at + 1, stops.length)}
        </p>
      </div>
    </>
  );
}
