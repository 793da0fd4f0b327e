import type { NameBox, Point } from './name';

/**
 * How many times larger a picture draws heights than widths: the largest of 1, 2, 3 … 9, 10, 20, 30 … up to `value`,
 * which a caption can say.
 */
export function roundStretch(value: number): number {
  if (!(value >= 2)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * Math.floor(value / power);
}

/** The head of an arrow as the points of a polygon, and where its shaft ends. `length` in pixels. */
function head(from: Point, to: Point, length: number): { readonly points: string; readonly end: Point } {
  const long = Math.hypot(to.x - from.x, to.y - from.y);
  if (long === 0) return { points: '', end: to };
  const drawn = Math.min(length, long);
  const [dx, dy] = [(to.x - from.x) / long, (to.y - from.y) / long];
  const base = { x: to.x - drawn * dx, y: to.y - drawn * dy };
  const wing = drawn * 0.38;
  const corners = [
    to,
    { x: base.x - wing * dy, y: base.y + wing * dx },
    { x: base.x + wing * dy, y: base.y - wing * dx },
  ];
  return { points: corners.map(({ x, y }) => `${x},${y}`).join(' '), end: base };
}

interface ArrowProps {
  readonly from: Point;
  readonly to: Point;
  readonly headLength: number;
}

/** An arrow from the foot to the tip of a vector. */
export function ArrowLine({ from, to, headLength }: ArrowProps) {
  const { points, end } = head(from, to, headLength);
  return (
    <>
      <line x1={from.x} y1={from.y} x2={end.x} y2={end.y} />
      <polygon points={points} />
    </>
  );
}

interface BrokenArrowProps extends Pick<ArrowProps, 'headLength'> {
  readonly foot: Point;
  readonly top: number;
  readonly breakAt: number | null;
}

/** An upward arrow. Two strokes break its shaft at a height, because it is longer than the picture. */
export function BrokenArrow({ foot, top, breakAt, headLength }: BrokenArrowProps) {
  const tip = { x: foot.x, y: top };
  if (breakAt === null) return <ArrowLine from={foot} to={tip} headLength={headLength} />;
  return (
    <>
      <line x1={foot.x} y1={foot.y} x2={foot.x} y2={breakAt + 6} />
      {[breakAt + 6, breakAt].map((y) => (
        <line class="break" x1={foot.x - 8} y1={y + 4} x2={foot.x + 8} y2={y - 4} />
      ))}
      <ArrowLine from={{ x: foot.x, y: breakAt }} to={tip} headLength={headLength} />
    </>
  );
}

/** The part of a line within a box; null if none is. Liang and Barsky's way. */
export function clipped(from: Point, to: Point, { left, top, right, bottom }: NameBox): readonly [Point, Point] | null {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  let [first, last] = [0, 1];
  for (const [by, room] of [
    [-dx, from.x - left],
    [dx, right - from.x],
    [-dy, from.y - top],
    [dy, bottom - from.y],
  ] as const) {
    if (by === 0 && room < 0) return null;
    if (by < 0) first = Math.max(first, room / by);
    if (by > 0) last = Math.min(last, room / by);
  }
  const at = (share: number) => ({ x: from.x + dx * share, y: from.y + dy * share });
  return first > last ? null : [at(first), at(last)];
}

/**
 * Small boxes along a line, which names keep clear of. Only the part within `bounds` has any: in an enlarged picture an
 * arrow may be far longer than the picture. `step` in pixels.
 */
export function boxesAlong(start: Point, end: Point, step: number, bounds: NameBox): readonly NameBox[] {
  const inside = clipped(start, end, bounds);
  if (!inside) return [];
  const [from, to] = inside;
  const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / step);
  return Array.from({ length: steps + 1 }, (_, i) => {
    const share = steps === 0 ? 0 : i / steps;
    const [x, y] = [from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share];
    return { left: x - step / 2, top: y - step / 2, right: x + step / 2, bottom: y + step / 2 };
  });
}
