import type { Geometry } from './geometry';

/** What part of the plane is seen, and how large. */
export interface Camera {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** The point in the middle of the picture, in units of the geometry. */
  readonly across: number;
  readonly up: number;
  /** Pixels of one unit across. */
  readonly scale: number;
  /** How many times larger a unit along the axis is drawn: 1 unless the picture is stretched. */
  readonly stretch: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const pixelOf = (
  { width, height, across, up, scale, stretch }: Camera,
  at: { readonly across: number; readonly up: number },
): Point => ({
  x: width / 2 + (at.across - across) * scale,
  y: height / 2 - (at.up - up) * scale * stretch,
});

export const unitsAt = (
  { width, height, across, up, scale, stretch }: Camera,
  { x, y }: Point,
): { readonly across: number; readonly up: number } => ({
  across: across + (x - width / 2) / scale,
  up: up - (y - height / 2) / (scale * stretch),
});

/** Free room at the sides, as a share of what is fitted. */
const air = 1.06;
/** Room for names at the upper and the lower edge together, CSS pixels. */
const forNames = 40;
/** An axis at most so many times as high as the tokens is fitted with them. */
const tipReach = 1.5;

/** The largest of 1, 2, 3 … 9, 10, 20, 30 … that is not above `value`. */
function roundFactor(value: number): number {
  if (!(value >= 2)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * Math.floor(value / power);
}

/** Heights that are fitted: the tokens', and the axis's tip where it is not far beyond them. */
function heights({ axis, extent }: Geometry): { readonly low: number; readonly high: number; readonly range: number } {
  const reach = Math.max(extent.high * tipReach, extent.across / 2);
  const high = axis <= reach ? Math.max(axis, extent.high) : extent.high;
  return { low: extent.low, high, range: high - extent.low || axis || 1 };
}

/** Pixels that the first view needs to show all tokens at one scale both ways, in a picture of this width. */
export const heightNeeded = (geometry: Geometry, width: number): number =>
  (heights(geometry).range * width) / (2 * (geometry.extent.across || geometry.axis || 1) * air) + forNames;

/**
 * The first view: all tokens, and the axis's tip where it is not far beyond them. `stretched` lets heights be drawn
 * larger, by a round factor.
 */
export function fitted(geometry: Geometry, width: number, height: number, stretched: boolean): Camera {
  const half = (geometry.extent.across || geometry.axis || 1) * air;
  const { low, high, range } = heights(geometry);
  const wide = width / (2 * half);
  const room = Math.max(height - forNames, height / 2);
  const scale = stretched ? wide : Math.min(wide, room / range);
  const stretch = stretched ? roundFactor(room / (range * scale)) : 1;
  return {
    width,
    height,
    across: 0,
    up: (high + low) / 2,
    scale: stretched && stretch === 1 ? Math.min(wide, room / range) : scale,
    stretch,
  };
}

const leastZoom = 0.25;
const mostZoom = 400;

/** Zooms by a factor around a point that stays where it is; `home` is what the limits are counted from. */
export function zoomed(camera: Camera, at: Point, factor: number, home: Camera): Camera {
  const scale = Math.min(Math.max(camera.scale * factor, home.scale * leastZoom), home.scale * mostZoom);
  const kept = unitsAt(camera, at);
  const moved = unitsAt({ ...camera, scale }, at);
  return { ...camera, scale, across: camera.across + kept.across - moved.across, up: camera.up + kept.up - moved.up };
}

/** The same part of the plane, moved by pixels. */
export const panned = (camera: Camera, dx: number, dy: number): Camera => ({
  ...camera,
  across: camera.across - dx / camera.scale,
  up: camera.up + dy / (camera.scale * camera.stretch),
});

/** Between two cameras: 0 is the first, 1 the second. */
export function between(from: Camera, to: Camera, share: number): Camera {
  const mix = (a: number, b: number) => a + (b - a) * share;
  return {
    ...to,
    across: mix(from.across, to.across),
    up: mix(from.up, to.up),
    scale: mix(from.scale, to.scale),
    stretch: mix(from.stretch, to.stretch),
  };
}

/** CSS pixels. */
const reach = 7;

/**
 * The token that stands nearest to a pixel, at most `reach` away; those that are lit go first. null where there is
 * none.
 */
export function pick(
  up: Float32Array,
  across: Float32Array,
  camera: Camera,
  at: Point,
  lit: readonly number[],
): number | null {
  const away = (id: number): number => {
    const { x, y } = pixelOf(camera, { across: across[id] as number, up: up[id] as number });
    return Math.hypot(x - at.x, y - at.y);
  };
  const named = lit.filter((id) => away(id) <= reach + 2).sort((a, b) => away(a) - away(b))[0];
  if (named !== undefined) return named;
  const [perX, perY] = [camera.scale, camera.scale * camera.stretch];
  const left = camera.across + (at.x - camera.width / 2) / perX;
  const height = camera.up - (at.y - camera.height / 2) / perY;
  let [best, nearest] = [-1, reach * reach];
  for (let id = 0; id < up.length; id++) {
    const dx = ((across[id] as number) - left) * perX;
    const dy = ((up[id] as number) - height) * perY;
    const square = dx * dx + dy * dy;
    if (square < nearest) [best, nearest] = [id, square];
  }
  return best < 0 ? null : best;
}
