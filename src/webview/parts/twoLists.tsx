import * as l10n from '@vscode/l10n';
import { Fragment } from 'preact';
import type { Both } from '../../shared/both';
import { count } from '../../shared/format';
import type { Metric } from '../../shared/metrics';
import type { VocabularyToken, RankedToken } from '../../shared/tokens';
import type { Column, TableData } from './columns';
import { columnStep, useRoving } from './roving';
import { tokenRow, Table } from './table';

/** What the gutter between two lists shows. Rows count from 0. */
interface Joins {
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
function joined(
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

interface OfToken {
  readonly token: VocabularyToken;
}

/** Tokens in their order, with more columns beside. */
export const listedRows = <R extends OfToken>(
  rows: readonly R[],
  columns: readonly Column<R>[],
  cell?: Column<R>['cell'],
): TableData<R> => ({
  columns: [
    { key: '#', head: <span class="hidden">{l10n.t('rank')}</span>, name: 'rank', value: (_row, index) => index + 1 },
    {
      key: 'token',
      head: l10n.t('token'),
      name: 'name',
      names: true,
      value: ({ token }) => token,
      ...(cell && { cell }),
    },
    ...columns,
  ],
  rows,
});

interface ListsProps<R> {
  /** As in `data-picture`. */
  readonly picture?: string;
  readonly label: string;
  /** What stands above each list; its accessible name begins so. */
  readonly heads: Both<string>;
  readonly tables: Both<TableData<R>>;
  /** The rank of a token of one list in the other; null if it is not known. */
  readonly rankOf?: (id: number, side: 'left' | 'right') => number | null;
  readonly chosen: number | undefined;
  /** The token under the mouse or the focus. */
  readonly lit: number | null;
  readonly onLight: (id: number | null) => void;
}

/** One list beside another, with lines between them. */
export function TwoLists<R extends OfToken>(props: ListsProps<R>) {
  const { picture, label, heads, tables, rankOf = () => null, chosen, lit, onLight } = props;
  const [left = [], right = []] = tables.map(({ rows }) => rows.map(({ token }) => token.id));
  const most = Math.max(left.length, right.length);
  const roving = useRoving(2 * most, 0, (key, at) => columnStep(key, at, [left.length, right.length]));
  return (
    <div class="both-lists" role="group" data-picture={picture} aria-label={label} {...roving.group}>
      {tables.map((table, side) => (
        <Fragment key={side}>
          {side === 1 && (
            <Gutter
              joins={joined(left, right, rankOf)}
              shared={left.filter((id) => right.includes(id)).length}
              length={left.length}
              rows={most}
              marked={chosen === undefined ? [] : [chosen]}
              lit={lit}
            />
          )}
          <Table
            {...table}
            columns={table.columns.map((column) =>
              column.key === 'token'
                ? {
                    ...column,
                    button: ({ token }) => ({ onFocus: () => onLight(token.id), onBlur: () => onLight(null) }),
                  }
                : column,
            )}
            name="neighbours-list dense both-list"
            label={`${heads[side]}, ${label}`}
            chosen={chosen}
            chooses
            above={
              <tr class="title-row">
                <th scope="colgroup" colSpan={table.columns.length}>
                  {heads[side]}
                </th>
              </tr>
            }
            heads={{ class: 'unit-row' }}
            item={(row) => roving.item(side * most + row)}
            row={({ token }) => ({
              ...tokenRow(token, chosen),
              ...(token.id === lit && token.id !== chosen && { class: 'lit' }),
              onMouseEnter: () => onLight(token.id),
              onMouseLeave: () => onLight(null),
            })}
          />
        </Fragment>
      ))}
    </div>
  );
}
