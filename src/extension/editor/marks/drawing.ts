import { bisector } from 'd3-array';
import { type Level, levelOf, levels } from '../../../shared/levels';
import type { TextView } from '../../../shared/place';
import type { Token, Range } from '../../../shared/tokens';

/** A part of the text that is marked as one. UTF-16 offsets relative to the inspected text, `end` excluded. */
export interface Segment extends Range {
  readonly level: Level;
  /** On the other side of zero, which has marks of its own. */
  readonly away?: true;
}

/**
 * One segment a token of the text itself, the context left out; tokens that share a character are one segment with the
 * strongest of their values. In order, disjoint, none empty. `strength` has one entry a token: −1 … 1.
 */
export function segments(
  {
    tokens,
    contextCount,
  }: { readonly tokens: readonly Pick<Token, 'index' | 'start' | 'end'>[]; readonly contextCount: number },
  strength: readonly number[],
): Segment[] {
  const found: Segment[] = [];
  for (const token of tokens.slice(contextCount)) {
    if (token.end <= token.start) continue;
    const own = strength[token.index] ?? 0;
    const shade = { level: levelOf(Math.abs(own)), ...(own < 0 && ({ away: true } as const)) };
    const before = found.at(-1);
    if (!before || token.start >= before.end) found.push({ start: token.start, end: token.end, ...shade });
    else {
      const { start, end, ...other } = before;
      const stronger = shade.level > other.level ? shade : other;
      found[found.length - 1] = { start, end: Math.max(end, token.end), ...stronger };
    }
  }
  return found;
}

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

/** A line of the document; UTF-16 offsets relative to the inspected text, without the line's ending. */
export interface Line extends Range {
  readonly number: number;
}

/** The part of a segment on one line: columns in UTF-16 units. */
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

/**
 * What is drawn over each other; the level layers are one a level. Tokens are even and odd in turn, since the editor
 * draws neighbours that look the same as one, without a boundary between them.
 */
export type Layer =
  | 'even'
  | 'odd'
  | 'end'
  | `${'level' | 'away'}${Exclude<Level, 0>}`
  | 'chosen'
  | 'pointed'
  | 'surprising';

export type MarkPieces = ReadonlyMap<Layer, readonly Piece[]>;

export const nothing: MarkPieces = new Map();

export interface Drawable {
  /** null if only a document as a whole is drawn. */
  readonly text: TextView | null;
  /** All segments on the lines. */
  readonly segments: readonly Segment[];
  /** Indices of tokens, the context's included. */
  readonly chosen: number | null;
  readonly pointed: number | null;
  /** The most surprising tokens of a document as a whole, wherever they are. */
  readonly surprising?: readonly Piece[];
}

/** The marks of a text on these of its lines. */
export function drawing(
  { text, segments, chosen, pointed, surprising = [] }: Drawable,
  lines: readonly Line[],
): MarkPieces {
  const found = pieces(segments, lines);
  const begun = found.filter(({ begins }) => begins);
  const last = segments.at(-1);
  const token = (index: number | null) => pieces(text ? segmentOf(text, index) : [], lines);
  return new Map<Layer, readonly Piece[]>([
    ['even', begun.filter((_, index) => index % 2 === 0)],
    ['odd', begun.filter((_, index) => index % 2 === 1)],
    ['end', found.slice(-1).filter(({ segment }) => segment === last)],
    ...levels.flatMap((level) =>
      (['level', 'away'] as const).map((side): [Layer, readonly Piece[]] => [
        `${side}${level}`,
        found.filter(({ segment }) => segment.level === level && (side === 'away') === (segment.away ?? false)),
      ]),
    ),
    ['chosen', token(chosen)],
    ['pointed', token(pointed)],
    ['surprising', surprising],
  ]);
}

const segmentOf = ({ tokens }: TextView, index: number | null): readonly Segment[] =>
  index === null ? [] : segments({ tokens: tokens.slice(index, index + 1), contextCount: 0 }, []);
