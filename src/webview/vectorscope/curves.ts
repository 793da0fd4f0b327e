import * as l10n from '@vscode/l10n';
import { ticks } from 'd3-array';
import type { ByMetric } from '../../shared/metrics';
import { clipped } from '../picture/arrow';
import type { Point } from '../picture/name';
import { pixelOf, unitsAt, type Camera } from './camera';
import { toDegrees, toRadians, type Geometry, type ArrowPlace } from './geometry';

/** A curve of equal value by one metric. */
export interface LogitCurve {
  readonly value: number;
  readonly shape:
    | { readonly kind: 'line'; readonly from: Point; readonly to: Point }
    /** Around the axis's tip; radii in pixels. */
    | { readonly kind: 'ellipse'; readonly centre: Point; readonly across: number; readonly up: number };
  /** Place of its label; `null` if that is not in the picture. */
  readonly label: Point | null;
}

const inset = 12;
const few = 7;

const inside = ({ width, height }: Camera, { x, y }: Point): boolean => x >= 0 && y >= 0 && x <= width && y <= height;

/** The part of a ray inside the picture less a margin of `by` pixels. */
function rayIn({ width, height }: Camera, from: Point, towards: Point, by: number) {
  // Farther than the picture can be from the ray's start.
  const reach = (width + height + Math.hypot(from.x, from.y)) / Math.hypot(towards.x, towards.y);
  const end = { x: from.x + reach * towards.x, y: from.y + reach * towards.y };
  const line = clipped(from, end, { left: by, top: by, right: width - by, bottom: height - by });
  return line && { from: line[0], to: line[1] };
}

/** The corners of the picture, the middles of its sides, and its centre. */
const borderOf = (camera: Camera): readonly ArrowPlace[] =>
  [0, camera.width / 2, camera.width].flatMap((x) =>
    [0, camera.height / 2, camera.height].map((y) => unitsAt(camera, { x, y })),
  );

/** Round angles in the picture, degrees. If it shows the origin, those of the tokens. */
function anglesInView(camera: Camera, { angles }: Geometry): readonly number[] {
  const origin = pixelOf(camera, { across: 0, up: 0 });
  if (camera.stretch > 1) return ticks(angles.least, angles.most, few);
  if (inside(camera, origin))
    return ticks(
      Math.max(10, Math.floor(angles.least / 10) * 10),
      Math.min(170, Math.ceil(angles.most / 10) * 10),
      2 * few,
    );
  const seen = borderOf(camera).map(({ across, up }) => toDegrees(Math.atan2(Math.abs(across), up)));
  return ticks(Math.min(...seen), Math.max(...seen), few);
}

/** Equal cosine: rays from the origin, one on each side. */
function rays(camera: Camera, geometry: Geometry): readonly LogitCurve[] {
  const origin = pixelOf(camera, { across: 0, up: 0 });
  return anglesInView(camera, geometry).flatMap((value) =>
    ([1, -1] as const).flatMap((side): LogitCurve[] => {
      const towards = {
        x: side * Math.sin(toRadians(value)) * camera.scale,
        y: -Math.cos(toRadians(value)) * camera.scale * camera.stretch,
      };
      const line = rayIn(camera, origin, towards, 0);
      return line
        ? [{ value, shape: { kind: 'line', ...line }, label: rayIn(camera, origin, towards, inset)?.to ?? null }]
        : [];
    }),
  );
}

/** Place of a circle's label: its leftmost point, or else where it leaves the picture at a side. */
function circleLabel({ width, height }: Camera, centre: Point, across: number, up: number): Point | null {
  const onLevel = { x: centre.x - across, y: centre.y };
  if (centre.y > inset && centre.y < height - inset && onLevel.x > inset) return onLevel;
  for (const x of [width - 18, 18]) {
    const rest = 1 - ((x - centre.x) / across) ** 2;
    if (rest < 0) continue;
    const y = [centre.y + up * Math.sqrt(rest), centre.y - up * Math.sqrt(rest)].find(
      (at) => at > inset && at < height - inset,
    );
    if (y !== undefined) return { x, y };
  }
  return null;
}

/** Equal distance: circles around the axis's tip. */
function circles(camera: Camera, { axis }: Geometry): readonly LogitCurve[] {
  const centre = pixelOf(camera, { across: 0, up: axis });
  const seen = borderOf(camera).map(({ across, up }) => Math.hypot(across, up - axis));
  const nearest = inside(camera, centre) ? 0 : Math.min(...seen);
  return ticks(nearest, Math.max(...seen), few)
    .filter((value) => value > 0)
    .map((value) => {
      const [across, up] = [value * camera.scale, value * camera.scale * camera.stretch];
      return { value, shape: { kind: 'ellipse', centre, across, up }, label: circleLabel(camera, centre, across, up) };
    });
}

/** Equal dot product: level lines across the axis. A height times the size of the axis is a dot product. */
function levels(camera: Camera, { axis: size }: Geometry): readonly LogitCurve[] {
  if (!(size > 0)) return [];
  const [high, low] = [unitsAt(camera, { x: 0, y: 0 }).up, unitsAt(camera, { x: 0, y: camera.height }).up];
  return ticks(low * size, high * size, few).map((value) => {
    const { y } = pixelOf(camera, { across: 0, up: value / size });
    return {
      value,
      shape: { kind: 'line', from: { x: 0, y }, to: { x: camera.width, y } },
      label: y > inset + 2 ? { x: 2, y } : null,
    };
  });
}

/** How the vectorscope draws a metric. */
interface MetricCurves {
  /** The curves in the part of the plane that is seen. */
  readonly curves: (camera: Camera, geometry: Geometry) => readonly LogitCurve[];
  /** After each value. */
  readonly unit: string;
  /** The value on a curve: centred, or above its left end. */
  readonly label: 'centred' | 'above';
  /** What the curves mean, over one of three pictures. */
  readonly meaning: () => string;
  /** The curves are the scale of heights: zero is marked, and the last label names the scale. */
  readonly isScale: boolean;
}

export const curvesByMetric: ByMetric<MetricCurves> = {
  euclidean: {
    curves: circles,
    unit: '',
    label: 'centred',
    meaning: () => l10n.t('equal on each circle'),
    isScale: false,
  },
  cosine: { curves: rays, unit: '°', label: 'centred', meaning: () => l10n.t('equal on each ray'), isScale: false },
  dot: { curves: levels, unit: '', label: 'above', meaning: () => l10n.t('equal on each level line'), isScale: true },
};
