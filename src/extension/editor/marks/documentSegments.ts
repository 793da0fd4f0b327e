import { bisectLeft, bisectRight, extent } from 'd3-array';
import { colouringOf, isPassing, type Quantity, scaleOf } from '../../../shared/colouring';
import type { MeasuredDocument } from '../../../shared/document/document';
import type { PanelState } from '../../../shared/panel';
import type { Range } from '../../inspection/inspected';
import type { PlacedDocument } from '../../shown';
import { segments, type Segment } from './drawing';

/** What a document as a whole is coloured by. Only an inspected text has what colourings that pass show. */
export function quantityOf(state: PanelState): Quantity | null {
  const colouring = colouringOf(state);
  return colouring === 'none' ? null : isPassing(colouring) ? 'surprisal' : colouring;
}

/**
 * The segments of a document's tokens between two of its offsets, where the tokens stand now. The offsets of the
 * segments count from `origin`.
 */
export function documentSegments(
  { measured, places: { starts, ends } }: Pick<PlacedDocument, 'measured' | 'places'>,
  quantity: Quantity | null,
  { start, end }: Range,
  origin = 0,
): Segment[] {
  const first = bisectRight(ends, start);
  const count = Math.max(0, bisectLeft(starts, end) - first);
  const indices = Array.from({ length: count }, (_, index) => first + index);
  const tokens = indices.map((i, index) => ({
    index,
    start: (starts[i] as number) - origin,
    end: (ends[i] as number) - origin,
  }));
  const strength = quantity === null ? () => 0 : strengthOf(measured, quantity);
  return segments({ tokens, contextCount: 0 }, indices.map(strength));
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
  const values = quantity === 'size' ? tokens.sizes : quantity === 'entropy' ? measured.entropy : measured.surprisal;
  // What the model adds is often far larger than all others.
  const [low, high] = extent(values.subarray(tokens.added));
  const scale = low === undefined || high === undefined ? null : scaleOf(quantity, [low, high]);
  const strength = (index: number) => scale?.(values[index] ?? NaN) || 0;
  known.set(measured, { quantity, strength });
  return strength;
}
