import * as l10n from '@vscode/l10n';
import { count } from '../../shared/format';
import type { Joins } from './joins';

interface GutterProps {
  readonly joins: Joins;
  /** Rows of the lists. */
  readonly length: number;
  readonly query: number;
  readonly lit: number | null;
}

const rowHeight = 22;
const middle = (row: number): number => row * rowHeight + rowHeight / 2;

/** Between two lists: a line joins a token with itself, a stub leads to its rank in the list that lacks it. Both tables say the same. */
export function Gutter({ joins: { lines, stubs }, length, query, lit }: GutterProps) {
  const classOf = (id: number): string => [id === query && 'query', id === lit && 'lit'].filter(Boolean).join(' ');
  return (
    <div class="gutter" aria-hidden="true">
      <p class="gutter-head">
        <b>
          <span class="wide-only">{l10n.t('{0} of {1}', lines.length, length)}</span>
          <span class="narrow-only">{lines.length}</span>
        </b>
        <span class="in-both">{l10n.t('in both')}</span>
      </p>
      <div class="gutter-body" style={{ height: `${length * rowHeight}px` }}>
        <svg class="joins" width="100%" height={length * rowHeight}>
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
