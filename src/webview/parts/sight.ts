import { useEffect, useRef } from 'preact/hooks';

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
