import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import type { Joins } from './joins';

interface GutterProps {
  readonly joins: Joins;
  /** How many tokens the whole lists share, be they drawn or not, and of how many. */
  readonly shared: number;
  readonly length: number;
  /** Rows that are drawn of the longer list. */
  readonly rows: number;
  readonly query: number;
  readonly lit: number | null;
}

const rowHeight = 22;
const middle = (row: number): number => row * rowHeight + rowHeight / 2;

/**
 * Between two lists: a line joins a token with itself, a stub leads to its rank in the list that lacks it. Both tables
 * say the same.
 */
export function Gutter({ joins: { lines, stubs }, shared, length, rows, query, lit }: GutterProps) {
  const classOf = (id: number): string => [id === query && 'query', id === lit && 'lit'].filter(Boolean).join(' ');
  return (
    <div class="gutter" aria-hidden="true">
      <p class="gutter-head">
        <b>
          <span class="wide-only">{l10n.t('{0} of {1}', shared, length)}</span>
          <span class="narrow-only">{shared}</span>
        </b>
        <span class="in-both">{l10n.t('in both')}</span>
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
            <span class="stub-rank">{count(rank)}</span>
          </span>
        ))}
      </div>
    </div>
  );
}
