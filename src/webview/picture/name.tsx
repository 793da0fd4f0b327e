import { nameWidth, tokenSpans } from '../parts/text';

/** A place in a picture, pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A name to place beside its point. */
export interface Name extends Point {
  readonly id: number;
  /** Pixels. */
  readonly width: number;
}

export interface PlacedName {
  readonly id: number;
  /** Left end and vertical middle of the name. */
  readonly x: number;
  readonly y: number;
  /** The end of the name that a line connects with the point, if the two are far apart. */
  readonly leader: 'start' | 'end' | null;
}

/** A box of a picture, or of the page: pixels. */
export interface NameBox {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const lineHeight = 13;
const point = 4;
/** Sixteen directions around a point, the level ones first. */
const directions = Array.from({ length: 16 }, (_, step) => ({
  x: Math.cos((step * Math.PI) / 8),
  y: Math.sin((step * Math.PI) / 8),
})).sort((a, b) => Math.abs(a.y) - Math.abs(b.y) || b.x - a.x);
/** Pixels from the point to the nearer end of the name. All but the nearest need a line. */
const rings = [8, 20, 34, 50, 68];

/** Limits for the lines between points and names. */
interface Leaders {
  /** No line crosses these boxes. */
  readonly walls: readonly NameBox[];
  /** Pixels. */
  readonly longest: number;
}
const anyLeader: Leaders = { walls: [], longest: Infinity };

export const boxesOverlap = (a: NameBox, b: NameBox): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** The first place around a point that is good, the nearest first. */
function firstPlace(
  { x, y, width }: Name,
  longest: number,
  isGood: (place: Omit<PlacedName, 'id'>) => boolean,
): Omit<PlacedName, 'id'> | null {
  for (const ring of rings) {
    if (ring > longest) break;
    for (const towards of directions) {
      const side = towards.x >= -0.01;
      const end = x + ring * towards.x;
      const place = {
        x: side ? end : end - width,
        y: y + ring * towards.y,
        leader: ring === rings[0] ? null : side ? ('start' as const) : ('end' as const),
      };
      if (isGood(place)) return place;
    }
  }
  return null;
}

const boxOf = ({ x, y }: Point, width: number): NameBox => ({
  left: x - 2,
  top: y - lineHeight / 2,
  right: x + width + 2,
  bottom: y + lineHeight / 2,
});

/** Small boxes along the line from a point to its name, from the edge of the point on. */
function leaderBoxes(
  { x, y, width }: Name,
  { x: left, y: middle, leader }: Omit<PlacedName, 'id'>,
): readonly NameBox[] {
  if (leader === null) return [];
  const [dx, dy] = [(leader === 'start' ? left : left + width) - x, middle - y];
  const long = Math.hypot(dx, dy);
  const steps = Math.max(0, Math.floor((long - 2 * point) / 4));
  return Array.from({ length: steps }, (_, i) => {
    const share = (2 * point + 4 * i) / long;
    const [at, height] = [x + dx * share, y + dy * share];
    return { left: at - 1, top: height - 1, right: at + 1, bottom: height + 1 };
  });
}

/**
 * Whether two names stand in the order of their points from top to bottom. Height has a meaning in the pictures, so a
 * reader takes the upper name for the higher point.
 */
const inOrder = (a: { point: number; name: number }, b: { point: number; name: number }): boolean =>
  (a.point - b.point) * (a.name - b.name) >= 0;

/**
 * Places names beside their points, in this order of importance. A name covers no other name, no point and no `taken`
 * box. Its leader crosses no other name and no wall. From top to bottom the names have the order of their points. A
 * name is left out if there is no room within the bounds.
 */
export function placeLabels(
  wanted: readonly Name[],
  bounds: NameBox,
  taken: readonly NameBox[] = [],
  { walls, longest }: Leaders = anyLeader,
): readonly PlacedName[] {
  const full: NameBox[] = [
    ...taken,
    ...wanted.map(({ x, y }) => ({ left: x - point, top: y - point, right: x + point, bottom: y + point })),
  ];
  const isFree = (box: NameBox, near: readonly NameBox[]): boolean =>
    box.left >= bounds.left &&
    box.right <= bounds.right &&
    box.top >= bounds.top &&
    box.bottom <= bounds.bottom &&
    !near.some((other) => boxesOverlap(box, other));
  const reach = Math.max(...rings.filter((ring) => ring <= longest)) + lineHeight;
  const names: NameBox[] = [...walls];
  const heights: { point: number; name: number }[] = [];
  return wanted.flatMap((one) => {
    if (one.x < bounds.left || one.x > bounds.right || one.y < bounds.top || one.y > bounds.bottom) return [];
    // Few boxes are near enough to matter, and every frame of a movement asks for all places.
    const { x, y, width } = one;
    const around = { left: x - reach - width, top: y - reach, right: x + reach + width, bottom: y + reach };
    const near = full.filter((box) => boxesOverlap(around, box));
    const crosses = (leader: NameBox) => names.some((name) => boxesOverlap(leader, name));
    const found = firstPlace(
      one,
      longest,
      (place) =>
        heights.every((other) => inOrder(other, { point: y, name: place.y })) &&
        isFree(boxOf(place, width), near) &&
        !leaderBoxes(one, place).some(crosses),
    );
    if (!found) return [];
    heights.push({ point: y, name: found.y });
    names.push(boxOf(found, one.width));
    full.push(boxOf(found, one.width), ...leaderBoxes(one, found));
    return [{ id: one.id, ...found }];
  });
}

interface TokenNameProps {
  readonly class: string;
  readonly token: Parameters<typeof nameWidth>[0];
  /** Where `placeLabels` found room for it. */
  readonly place: PlacedName;
  /** The point that it names. */
  readonly point: Point;
  /** Pixels. */
  readonly characterWidth: number;
}

/** A token's name in a picture. A line leads to its point if that is not beside it. */
export function TokenName({ class: classes, token, place, point, characterWidth }: TokenNameProps) {
  const { id, x, y, leader } = place;
  const end = leader === 'start' ? x - 2 : x + nameWidth(token, characterWidth);
  return (
    <g class={classes} data-id={id}>
      {leader && <line x1={point.x} y1={point.y} x2={end} y2={y} />}
      <text class="mono" x={x} y={y + 4}>
        {tokenSpans(token)}
      </text>
    </g>
  );
}
