import { levels, type Level } from '../../../shared/levels';
import type { TextView } from '../../../shared/place';
import { pieces, type Line, type Piece } from './pieces';
import { segments, type Segment } from './segments';

/**
 * What is drawn over each other; the level layers are one a level. Tokens are even and odd in turn, since the editor
 * draws neighbours that look the same as one, without a boundary between them.
 */
export type Layer = 'even' | 'odd' | 'end' | `level${Exclude<Level, 0>}` | 'chosen' | 'pointed';

export type Drawing = ReadonlyMap<Layer, readonly Piece[]>;

export const nothing: Drawing = new Map();

export interface Drawable {
  readonly text: TextView;
  /** The segments of the whole text. */
  readonly segments: readonly Segment[];
  /** Indices of tokens, the context's included. */
  readonly chosen: number | null;
  readonly pointed: number | null;
}

/** What is drawn of a text on these lines of it. */
export function drawing({ text, segments, chosen, pointed }: Drawable, lines: readonly Line[]): Drawing {
  const found = pieces(segments, lines);
  const begun = found.filter(({ begins }) => begins);
  const last = segments.at(-1);
  const token = (index: number | null) => pieces(segmentOf(text, index), lines);
  return new Map<Layer, readonly Piece[]>([
    ['even', begun.filter((_, index) => index % 2 === 0)],
    ['odd', begun.filter((_, index) => index % 2 === 1)],
    ['end', found.slice(-1).filter(({ segment }) => segment === last)],
    ...levels.map((level) => [`level${level}`, found.filter(({ segment }) => segment.level === level)] as const),
    ['chosen', token(chosen)],
    ['pointed', token(pointed)],
  ]);
}

const segmentOf = ({ tokens }: TextView, index: number | null): readonly Segment[] =>
  index === null ? [] : segments({ tokens: tokens.slice(index, index + 1), contextCount: 0 }, []);
