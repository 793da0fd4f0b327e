import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import type { Metric } from '../../shared/metrics';
import type { RankedToken } from '../../shared/tokens';

/** What the gutter between two lists shows. Rows count from 0. */
export interface Joins {
  /** The same token in both lists. */
  readonly lines: readonly { readonly id: number; readonly left: number; readonly right: number }[];
  /** Tokens that only one list has, with their 1-based rank in the other; null if that is not known. */
  readonly stubs: readonly {
    readonly id: number;
    readonly side: 'left' | 'right';
    readonly row: number;
    readonly rank: number | null;
  }[];
}

/** Joins a list ranked by `leftMetric` with its neighbour ranked by `rightMetric`. */
export function joins(
  left: readonly RankedToken[],
  leftMetric: Metric,
  right: readonly RankedToken[],
  rightMetric: Metric,
): Joins {
  const ranks = new Map([...left, ...right].map(({ token, ranks: of }) => [token.id, of]));
  const idsOf = (list: readonly RankedToken[]): readonly number[] => list.map(({ token }) => token.id);
  return joined(
    idsOf(left),
    idsOf(right),
    (id, side) => ranks.get(id)?.[side === 'left' ? rightMetric : leftMetric] ?? null,
  );
}

/** Joins two lists of ids. `rankOf` gives a token of one list its rank in the other. */
export function joined(
  left: readonly number[],
  right: readonly number[],
  rankOf: (id: number, side: 'left' | 'right') => number | null,
): Joins {
  const stubsOf = (side: 'left' | 'right', list: readonly number[], other: readonly number[]) =>
    list.flatMap((id, row) => (other.includes(id) ? [] : [{ id, side, row, rank: rankOf(id, side) }]));
  return {
    lines: left.flatMap((id, row) => (right.includes(id) ? [{ id, left: row, right: right.indexOf(id) }] : [])),
    stubs: [...stubsOf('left', left, right), ...stubsOf('right', right, left)],
  };
}

interface GutterProps {
  readonly joins: Joins;
  /** Tokens that the whole lists share, drawn or not, and the length of the lists. */
  readonly shared: number;
  readonly length: number;
  /** Drawn rows of the longer list. */
  readonly rows: number;
  readonly marked: readonly number[];
  readonly lit: number | null;
}

const rowHeight = 22;
const middle = (row: number): number => row * rowHeight + rowHeight / 2;

/**
 * Between two lists: a line joins a token in both, a stub shows its rank in the list that lacks it. Hidden from screen
 * readers, which read the lists.
 */
export function Gutter({ joins: { lines, stubs }, shared, length, rows, marked, lit }: GutterProps) {
  const classOf = (id: number): string =>
    [marked.includes(id) && 'query', id === lit && 'lit'].filter(Boolean).join(' ');
  return (
    <div class="gutter" aria-hidden="true">
      <p class="gutter-head">
        <b class="strong">{l10n.t('{0} of {1}', shared, length)}</b>
        <span class="quiet">{l10n.t('in both')}</span>
      </p>
      <div class="gutter-body" style={{ height: `${rows * rowHeight}px` }}>
        <svg class="joins" width="100%" height={rows * rowHeight}>
          {lines.map(({ id, left, right }) => (
            <line class={classOf(id)} x1="0" x2="100%" y1={middle(left)} y2={middle(right)} />
          ))}
        </svg>
        {stubs.map(({ id, side, row, rank }) => (
          <span class={`stub ${side} ${classOf(id)}`} style={{ top: `${row * rowHeight}px` }}>
            <span class="stub-line" />
            {rank !== null && <span class="stub-rank">{count(rank)}</span>}
          </span>
        ))}
      </div>
    </div>
  );
}
