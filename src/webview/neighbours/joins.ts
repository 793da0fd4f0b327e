import type { Metric } from '../../shared/metrics';
import type { RankedToken } from '../../shared/tokens';

/** What the gutter between two lists shows. Rows count from 0. */
export interface Joins {
  /** The same token in both lists. */
  readonly lines: readonly { readonly id: number; readonly left: number; readonly right: number }[];
  /** Tokens that only one list has, with their 1-based rank by the other list's metric. */
  readonly stubs: readonly {
    readonly id: number;
    readonly side: 'left' | 'right';
    readonly row: number;
    readonly rank: number;
  }[];
}

/** Joins a list ranked by `leftMetric` with its neighbour ranked by `rightMetric`. */
export function joins(
  left: readonly RankedToken[],
  leftMetric: Metric,
  right: readonly RankedToken[],
  rightMetric: Metric,
): Joins {
  const rows = new Map(right.map(({ token }, row) => [token.id, row]));
  const leftIds = new Set(left.map(({ token }) => token.id));
  const lines = left.flatMap(({ token }, row) => {
    const other = rows.get(token.id);
    return other === undefined ? [] : [{ id: token.id, left: row, right: other }];
  });
  const stubs = [
    ...left.flatMap(({ token, ranks }, row) =>
      rows.has(token.id) ? [] : [{ id: token.id, side: 'left' as const, row, rank: ranks[rightMetric] }],
    ),
    ...right.flatMap(({ token, ranks }, row) =>
      leftIds.has(token.id) ? [] : [{ id: token.id, side: 'right' as const, row, rank: ranks[leftMetric] }],
    ),
  ];
  return { lines, stubs };
}
