import { bisector } from 'd3-array';
import type { Segment } from './segments';

/** A line of the document; UTF-16 offsets relative to the inspected text, without the line's ending. */
export interface Line {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** What of a segment stands on one line: columns in UTF-16 units. */
export interface Piece {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly segment: Segment;
  /** Whether the segment begins here, or went on from the line before. */
  readonly begins: boolean;
}

const byEnd = bisector<Segment, number>(({ end }) => end);

/** Cuts segments at the ends of the lines, which cannot be marked. Both are in order, and so are the pieces. */
export function pieces(segments: readonly Segment[], lines: readonly Line[]): Piece[] {
  const found: Piece[] = [];
  let first = lines[0] ? byEnd.right(segments, lines[0].start) : segments.length;
  for (const { number, start, end } of lines) {
    while ((segments[first]?.end ?? Infinity) <= start) first++;
    for (let at = first; ; at++) {
      const segment = segments[at];
      if (!segment || segment.start >= end) break;
      const [from, to] = [Math.max(segment.start, start) - start, Math.min(segment.end, end) - start];
      if (to > from) found.push({ line: number, from, to, segment, begins: segment.start >= start });
    }
  }
  return found;
}
