import type { Neighbours } from './engine';
import { metrics } from './metrics';
import { areAlike, searchedIn, sizeOnSide } from './sides';
import type { RankedToken } from './tokens';

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
export function areListedAlike({ lists, space, centred }: Neighbours): boolean {
  // The sizes of centred vectors are others.
  const sizes = lists[metrics[0]].map(({ token }) => sizeOnSide(token, searchedIn(space)));
  return !centred && areAlike(Math.min(...sizes), Math.max(...sizes));
}

/** Whether one list says all that three would: the same tokens in the same order, but for those alike in size. */
export function isOneList(neighbours: Neighbours): boolean {
  const orders = new Set(metrics.map((metric) => neighbours.lists[metric].map(({ token }) => token.id).join()));
  return orders.size === 1 || (haveSameTokens(neighbours) && areListedAlike(neighbours));
}
