import type { Candidate, Contrast } from '../../shared/contrasts';
import { candidatesOf } from '../../shared/contrasts';
import { sizeOnSide } from '../../shared/sides';
import { boxesAlong, roundStretch } from '../picture/arrow';
import { type NameBox, type Name, type PlacedName, placeLabels, type Point } from '../picture/name';

/** An arrow from the origin, at its true length in the plane of h and the token. */
export interface Arrow {
  readonly candidate: Candidate;
  readonly tip: Point;
  /** Its part along h: u · ĥ. Times ‖h‖ it is the dot product. Model units. */
  readonly reach: number;
  /** Its part across h, at a right angle to it. Model units. */
  readonly side: number;
  /** Middle of the number of its part across h, below the ground. null where that has no room. */
  readonly sideX: number | null;
  /** Where its dot product stands at the axis: moved so that no two lie on each other. */
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
  /** Where the axis is broken: ‖h‖ is longer than the picture. null where the whole of h is drawn. */
  readonly breakAt: number | null;
  /** How many times larger heights are drawn than widths. */
  readonly stretch: number;
  readonly arrows: readonly Arrow[];
  readonly names: readonly PlacedName[];
}

/** How far an arrow reaches along h and across it: model units. */
export function partsOf({ token, values }: Candidate, hiddenSize: number) {
  const size = sizeOnSide(token, 'output');
  const reach = hiddenSize > 0 ? values.dot / hiddenSize : 0;
  return { reach, side: Math.sqrt(Math.max(0, size * size - reach * reach)) };
}

/** Arrows without height would be stretched without end. */
const mostStretch = 100;
const labelHeight = 17;
/** Pixels: the names and values left of the axis, the name of h above, and the tips' names at the right. */
const margin = { left: 150, leftWithReach: 216, top: 44, bottom: 42, right: 84 };
export const height = 266;
/** Wider pictures have the reach beside the dot product. */
const roomForReach = 640;
/** Narrower pictures have the words at the tip of h on two lines. */
export const roomForHidden = 380;
/** Between two lines of words, pixels. */
export const lineHeight = 15;
/** Between the middles of two numbers on the ground. */
const sideRoom = 40;
/** From the ground to below these numbers. */
const sideHeight = 20;

/**
 * The prediction and its rivals as arrows, h upwards. Widths and heights have one scale unless the angles are so alike
 * that heights are stretched.
 *
 * @param width of the picture, CSS pixels
 * @param nameWidth of a token's name, CSS pixels
 */
export function arrowsOf(contrast: Contrast, width: number, nameWidth: (candidate: Candidate) => number): Arrows {
  const { hiddenSize } = contrast;
  const hasReach = width >= roomForReach;
  const left = hasReach ? margin.leftWithReach : Math.min(margin.left, width * 0.36);
  const vectors = candidatesOf(contrast).map((candidate) => ({ candidate, ...partsOf(candidate, hiddenSize) }));
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
  const arrows = vectors.map(({ candidate, reach, side }, i) => ({
    candidate,
    reach,
    side,
    sideX: sideXs[i] ?? null,
    tip: tips[i] as Point,
    labelY: labelYs[i] as number,
  }));
  const isCut = origin.y - hiddenSize * scale * stretch < top;
  return {
    width,
    height,
    origin,
    hasReach,
    top: isCut ? top : origin.y - hiddenSize * scale * stretch,
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
 * Where the parts across h stand below the ground. The sentence below the picture compares the first two, so
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
  nameWidth: (candidate: Candidate) => number,
): readonly PlacedName[] {
  const wanted: Name[] = arrows.map(({ candidate, tip }) => ({
    id: candidate.token.id,
    width: nameWidth(candidate),
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
