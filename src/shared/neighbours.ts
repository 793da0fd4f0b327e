import { type ByMetric, metrics } from './metrics';
import { type NeighbourSpace, areAlike, searchedIn, sizeOnSide } from './sides';
import type { RankedToken, VocabularyToken } from './tokens';

/** How many tokens two lists have in common. */
export function sharedTokens(a: readonly RankedToken[], b: readonly RankedToken[]): number {
  const ids = new Set(a.map(({ token }) => token.id));
  return b.filter(({ token }) => ids.has(token.id)).length;
}

/** Whether all metrics list the same tokens, in any order. */
export function haveSameTokens({ lists }: Pick<Neighbours, 'lists'>): boolean {
  const first = new Set(lists[metrics[0]].map(({ token }) => token.id));
  return metrics.every(
    (metric) => lists[metric].length === first.size && lists[metric].every(({ token }) => first.has(token.id)),
  );
}

/** Whether the listed tokens are so alike in size that the metrics can hardly order them otherwise. */
function areListedAlike({ lists, space, centred }: Neighbours): boolean {
  // The sizes of centred vectors are others.
  const sizes = lists[metrics[0]].map(({ token }) => sizeOnSide(token, searchedIn(space)));
  return !centred && areAlike(Math.min(...sizes), Math.max(...sizes));
}

/** Whether one list says all that three would: the same tokens in the same order, but for those alike in size. */
export function isOneList(neighbours: Neighbours): boolean {
  const orders = new Set(metrics.map((metric) => neighbours.lists[metric].map(({ token }) => token.id).join()));
  return orders.size === 1 || (haveSameTokens(neighbours) && areListedAlike(neighbours));
}

export interface NeighboursRequest {
  readonly id: number;
  /** The input space where it is absent. */
  readonly space?: NeighbourSpace;
  /** Entries of each list, the token itself included: 1 … 1000. */
  readonly count: number;
  /** Takes the matrix's mean row off the rows, and off the query where that is a row of the matrix. */
  readonly centred: boolean;
  /** A token that is compared with the query wherever it stands. */
  readonly against?: number;
}

export interface Neighbours {
  readonly query: VocabularyToken;
  /** The input space where it is absent. */
  readonly space?: NeighbourSpace;
  readonly centred: boolean;
  /** Exactly `count` entries each, best first. */
  readonly lists: ByMetric<readonly RankedToken[]>;
  /** Present if a token was given to compare with. */
  readonly against?: RankedToken;
}

export interface TokenFacts {
  readonly token: VocabularyToken;
  /**
   * Rank of the token among the output rows nearest to its input vector: raw, centred, and after the final norm
   * (unembedded with no layer between); without the last where only the geometry was loaded and the family's norm is
   * not known.
   */
  readonly ownRank: {
    readonly raw: ByMetric<number>;
    readonly centred: ByMetric<number>;
    readonly normed?: ByMetric<number>;
  };
  /**
   * The token's output row with the final norm's gain folded in, gain ⊙ u, and centred where the norm centres: what a
   * residual meets once it is scaled. `size` in model units, `angle` to u itself in degrees, absent where a row of
   * zeros has none. Absent without a final norm.
   */
  readonly facing?: { readonly size: number; readonly angle?: number; readonly centred: boolean };
}
