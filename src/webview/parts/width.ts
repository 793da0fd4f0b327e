import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Inner width, CSS pixels, of the element with the returned ref. 0 before it is measured. */
export function useWidth<E extends HTMLElement>() {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    setWidth(Math.floor(element.clientWidth));
    const observer = new ResizeObserver((entries) => {
      for (const entry of entries) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}

/** The element with the returned ref never gets lower. Give it another key where it may. */
export function useTallest<E extends HTMLElement>() {
  const ref = useRef<E>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element) element.style.minHeight = `${element.getBoundingClientRect().height}px`;
  });
  return ref;
}
