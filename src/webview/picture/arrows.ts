import type { NamedToken } from '../../shared/tokens';
import { boxesAlong, roundStretch } from './arrow';
import { type NameBox, type Name, type PlacedName, placeLabels, type Point } from './name';

/** A vector beside the one that is the axis. */
export interface AxisVector {
  readonly id: number;
  readonly token: NamedToken;
  /** Its part along the axis, and across it at a right angle: model units. */
  readonly reach: number;
  readonly side: number;
  /** What stands beside the axis: the dot product with it, or what follows from that. */
  readonly value: number;
}

/** The vector that is the axis. */
export interface AroundAxis {
  /** Model units. */
  readonly size: number;
  readonly vectors: readonly AxisVector[];
}

/** An arrow from the origin, at its true length in the plane of the axis and the vector. */
export interface Arrow {
  readonly vector: AxisVector;
  readonly tip: Point;
  /** Middle of the number of its part across the axis, below the ground. null where that has no room. */
  readonly sideX: number | null;
  /** Where its value stands at the axis: moved so that no two lie on each other. */
  readonly labelY: number;
}

export interface Arrows {
  readonly width: number;
  readonly height: number;
  readonly origin: Point;
  /** Left of the axis there is room for the reach too. */
  readonly hasReach: boolean;
  /** Top of the axis. */
  readonly top: number;
  /** Where the axis is broken: it is longer than the picture. null where the whole of it is drawn. */
  readonly breakAt: number | null;
  /** How many times larger heights are drawn than widths. */
  readonly stretch: number;
  readonly arrows: readonly Arrow[];
  readonly names: readonly PlacedName[];
}

/** Arrows without height would be stretched without end. */
const mostStretch = 100;
const labelHeight = 17;
/** Pixels: the names and values left of the axis, the name of the axis above, and the tips' names at the right. */
const margin = { left: 150, leftWithReach: 216, top: 44, bottom: 42, right: 84 };
export const height = 266;
/** Wider pictures have the reach beside the dot product. */
const roomForReach = 640;
/** Narrower pictures have the words at the tip of the axis on two lines. */
export const roomForHidden = 380;
/** Between two lines of words, pixels. */
export const lineHeight = 15;
/** Between the middles of two numbers on the ground. */
const sideRoom = 40;
/** From the ground to below these numbers. */
const sideHeight = 20;

/**
 * Vectors as arrows around one of them, which points upwards. Widths and heights have one scale unless the angles are
 * so alike that heights are stretched.
 *
 * @param width of the picture, CSS pixels
 * @param nameWidth of a token's name, CSS pixels
 */
export function arrowsOf(
  { size, vectors }: AroundAxis,
  width: number,
  nameWidth: (vector: AxisVector) => number,
): Arrows {
  const hasReach = width >= roomForReach;
  const left = hasReach ? margin.leftWithReach : Math.min(margin.left, width * 0.36);
  const most = (values: readonly number[]) => Math.max(1e-9, ...values);
  const above = most(vectors.map(({ reach }) => reach));
  const below = most(vectors.map(({ reach }) => -reach));
  const span = (above > 1e-9 ? above : 0) + (below > 1e-9 ? below : 0);
  const drawn = height - margin.top - margin.bottom - 20;
  const scale = Math.min((width - left - margin.right) / most(vectors.map(({ side }) => side)), drawn / span);
  const stretch = roundStretch(Math.min(drawn / (scale * span), mostStretch));
  const origin = { x: left, y: height - margin.bottom - (below > 1e-9 ? below * scale * stretch : 0) };
  const top = 10;
  const tips = vectors.map(({ side, reach }) => ({
    x: origin.x + side * scale,
    y: origin.y - reach * scale * stretch,
  }));
  const labelYs = spread(tips.map(({ y }) => y));
  const sideXs = below > 1e-9 ? [] : sidesOf(tips, origin.x);
  const arrows = vectors.map((vector, i) => ({
    vector,
    sideX: sideXs[i] ?? null,
    tip: tips[i] as Point,
    labelY: labelYs[i] as number,
  }));
  const isCut = origin.y - size * scale * stretch < top;
  return {
    width,
    height,
    origin,
    hasReach,
    top: isCut ? top : origin.y - size * scale * stretch,
    breakAt: isCut ? top + 22 : null,
    stretch,
    arrows,
    names: namesOf(arrows, origin, { width, height }, nameWidth),
  };
}

/** Heights in their order, moved apart so that lines of text have room. */
function spread(ys: readonly number[]): readonly number[] {
  const order = ys.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y);
  const moved = order.map(({ y }) => y);
  for (let round = 0; round < 8; round++)
    for (let i = 1; i < moved.length; i++) {
      const missing = labelHeight - ((moved[i] as number) - (moved[i - 1] as number));
      if (missing <= 0) continue;
      moved[i - 1] = (moved[i - 1] as number) - missing / 2;
      moved[i] = (moved[i] as number) + missing / 2;
    }
  const result = [...ys];
  order.forEach(({ index }, i) => (result[index] = moved[i] as number));
  return result;
}

/**
 * Where the parts across the axis stand below the ground. The sentence below the picture compares the first two, so
 * they always have a place: they move apart if they must. A third has one only where it is free.
 */
function sidesOf(tips: readonly Point[], left: number): readonly (number | null)[] {
  const [first, second, third] = tips.map(({ x }) => x);
  if (first === undefined || second === undefined) return [first ?? null];
  const missing = Math.max(0, sideRoom - Math.abs(second - first));
  const outward = (second < first ? -missing : missing) / 2;
  const inside = Math.max(0, left + sideRoom / 2 - Math.min(first - outward, second + outward));
  const moved = missing > 0 ? [first - outward + inside, second + outward + inside] : [first, second];
  if (third === undefined) return moved;
  return [...moved, moved.every((x) => Math.abs(x - third) >= sideRoom) ? third : null];
}

/** The names of the tips, which lie on no arrow, on no dotted line and on no number. */
function namesOf(
  arrows: readonly Arrow[],
  origin: Point,
  { width, height }: { readonly width: number; readonly height: number },
  nameWidth: (vector: AxisVector) => number,
): readonly PlacedName[] {
  const wanted: Name[] = arrows.map(({ vector, tip }) => ({
    id: vector.id,
    width: nameWidth(vector),
    ...tip,
  }));
  const top = 24 + (width < roomForHidden ? lineHeight : 0);
  const bounds = { left: origin.x + 4, top, right: width, bottom: height };
  const alongArrows = arrows.flatMap(({ tip }) => boxesAlong(origin, tip, 4, bounds));
  const lines = arrows.flatMap(({ tip, sideX }) => [
    ...boxesAlong({ x: origin.x, y: tip.y }, tip, 4, bounds),
    ...(sideX === null
      ? []
      : [
          ...boxesAlong(tip, { x: tip.x, y: origin.y }, 4, bounds),
          { left: sideX - sideRoom / 2, top: origin.y, right: sideX + sideRoom / 2, bottom: origin.y + sideHeight },
        ]),
  ]);
  const taken = [...alongArrows, ...lines];
  const among = (boxes: readonly NameBox[]) => {
    const names = placeLabels(wanted, bounds, boxes);
    return names.length === wanted.length ? names : placeLabels(wanted.toReversed(), bounds, boxes);
  };
  // A name on a line is better than an arrow without a name.
  return [taken, alongArrows, []].map(among).find((names) => names.length === wanted.length) ?? among([]);
}
