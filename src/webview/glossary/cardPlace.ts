/** The style that puts a card beside a term. */
export type Place = Readonly<Partial<Record<'left' | 'top' | 'bottom' | 'width', string>>>;

/** Pixels: a card of six lines, and one of three that fits above the choices at the top of a room. */
const usual = { width: 260, height: 120 };
const low = { width: 520, height: 64 };
const gap = 6;

/**
 * Below the term, or above it in the lower half of the page: the side bar's view is often a few lines high. Above a
 * head that orders the rows of a table and above a choice, too, since the rows or the tokens below are read next.
 */
export function beside(range: Range): Place {
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

/** Height of the header, which covers the top of the page. */
const headHeight = (): number => document.querySelector<HTMLElement>('.panel-head')?.offsetHeight ?? 0;

export const isDrawn = (range: Range): boolean => range.getClientRects().length > 0;

/** Whether a term lies above what the window shows. */
export const isAbove = (range: Range): boolean => range.getBoundingClientRect().top < headHeight();

/** Scrolls a term to the middle of the window if it is out of sight. */
export function bringIntoSight(range: Range): void {
  const { left, right, top, bottom } = range.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  if (top >= headHeight() && bottom <= clientHeight && left >= 0 && right <= clientWidth) return;
  range.startContainer.parentElement?.scrollIntoView({ block: 'center', inline: 'nearest' });
}
