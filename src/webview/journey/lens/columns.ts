/** Positions from `from` on, before `to`. */
export interface Columns {
  readonly from: number;
  readonly to: number;
}

/** Column widths, pixels. */
const narrowest = { numbers: 72, plain: 44 };
const widest = 118;
/** Below this width, pixels, cells have no numbers, even if the columns of a short text would be wide enough. */
const roomForNumbers = 372;

export interface ColumnForm {
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
