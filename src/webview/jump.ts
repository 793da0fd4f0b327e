/** Ends the hold on the heading that the user jumped to last. */
let release = (): void => undefined;

/**
 * Scrolls to a heading and keeps it there while the page grows: sections above it draw their pictures only once they
 * come near the window. The hold ends as soon as the user does anything.
 */
export function jumpTo(heading: HTMLElement, page: HTMLElement, { focus }: { readonly focus: boolean }): void {
  release();
  const hold = new AbortController();
  let [height, top] = [0, 0];
  const scroll = (): void => {
    heading.scrollIntoView();
    [height, top] = [page.offsetHeight, window.scrollY];
  };
  // Told after each layout and before it is painted, so the heading never seems to move.
  const resizes = new ResizeObserver(scroll);
  release = () => {
    hold.abort();
    resizes.disconnect();
  };
  const listener = { signal: hold.signal, capture: true, passive: true };
  for (const type of ['wheel', 'touchmove', 'pointerdown', 'keydown']) window.addEventListener(type, release, listener);
  // The scroll bar and the page's own scrolling send none of these. A page of another height has scrolled by itself.
  window.addEventListener(
    'scroll',
    () => {
      if (page.offsetHeight === height && Math.abs(window.scrollY - top) > 1) release();
    },
    listener,
  );
  scroll();
  if (focus) heading.focus({ preventScroll: true });
  resizes.observe(page);
}
