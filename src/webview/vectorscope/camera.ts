import { roundStretch } from '../picture/arrow';
import type { Point } from '../picture/name';
import type { Geometry, ArrowPlace, ArrowPlaces } from './geometry';

/** Milliseconds. */
const duration = 350;

const eased = (share: number): number => 1 - (1 - share) ** 3;

interface Motion {
  readonly start: number;
  readonly from: ArrowPlaces & { readonly camera: Camera };
}

/** The places of all tokens as they are drawn. A change of the axis moves them there smoothly. */
export class Glide implements ArrowPlaces {
  #up: Float32Array = new Float32Array();
  #across: Float32Array = new Float32Array();
  #motion: Motion | null = null;

  get up(): Float32Array {
    return this.#up;
  }

  get across(): Float32Array {
    return this.#across;
  }

  placeOf(id: number): ArrowPlace {
    return { up: this.#up[id] as number, across: this.#across[id] as number };
  }

  /** Starts at the present places and at `camera`. */
  start(camera: Camera): void {
    this.#motion = { start: performance.now(), from: { up: this.#up.slice(), across: this.#across.slice(), camera } };
  }

  stop(): void {
    this.#motion = null;
  }

  /** Moves the tokens towards the geometry. Returns the camera on its way, `null` when they are there. */
  step({ up, across }: ArrowPlaces, camera: Camera, now: number): Camera | null {
    const share = this.#motion ? eased(Math.min(1, Math.max(0, (now - this.#motion.start) / duration))) : 1;
    if (!this.#motion || share >= 1) {
      this.#motion = null;
      this.#up = up;
      this.#across = across;
      return null;
    }
    const { from } = this.#motion;
    // The arrays of a geometry are never written.
    if (this.#up === up || this.#up.length !== up.length || this.#up === from.up)
      [this.#up, this.#across] = [new Float32Array(up.length), new Float32Array(up.length)];
    for (let id = 0; id < up.length; id++) {
      this.#up[id] = (from.up[id] as number) + ((up[id] as number) - (from.up[id] as number)) * share;
      this.#across[id] = (from.across[id] as number) + ((across[id] as number) - (from.across[id] as number)) * share;
    }
    return cameraBetween(from.camera, camera, share);
  }
}

/** The visible part of the plane, and its scale. */
export interface Camera extends ArrowPlace {
  /** CSS pixels. Its place is the centre of the picture. */
  readonly width: number;
  readonly height: number;
  /** Pixels of one unit across. */
  readonly scale: number;
  /** How many times larger heights are drawn than widths. */
  readonly stretch: number;
}

export const pixelOf = ({ width, height, across, up, scale, stretch }: Camera, at: ArrowPlace): Point => ({
  x: width / 2 + (at.across - across) * scale,
  y: height / 2 - (at.up - up) * scale * stretch,
});

export const unitsAt = ({ width, height, across, up, scale, stretch }: Camera, { x, y }: Point): ArrowPlace => ({
  across: across + (x - width / 2) / scale,
  up: up - (y - height / 2) / (scale * stretch),
});

/** Width of the first view, relative to the tokens. */
const sideMargin = 1.06;
/** CSS pixels for names, above and below together. */
const nameRoom = 40;
/** The first view includes the axis's tip up to this many times the height of the tokens. */
const tipReach = 1.5;

/** The heights in the first view: those of the tokens, and the axis's tip if it is near them. */
function heights({ axis, extent }: Geometry): { readonly low: number; readonly high: number; readonly range: number } {
  const reach = Math.max(extent.high * tipReach, extent.across / 2);
  const high = axis <= reach ? Math.max(axis, extent.high) : extent.high;
  return { low: extent.low, high, range: high - extent.low || axis || 1 };
}

/** The first view: all tokens, and the axis's tip if it is near. `stretched` enlarges heights by a round factor. */
export function fitted(geometry: Geometry, width: number, height: number, stretched: boolean): Camera {
  const half = (geometry.extent.across || geometry.axis || 1) * sideMargin;
  const { low, high, range } = heights(geometry);
  const wide = width / (2 * half);
  const room = Math.max(height - nameRoom, height / 2);
  const scale = stretched ? wide : Math.min(wide, room / range);
  const stretch = stretched ? roundStretch(room / (range * scale)) : 1;
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

/** Zooms around a point, which stays in place. The limits are relative to the first view, `home`. */
export function zoomed(camera: Camera, at: Point, factor: number, home: Camera): Camera {
  const scale = Math.min(Math.max(camera.scale * factor, home.scale * leastZoom), home.scale * mostZoom);
  const kept = unitsAt(camera, at);
  const moved = unitsAt({ ...camera, scale }, at);
  return { ...camera, scale, across: camera.across + kept.across - moved.across, up: camera.up + kept.up - moved.up };
}

/** Moves the view by pixels. */
export const panned = (camera: Camera, dx: number, dy: number): Camera => ({
  ...camera,
  across: camera.across - dx / camera.scale,
  up: camera.up + dy / (camera.scale * camera.stretch),
});

/** The view moved back so that its centre stays among the tokens. */
export function keptInView(camera: Camera, { extent }: Geometry): Camera {
  const within = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);
  return {
    ...camera,
    across: within(camera.across, -extent.across, extent.across),
    up: within(camera.up, Math.min(0, extent.low), Math.max(0, extent.high)),
  };
}

/** Interpolates: 0 is the first camera, 1 the second. */
export function cameraBetween(from: Camera, to: Camera, share: number): Camera {
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

/** The token nearest to a pixel, at most `reach` away. Lit tokens come first. */
export function pick({ up, across }: ArrowPlaces, camera: Camera, at: Point, lit: readonly number[]): number | null {
  const away = (id: number): number => {
    const { x, y } = pixelOf(camera, { across: across[id] as number, up: up[id] as number });
    return Math.hypot(x - at.x, y - at.y);
  };
  const named = lit.filter((id) => away(id) <= reach + 2).sort((a, b) => away(a) - away(b))[0];
  if (named !== undefined) return named;
  const [perX, perY] = [camera.scale, camera.scale * camera.stretch];
  const { across: left, up: height } = unitsAt(camera, at);
  let [best, nearest] = [-1, reach * reach];
  for (let id = 0; id < up.length; id++) {
    const dx = ((across[id] as number) - left) * perX;
    const dy = ((up[id] as number) - height) * perY;
    const square = dx * dx + dy * dy;
    if (square < nearest) [best, nearest] = [id, square];
  }
  return best < 0 ? null : best;
}
