/** Positions from `from` on, before `to`. */
export interface Columns {
  readonly from: number;
  readonly to: number;
}

/** Narrowest column with a number in it, and without; widest: pixels. */
const narrowest = { numbers: 72, plain: 52 };
const widest = 118;
/**
 * With less room the numbers are dropped: a box of a narrow panel has less, even one whose columns would be wide
 * enough.
 */
const roomForNumbers = 372;

export interface ColumnForm {
  /** Pixels. */
  readonly width: number;
  readonly numbers: boolean;
}

/** How wide each of `count` columns is in a box with `room` for them: all of them side by side where that is enough. */
export function columnForm(room: number, count: number): ColumnForm {
  const numbers = room >= roomForNumbers;
  const each = Math.floor(room / Math.max(count, 1));
  return { width: Math.min(Math.max(each, numbers ? narrowest.numbers : narrowest.plain), widest), numbers };
}

/** The columns of which something is seen when `scrolled` pixels are passed. At least one where there is any. */
export function visibleColumns(scrolled: number, room: number, width: number, count: number): Columns {
  const from = Math.min(Math.max(Math.floor(scrolled / width), 0), Math.max(count - 1, 0));
  return { from, to: Math.max(Math.min(Math.ceil((scrolled + room) / width), count), Math.min(from + 1, count)) };
}

/** Columns that are drawn beside those that are seen, so that scrolling finds them there. */
const spare = 6;

/** The columns that are drawn: those near the visible ones, and the one that holds the focus. */
export function drawnColumns({ from, to }: Columns, focused: number, count: number): readonly number[] {
  const first = Math.max(from - spare, 0);
  const last = Math.min(to + spare, count);
  const near = Array.from({ length: Math.max(last - first, 0) }, (_, index) => first + index);
  if (focused >= first && focused < last) return near;
  return focused < first ? [focused, ...near] : [...near, focused];
}

/** Where to scroll so that a column is seen as a whole; where one is, that is where it stays. Pixels. */
export function revealed(scrolled: number, room: number, width: number, column: number): number {
  const left = column * width;
  if (left < scrolled) return left;
  return left + width > scrolled + room ? left + width - room : scrolled;
}
