import type { TargetedEvent } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { gridStep, useRoving } from '../../parts/roving';
import { layerWidth } from '../figure';

/** Positions from `from` on, before `to`. */
interface Columns {
  readonly from: number;
  readonly to: number;
}

/** Column widths, pixels. */
const narrowest = { numbers: 72, plain: 44 };
const widest = 118;
/** Below this width, pixels, cells have no numbers, even if the columns of a short text would be wide enough. */
const roomForNumbers = 372;

interface ColumnForm {
  /** Pixels. */
  readonly width: number;
  readonly numbers: boolean;
}

/** Width of each of `count` columns: they fill the `room` if they fit into it. */
export function columnForm(room: number, count: number): ColumnForm {
  const numbers = room >= roomForNumbers;
  const each = Math.floor(room / Math.max(count, 1));
  return { width: Math.min(Math.max(each, numbers ? narrowest.numbers : narrowest.plain), widest), numbers };
}

/** The visible columns after `scrolled` pixels, at least one if there are any. */
export function visibleColumns(scrolled: number, room: number, width: number, count: number): Columns {
  const from = Math.min(Math.max(Math.floor(scrolled / width), 0), Math.max(count - 1, 0));
  return { from, to: Math.max(Math.min(Math.ceil((scrolled + room) / width), count), Math.min(from + 1, count)) };
}

/** Columns drawn beyond the visible ones, so that scrolling does not show gaps. */
const spare = 6;

/** The columns to draw: those near the visible ones, and the one with the focus. */
export function drawnColumns({ from, to }: Columns, focused: number, count: number): readonly number[] {
  const first = Math.max(from - spare, 0);
  const last = Math.min(to + spare, count);
  const near = Array.from({ length: Math.max(last - first, 0) }, (_, index) => first + index);
  if (focused >= first && focused < last) return near;
  return focused < first ? [focused, ...near] : [...near, focused];
}

/** The nearest scroll position, pixels, at which the whole column is visible. */
export function scrolledTo(scrolled: number, room: number, width: number, column: number): number {
  const left = column * width;
  if (left < scrolled) return left;
  return left + width > scrolled + room ? left + width - room : scrolled;
}

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
