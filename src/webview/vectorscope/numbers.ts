import type { ScopeView } from '../../shared/instruments';
import { type ByMetric, type Metric, type RankedToken, metrics } from '../../shared/tokens';
import { toDegrees } from './geometry';

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
