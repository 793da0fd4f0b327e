import type { TargetedMouseEvent } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/**
 * Gives the focus of a button that its own press removes to a part that stays: the browser would give it to the page,
 * and the next Tab would begin at the top. A click moves nothing in sight.
 *
 * @param within selects the nearest element around the button that has the part
 */
export function passFocus(
  { currentTarget, detail }: TargetedMouseEvent<HTMLElement>,
  within: string,
  part: string,
): void {
  const isClick = detail > 0;
  currentTarget.closest(within)?.querySelector<HTMLElement>(part)?.focus({ preventScroll: isClick });
}

interface Grid {
  readonly count: number;
  /** Items of one column. Items are numbered column by column; a list is one column. */
  readonly rows: number;
}

/** The item that a key leads to from item `at`. `null` for other keys. */
export function gridStep(key: string, at: number, { count, rows }: Grid): number | null {
  const last = count - 1;
  const column = Math.floor(at / rows);
  const within = (target: number): number => (target >= 0 && target <= last ? target : at);
  switch (key) {
    case 'ArrowDown':
      return Math.min(at + 1, column * rows + rows - 1, last);
    case 'ArrowUp':
      return Math.max(at - 1, column * rows);
    case 'ArrowRight':
      return within(at + rows);
    case 'ArrowLeft':
      return within(at - rows);
    case 'Home':
      return column * rows;
    case 'End':
      return Math.min(column * rows + rows - 1, last);
    default:
      return null;
  }
}

/** The item of a single row that a key leads to. `null` for other keys. */
export function rowStep(key: string, at: number, count: number): number | null {
  if (key === 'ArrowRight') return Math.min(at + 1, count - 1);
  if (key === 'ArrowLeft') return Math.max(at - 1, 0);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : null;
}

/** The same for columns of unequal lengths. Items are numbered as if every column were as long as the longest. */
export function columnStep(key: string, at: number, lengths: readonly number[]): number | null {
  const rows = Math.max(...lengths);
  const next = gridStep(key, at, { count: rows * lengths.length, rows });
  if (next === null) return null;
  const column = Math.floor(next / rows);
  const length = lengths[column] ?? 0;
  return length === 0 ? at : column * rows + Math.min(next % rows, length - 1);
}

/**
 * Roving tab index: one tab stop for a group of items, in which keys move the focus. Spread `item(i)` on each item and
 * `group` on their container. `step` returns the item that a key leads to.
 */
export function useRoving(
  count: number,
  start: number,
  step: (key: string, at: number, group: HTMLElement) => number | null,
) {
  const group = useRef<HTMLElement | null>(null);
  const [moved, setMoved] = useState<number | null>(null);
  const at = Math.min(Math.max(moved ?? start, 0), Math.max(count - 1, 0));
  /** Whether the item gets the focus once it is drawn: an item of a long table may be out of sight. */
  const isDue = useRef(false);
  const focusItem = (index: number): boolean => {
    const item = group.current?.querySelector<HTMLElement>(`[data-roving="${index}"]`);
    item?.focus();
    return item !== null && item !== undefined;
  };
  const focus = (index: number): void => {
    setMoved(index);
    isDue.current = !focusItem(index);
  };
  useLayoutEffect(() => {
    if (isDue.current) isDue.current = !focusItem(at);
  }, [at]);
  return {
    at,
    reset: () => setMoved(null),
    focus,
    group: {
      ref: (element: HTMLElement | null) => {
        group.current = element;
      },
      onKeyDown: (event: KeyboardEvent) => {
        if (event.altKey || event.ctrlKey || event.metaKey || !group.current) return;
        const next = step(event.key, at, group.current);
        if (next === null) return;
        event.preventDefault();
        focus(next);
      },
      onFocusIn: (event: FocusEvent) => {
        const index = event.target instanceof Element ? event.target.getAttribute('data-roving') : null;
        if (index !== null) setMoved(Number(index));
      },
    },
    item: (index: number) => ({ 'data-roving': index, tabIndex: index === at ? 0 : -1 }),
  };
}
