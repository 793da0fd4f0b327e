import type { TargetedEvent } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { gridStep, useRoving } from '../../parts/roving';
import { layerWidth } from '../geometry';
import { columnForm, drawnColumns, scrolledTo, visibleColumns } from './columns';

interface ScrolledGrid {
  /** Number of columns, one a position, and of rows. */
  readonly count: number;
  readonly rows: number;
  /** Pixels, 0 until they are known. */
  readonly width: number;
  /** The column that is shown first, and again when it or the run changes. */
  readonly position: number | null;
  readonly run: unknown;
}

/** Scrolling and keys of a grid of positions. Only the columns near the visible ones are drawn. */
export function useScrolledGrid({ count, rows, width, position, run }: ScrolledGrid) {
  const box = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(0);
  const focusNext = useRef<number | null>(null);
  const room = Math.max(width - layerWidth, 1);
  const { width: columnWidth, numbers } = columnForm(room, count);
  const visible = visibleColumns(scrolled, room, columnWidth, count);
  const reveal = (column: number): void => {
    const element = box.current;
    if (!element) return;
    element.scrollLeft = scrolledTo(element.scrollLeft, room, columnWidth, column);
    setScrolled(element.scrollLeft);
  };
  const start = Math.min(position ?? 0, Math.max(count - 1, 0)) * rows + rows - 1;
  const roving = useRoving(count * rows, start, (key, at) => {
    const next = gridStep(key, at, { count: count * rows, rows });
    if (next !== null) {
      reveal(Math.floor(next / rows));
      focusNext.current = next;
    }
    return next;
  });
  // The cell may be in a column that is drawn only now.
  useLayoutEffect(() => {
    if (focusNext.current === null) return;
    box.current?.querySelector<HTMLElement>(`[data-roving="${focusNext.current}"]`)?.focus({ preventScroll: true });
    focusNext.current = null;
  });
  useLayoutEffect(() => {
    if (position === null || position >= count || width === 0) return;
    roving.reset();
    reveal(position);
  }, [run, position, rows, width > 0]);
  const stop = { row: roving.at % rows, position: Math.floor(roving.at / rows) };
  const columns = useMemo(
    () => (count === 0 ? [] : drawnColumns(visible, stop.position, count)),
    [visible.from, visible.to, stop.position, count],
  );
  const onScroll = ({ currentTarget }: TargetedEvent<HTMLDivElement>): void => setScrolled(currentTarget.scrollLeft);
  return { box, scrolled, onScroll, columnWidth, numbers, visible, columns, roving, stop };
}
