/** Moves in a wrapped row of items: left and right by one, up and down to the nearest item of the next drawn row. */
export interface Box {
  readonly left: number;
  readonly width: number;
  readonly top: number;
}

/**
 * Index that a key leads to from `at`, or null where the key means nothing here. `boxes` has the drawn place of every
 * item.
 */
export function stepInRows(key: string, at: number, boxes: readonly Box[]): number | null {
  const last = boxes.length - 1;
  if (key === 'ArrowRight') return Math.min(at + 1, last);
  if (key === 'ArrowLeft') return Math.max(at - 1, 0);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return null;
  const from = boxes[at];
  if (!from) return null;
  const direction = key === 'ArrowDown' ? 1 : -1;
  const centre = from.left + from.width / 2;
  let next = at;
  let row: number | null = null;
  let nearest = Infinity;
  for (let index = at + direction; index >= 0 && index <= last; index += direction) {
    const box = boxes[index];
    if (!box || box.top === from.top) continue;
    row ??= box.top;
    if (box.top !== row) break;
    const away = Math.abs(box.left + box.width / 2 - centre);
    if (away < nearest) {
      nearest = away;
      next = index;
    }
  }
  return next;
}
