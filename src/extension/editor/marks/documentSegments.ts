import { bisectLeft, bisectRight } from 'd3-array';
import { colouringOf, isPassing, type Quantity, scaleOf, sources } from '../../../shared/colouring';
import type { MeasuredDocument } from '../../../shared/document/document';
import type { PanelState } from '../../../shared/panel';
import type { Range } from '../../../shared/tokens';
import type { PlacedDocument } from '../../shown';
import { segments, type Line, type Segment } from './drawing';

/** What a document as a whole is coloured by. Only an inspected text has what colourings that pass show. */
export function quantityOf(state: PanelState): Quantity | null {
  const colouring = colouringOf(state);
  return colouring === 'none' ? null : isPassing(colouring) ? 'surprisal' : colouring;
}

/** The editor draws no more of a line, unless it is set to. UTF-16 units. */
const mostDrawn = 10_000;

/** A line as far as it is drawn: the line of a minified file may hold all of its tokens. */
export const drawnPart = (line: Line): Line => ({ ...line, end: Math.min(line.end, line.start + mostDrawn) });

/** The segments of a document's tokens on these lines, where they stand now. All offsets count from `origin`. */
export function documentSegments(
  { measured, places: { starts, ends } }: Pick<PlacedDocument, 'measured' | 'places'>,
  quantity: Quantity | null,
  lines: readonly Range[],
  origin = 0,
): Segment[] {
  const strength = quantity === null ? () => 0 : strengthOf(measured, quantity);
  let next = 0;
  return stretches(lines).flatMap((stretch) => {
    const first = Math.max(next, bisectRight(ends, stretch.start + origin));
    next = Math.max(first, bisectLeft(starts, stretch.end + origin));
    const indices = Array.from({ length: next - first }, (_, index) => first + index);
    const tokens = indices.map((i, index) => ({
      index,
      start: (starts[i] as number) - origin,
      end: (ends[i] as number) - origin,
    }));
    return segments({ tokens, contextCount: 0 }, indices.map(strength));
  });
}

/** Lines that only their endings separate, as one: a token may reach over those. */
function stretches(lines: readonly Range[]): readonly Range[] {
  const found: Range[] = [];
  for (const { start, end } of lines) {
    const before = found.at(-1);
    if (before && start - before.end <= 2) found[found.length - 1] = { start: before.start, end };
    else found.push({ start, end });
  }
  return found;
}

/** A document's segments around a text that has its own, which begins at 0. In order. */
export function around(ofDocument: readonly Segment[], own: readonly Segment[], length: number): Segment[] {
  const before = ofDocument.map((segment) => ({ ...segment, end: Math.min(segment.end, 0) }));
  const behind = ofDocument.map((segment) => ({ ...segment, start: Math.max(segment.start, length) }));
  return [before, own, behind].flatMap((list) => list.filter((segment) => segment.start < segment.end));
}

type Strength = (index: number) => number;
const known = new WeakMap<MeasuredDocument, { readonly quantity: Quantity; readonly strength: Strength }>();

/** The share of the scale's colour by the index of a token: 0 … 1, and 0 where nothing is known. */
function strengthOf(measured: MeasuredDocument, quantity: Quantity): Strength {
  const before = known.get(measured);
  if (before?.quantity === quantity) return before.strength;
  const { tokens } = measured;
  const values = sources[quantity].ofDocument(measured);
  // What the model adds is often far larger than all others.
  const ends = values && extentOf(values.subarray(tokens.added));
  const scale = ends && scaleOf(quantity, ends);
  const strength = (index: number) => scale?.strength(values?.[index] ?? NaN) || 0;
  known.set(measured, { quantity, strength });
  return strength;
}

/** As d3's `extent`, without its iterator: it runs over the whole document at each step while that is measured. */
function extentOf(values: Float32Array | Float64Array): readonly [number, number] | null {
  let [low, high] = [Infinity, -Infinity];
  // NaN, which is not known yet, is neither smaller nor larger.
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? null : [low, high];
}
