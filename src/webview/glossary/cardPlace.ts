/** The style that puts a card beside a term. */
export type Place = Readonly<Partial<Record<'left' | 'top' | 'bottom', string>>>;

/** Pixels. */
const cardWidth = 260;
const gap = 6;

/** Enough for a card of six lines. */
const cardHeight = 120;

/**
 * Below the term, or above it in the lower half of the page: the side bar's view is often a few lines high. Above a
 * head that orders the rows of a table, too, since the rows are read next.
 */
export function beside(range: Range): Place {
  const { left, top, bottom } = range.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  return {
    left: `${Math.max(4, Math.min(left, clientWidth - cardWidth - 8))}px`,
    ...(bottom > clientHeight / 2 || (isOverRows(range) && top > cardHeight)
      ? { bottom: `${clientHeight - top + gap}px` }
      : { top: `${bottom + gap}px` }),
  };
}

const isOverRows = ({ startContainer }: Range): boolean =>
  (startContainer.parentElement?.closest('.sort') ?? null) !== null;

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
