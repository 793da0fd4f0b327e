import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * Scrolls to the part that an action opened if it is out of sight, and again once it is complete, since it grows until
 * then. A part that was open before, or is computed again later, scrolls nothing. Any input of the user ends the wait.
 *
 * @param key of what is open; null if nothing is
 */
export function useIntoSight(
  within: RefObject<HTMLElement | null>,
  selector: string,
  key: string | null,
  isComplete: boolean,
): void {
  const last = useRef(key);
  const isDue = useRef(false);
  useEffect(() => {
    if (key !== last.current) isDue.current = key !== null;
    last.current = key;
    if (!isDue.current) return;
    within.current?.querySelector(selector)?.scrollIntoView({ block: 'nearest' });
    isDue.current = !isComplete;
    if (!isDue.current) return;
    const waiting = new AbortController();
    const listener = { signal: waiting.signal, capture: true, passive: true };
    for (const type of ['wheel', 'touchmove', 'pointerdown', 'keydown'])
      window.addEventListener(type, () => (isDue.current = false), listener);
    return () => waiting.abort();
  }, [key, isComplete]);
}

/** Parts this near to the window count as in sight, so that they are ready when the user scrolls to them. */
const margin = '300px 0px';

/** Calls `tell` when the element with the returned ref comes into sight, leaves it, or is no longer drawn. */
export function useInSight<E extends Element>(tell: (isInSight: boolean) => void) {
  const ref = useRef<E>(null);
  const latest = useRef(tell);
  latest.current = tell;
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new IntersectionObserver((entries) => latest.current(entries.at(-1)?.isIntersecting ?? false), {
      rootMargin: margin,
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      latest.current(false);
    };
  }, []);
  return ref;
}
