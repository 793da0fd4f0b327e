import type { ScopeView } from '../../shared/instruments';
import type { Scope } from '../../shared/layers';
import { type ByMetric, type Metric, type RankedToken, metrics } from '../../shared/tokens';

/** The vocabulary as the axis sees it. Lengths are in model units, or 1 for all where sizes are off. */
export interface Geometry {
  /** ‖axis‖. */
  readonly axis: number;
  /** Projection of each token on the axis: its height. V long. */
  readonly up: Float32Array;
  /**
   * What is left of each token at a right angle to the axis; even ids to the right (positive), odd ones to the left. V
   * long.
   */
  readonly across: Float32Array;
  readonly extent: { readonly across: number; readonly low: number; readonly high: number };
  /** Degrees, over the vocabulary. */
  readonly angles: { readonly least: number; readonly most: number };
  readonly withSizes: boolean;
}

export const toDegrees = (radians: number): number => (radians * 180) / Math.PI;
export const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Even ids stand to the right of the axis, odd ones to the left. */
export const sideOf = (id: number): 1 | -1 => (id % 2 === 0 ? 1 : -1);

/** Where a token stands: `up` along the axis, `across` from it, from its product with the axis and both lengths. */
export function placed(
  id: number,
  dot: number,
  length: number,
  axis: number,
  withSizes: boolean,
): { readonly up: number; readonly across: number } {
  const along = axis > 0 ? dot / axis : 0;
  const scale = withSizes ? 1 : length > 0 ? 1 / length : 0;
  const up = along * scale;
  const whole = length * scale;
  return { up, across: sideOf(id) * Math.sqrt(Math.max(0, whole * whole - up * up)) };
}

/** All tokens around the axis: true angle to it, and true length unless sizes are off. */
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
    const place = placed(id, dots[id] as number, length, size, withSizes);
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
  const angle = (cosine: number) => toDegrees(Math.acos(Math.max(-1, Math.min(1, cosine))));
  return {
    axis: withSizes ? size : size > 0 ? 1 : 0,
    up,
    across,
    extent: { across: widest, low, high },
    angles: { least: angle(mostCosine), most: angle(leastCosine) },
    withSizes,
  };
}

/** How one token stands to the axis, in the space of the picture. */
export interface Standing {
  readonly values: ByMetric<number>;
  /** Degrees. */
  readonly angle: number;
  /** ‖w‖ in the space. */
  readonly length: number;
  /** Places in the whole vocabulary, where they are known. */
  readonly ranks: ByMetric<number> | null;
}

const listed = new WeakMap<ScopeView, ReadonlyMap<number, RankedToken>>();

function listedIn(scope: ScopeView): ReadonlyMap<number, RankedToken> {
  const before = listed.get(scope);
  if (before) return before;
  const made = new Map(
    metrics.flatMap((metric) => scope.nearest[metric].map((entry) => [entry.token.id, entry] as const)),
  );
  listed.set(scope, made);
  return made;
}

/**
 * In float64 for the tokens of the three lists; for the others from the products in float32, good to about six digits.
 */
export function standing(scope: ScopeView, id: number): Standing {
  const length = scope.sizes[id] ?? NaN;
  const entry = listedIn(scope).get(id);
  if (entry) return { values: entry.values, angle: entry.angle, length, ranks: entry.ranks };
  const dot = scope.dots[id] ?? NaN;
  const both = scope.size * length;
  const cosine = both > 0 ? Math.max(-1, Math.min(1, dot / both)) : 0;
  return {
    values: { euclidean: Math.sqrt(Math.max(0, scope.size ** 2 + length ** 2 - 2 * dot)), cosine, dot },
    angle: toDegrees(Math.acos(cosine)),
    length,
    ranks: null,
  };
}

/** The list whose tokens are lit: where all have one length, the three metrics order them as the cosine does. */
export const litMetric = (metric: Metric, withSizes: boolean): Metric => (withSizes ? metric : 'cosine');
