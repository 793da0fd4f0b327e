import type { Point } from './camera';

export interface Wanted extends Point {
  readonly id: number;
  /** Pixels of the name. */
  readonly width: number;
}

export interface Placed {
  readonly id: number;
  /** Left end of the name, and the middle of its height. */
  readonly x: number;
  readonly y: number;
  /** Whether the name stands so far from its point that a line must lead there, and to which end of the name. */
  readonly leader: 'start' | 'end' | null;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const lineHeight = 13;
const point = 4;
/** Directions that are tried around a point, the outer ones with a line to it. Sines and cosines of sixteen. */
const around = Array.from({ length: 16 }, (_, step) => ({
  x: Math.cos((step * Math.PI) / 8),
  y: Math.sin((step * Math.PI) / 8),
}));
/** Pixels from the point to the nearer end of the name. */
const rings = [8, 20, 34, 50, 68];

const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function candidates({ x, y, width }: Wanted): readonly Omit<Placed, 'id'>[] {
  return rings.flatMap((ring, index) => {
    const ordered = [...around].sort((a, b) => Math.abs(a.y) - Math.abs(b.y) || b.x - a.x);
    return ordered.map((towards) => {
      const side = towards.x >= -0.01;
      const end = x + ring * towards.x;
      return {
        x: side ? end : end - width,
        y: y + ring * towards.y,
        leader: index === 0 ? null : side ? ('start' as const) : ('end' as const),
      };
    });
  });
}

const boxOf = ({ x, y }: Point, width: number): Box => ({
  left: x - 2,
  top: y - lineHeight / 2,
  right: x + width + 2,
  bottom: y + lineHeight / 2,
});

/**
 * Names beside their points, the first ones first: none over another, over a point or over what is `taken`, none beyond
 * the bounds. A name for which there is no room is left out.
 */
export function placeLabels(wanted: readonly Wanted[], bounds: Box, taken: readonly Box[] = []): readonly Placed[] {
  const full: Box[] = [
    ...taken,
    ...wanted.map(({ x, y }) => ({ left: x - point, top: y - point, right: x + point, bottom: y + point })),
  ];
  const isFree = (box: Box): boolean =>
    box.left >= bounds.left &&
    box.right <= bounds.right &&
    box.top >= bounds.top &&
    box.bottom <= bounds.bottom &&
    !full.some((other) => overlap(box, other));
  return wanted.flatMap((one) => {
    if (one.x < bounds.left || one.x > bounds.right || one.y < bounds.top || one.y > bounds.bottom) return [];
    const found = candidates(one).find((candidate) => isFree(boxOf(candidate, one.width)));
    if (!found) return [];
    full.push(boxOf(found, one.width));
    return [{ id: one.id, ...found }];
  });
}
