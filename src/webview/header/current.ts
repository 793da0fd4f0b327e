import { useEffect, useState } from 'preact/hooks';
import { headingId } from '../section';

/**
 * A section that reaches this share of the window, or so many CSS pixels of a high one, is the one that is read.
 * Counted from the top.
 */
const readShare = 0.3;
const readMost = 400;

const isHeadingInSight = (section: string, headHeight: number): boolean => {
  const box = document.getElementById(headingId(section))?.getBoundingClientRect();
  return box !== undefined && box.bottom > headHeight && box.top < window.innerHeight;
};

/** Pixels of a section below the header that are enough to see that it changes. */
const leastSeen = 80;

export function isSectionInSight(id: string): boolean {
  const box = document.querySelector(`section[data-section="${id}"]`)?.getBoundingClientRect();
  const top = document.querySelector<HTMLElement>('.panel-head')?.offsetHeight ?? 0;
  return box !== undefined && Math.min(box.bottom, window.innerHeight) - Math.max(box.top, top) >= leastSeen;
}

/**
 * The section in view. A section that the user jumped to is the current one while its heading is in sight, even where
 * the page is too short to bring it to the top.
 *
 * @param drawn ids of the sections, from top to bottom
 */
export function useCurrentSection(drawn: readonly string[]) {
  const [current, setCurrent] = useState<string | null>(null);
  const [jumped, setJumped] = useState<string | null>(null);
  const [height, setHeight] = useState(0);
  const all = drawn.join(' ');
  useEffect(() => {
    const resized = () => setHeight(window.innerHeight);
    resized();
    window.addEventListener('resize', resized);
    return () => window.removeEventListener('resize', resized);
  }, []);
  useEffect(() => {
    const seen = new Set<string>();
    const headHeight = document.querySelector<HTMLElement>('.panel-head')?.offsetHeight ?? 0;
    const unread = Math.round(height - Math.min(readMost, readShare * height));
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          const id = target.getAttribute('data-section') ?? '';
          if (isIntersecting) seen.add(id);
          else seen.delete(id);
        }
        const sections = all.split(' ');
        // At the top of the page nobody has read past the first, however short it is.
        setCurrent((window.scrollY > 0 ? sections.findLast((id) => seen.has(id)) : sections[0]) ?? null);
        setJumped((id) => (id !== null && isHeadingInSight(id, headHeight) ? id : null));
      },
      // The margin counts only with a root of the page's own: the page stands in a frame of another origin.
      { root: document, rootMargin: `-${headHeight}px 0px -${unread}px 0px` },
    );
    for (const section of document.querySelectorAll('section[data-section]')) observer.observe(section);
    return () => observer.disconnect();
  }, [all, height]);
  return { current: jumped ?? current, onJump: setJumped };
}
