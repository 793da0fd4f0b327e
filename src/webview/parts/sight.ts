import { useEffect, useRef } from 'preact/hooks';

/** How far outside of the window a part counts as in sight, so that it is there when one comes to it. */
const margin = '300px 0px';

/**
 * Tells whenever an element comes into sight or leaves it; one that is no longer drawn is out of sight. Put `ref` on
 * the element.
 */
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
