/** Lines that are drawn together: a short scroll then changes nothing. */
const block = 16;

/** Both included, 0-based. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Numbers of the lines within `bounds` that are in sight or near it: whole blocks of lines, and one more on both sides.
 * In order.
 */
export function visibleLines(inSight: readonly LineRange[], bounds: LineRange): number[] {
  const lines: number[] = [];
  let next = bounds.first;
  for (const { first, last } of inSight) {
    const end = Math.min(bounds.last, (Math.floor(last / block) + 2) * block - 1);
    next = Math.max(next, (Math.floor(first / block) - 1) * block);
    while (next <= end) lines.push(next++);
  }
  return lines;
}
