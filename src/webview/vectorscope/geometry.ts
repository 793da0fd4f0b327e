import type { ScopeView } from '../../shared/instruments';
import type { Scope } from '../../shared/layers';
import { angleOfCosine, byMetric, type ByMetric, type Metric, metricFacts, metrics } from '../../shared/metrics';
import type { RankedToken } from '../../shared/tokens';

/** A place in the plane of the axis: units from the axis, to the right, and height along it. */
export interface ArrowPlace {
  readonly across: number;
  readonly up: number;
}

/** The places of all tokens. Both arrays are V long. */
export interface ArrowPlaces {
  /** Height of each token: its projection on the axis. */
  readonly up: Float32Array;
  /** Distance of each token from the axis: positive for even ids, negative for odd ones. */
  readonly across: Float32Array;
}

/** The vocabulary in the plane of the axis. Lengths are in model units, or all 1 if sizes are off. */
export interface Geometry extends ArrowPlaces {
  /** ‖axis‖. */
  readonly axis: number;
  readonly extent: { readonly across: number; readonly low: number; readonly high: number };
  /** Degrees, over the vocabulary. */
  readonly angles: { readonly least: number; readonly most: number };
  readonly withSizes: boolean;
}

export const toDegrees = (radians: number): number => (radians * 180) / Math.PI;
export const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Even ids are to the right of the axis, odd ones to the left. */
export const sideOf = (id: number): 1 | -1 => (id % 2 === 0 ? 1 : -1);

/** The place of a token in the plane, from its dot product with the axis and both lengths. */
export function planePoint(id: number, dot: number, length: number, axis: number, withSizes: boolean): ArrowPlace {
  const along = axis > 0 ? dot / axis : 0;
  const scale = withSizes ? 1 : length > 0 ? 1 / length : 0;
  const up = along * scale;
  const whole = length * scale;
  return { up, across: sideOf(id) * Math.sqrt(Math.max(0, whole * whole - up * up)) };
}

/** Places all tokens at their true angle to the axis and, unless sizes are off, their true length. */
export function geometryOf(
  { size, dots, sizes }: Pick<Scope, 'size' | 'dots' | 'sizes'>,
  withSizes: boolean,
): Geometry {
  const up = new Float32Array(dots.length);
  const across = new Float32Array(dots.length);
  let [widest, low, high] = [0, 0, 0];
  let [leastCosine, mostCosine] = [1, -1];
  for (let id = 0; id < dots.length; id++) {
    const length = sizes[id] as number;
    const place = planePoint(id, dots[id] as number, length, size, withSizes);
    up[id] = place.up;
    across[id] = place.across;
    widest = Math.max(widest, Math.abs(place.across));
    low = Math.min(low, place.up);
    high = Math.max(high, place.up);
    if (!(length > 0)) continue;
    const cosine = place.up / (withSizes ? length : 1);
    leastCosine = Math.min(leastCosine, cosine);
    mostCosine = Math.max(mostCosine, cosine);
  }
  return {
    axis: withSizes ? size : size > 0 ? 1 : 0,
    up,
    across,
    extent: { across: widest, low, high },
    angles: { least: angleOfCosine(mostCosine), most: angleOfCosine(leastCosine) },
    withSizes,
  };
}

/** A token's relation to the axis, in the space of the picture. */
export interface Relation {
  readonly values: ByMetric<number>;
  /** Degrees. */
  readonly angle: number;
  /** ‖w‖ in the space. */
  readonly length: number;
  /** Ranks in the whole vocabulary, known for the listed tokens only. */
  readonly ranks: ByMetric<number> | null;
}

const listed = new WeakMap<ScopeView, ReadonlyMap<number, RankedToken>>();

function listedIn(scope: ScopeView): ReadonlyMap<number, RankedToken> {
  const before = listed.get(scope);
  if (before) return before;
  const entries = metrics.flatMap((metric) => scope.nearest[metric]);
  const made = new Map(entries.map((entry) => [entry.token.id, entry]));
  listed.set(scope, made);
  return made;
}

/** In float64 for the listed tokens. For others, from float32 dot products, with about six correct digits. */
export function relationOf(scope: ScopeView, id: number): Relation {
  const length = scope.sizes[id] ?? NaN;
  const entry = listedIn(scope).get(id);
  if (entry) return { values: entry.values, angle: entry.angle, length, ranks: entry.ranks };
  const dot = scope.dots[id] ?? NaN;
  const values = byMetric((metric) => metricFacts[metric].from(dot, scope.size, length));
  return { values, angle: angleOfCosine(values.cosine), length, ranks: null };
}

/** The metric whose list is lit. With all lengths 1 the three metrics have the same order. */
export const litMetric = (metric: Metric, withSizes: boolean): Metric => (withSizes ? metric : 'cosine');
