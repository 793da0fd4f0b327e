import { maxIndex } from 'd3-array';
import type { Leader, LensStep } from '../../../shared/layers';
import { layerOf } from '../../parts/layers';

/** The row with a token's highest probability. */
export const peakOf = ({ probability }: Leader): number => Math.max(0, maxIndex(probability));

/** The rows in which a token is the likeliest, as runs of neighbouring rows: first and last index. */
export function leads({ rank }: Leader): readonly (readonly [from: number, to: number])[] {
  const runs: [number, number][] = [];
  rank.forEach((place, row) => {
    if (place !== 1) return;
    const last = runs.at(-1);
    if (last && last[1] === row - 1) last[1] = row;
    else runs.push([row, row]);
  });
  return runs;
}

/** The peak of a line, and the width of its name: pixels. */
export interface Peak {
  readonly x: number;
  readonly width: number;
}

export interface NamePlace {
  /** Left edge, pixels. */
  readonly left: number;
  /** 0 is the lane next to the lines. */
  readonly lane: number;
}

const gap = 4;

/**
 * Places each name beside the pole on its peak, between `left` and `right`. A name that overlaps names to its right
 * stands above them, so that no pole crosses a name, except at the right edge.
 */
export function namePlaces(peaks: readonly Peak[], left: number, right: number): readonly NamePlace[] {
  const fromRight = peaks.map((peak, index) => ({ ...peak, index })).sort((a, b) => b.x - a.x || b.index - a.index);
  const places: NamePlace[] = [];
  const placed: { readonly from: number; readonly to: number; readonly lane: number }[] = [];
  for (const { x, width, index } of fromRight) {
    const from = Math.max(left, Math.min(x, right - width));
    const to = from + width + gap;
    const below = placed.filter((other) => other.from < to && from < other.to).map(({ lane }) => lane);
    const lane = below.length === 0 ? 0 : Math.max(...below) + 1;
    placed.push({ from, to, lane });
    places[index] = { left: from, lane };
  }
  return places;
}

/** Rows with a tick, at round steps of layers and at least `room` pixels apart. */
export function tickedRows(rows: readonly LensStep[], rowWidth: number, room = 22): readonly number[] {
  const whole = rows.flatMap(({ after }, index) => (after === 'layer' ? [index] : []));
  const perLayer = whole.length > 1 ? ((whole[1] ?? 1) - (whole[0] ?? 0)) * rowWidth : rowWidth;
  const step = [1, 2, 5, 10, 20, 50].find((layers) => layers * perLayer >= room) ?? 100;
  return whole.filter((_, residual) => layerOf(residual) % step === 0);
}
