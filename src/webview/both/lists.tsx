import * as l10n from '@vscode/l10n';
import { Fragment } from 'preact';
import type { Both } from '../../shared/both';
import type { VocabularyToken } from '../../shared/tokens';
import { Gutter, joined } from '../neighbours/gutter';
import type { Column, TableData } from '../parts/columns';
import { columnStep, useRoving } from '../parts/roving';
import { tokenRow, Table } from '../parts/table';

interface OfToken {
  readonly token: VocabularyToken;
}

/** Tokens in their order, with more columns beside. */
export const listedRows = <R extends OfToken>(
  rows: readonly R[],
  columns: readonly Column<R>[],
  onChoose?: (id: number) => void,
): TableData<R> => ({
  columns: [
    { key: '#', head: <span class="hidden">{l10n.t('rank')}</span>, name: 'rank', value: (_row, index) => index + 1 },
    {
      key: 'token',
      head: l10n.t('token'),
      name: 'name',
      names: true,
      value: ({ token }) => token,
      press: onChoose && (({ token }) => onChoose(token.id)),
    },
    ...columns,
  ],
  rows,
});

interface ListsProps<R> {
  /** As in `data-picture`. */
  readonly picture: string;
  readonly label: string;
  /** What stands above each list; its accessible name begins so. */
  readonly heads: Both<string>;
  readonly tables: Both<TableData<R>>;
  /** The rank of a token of one list in the other model; null if it is not known. */
  readonly rankOf: (id: number, side: 'left' | 'right') => number | null;
  readonly chosen: number | undefined;
  /** The token under the mouse or the focus. */
  readonly lit: number | null;
  readonly onLight: (id: number | null) => void;
}

/** A's list beside B's, with lines between them. */
export function TwoLists<R extends OfToken>(props: ListsProps<R>) {
  const { picture, label, heads, tables, rankOf, chosen, lit, onLight } = props;
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
              column.press
                ? {
                    ...column,
                    button: ({ token }) => ({ onFocus: () => onLight(token.id), onBlur: () => onLight(null) }),
                  }
                : column,
            )}
            name="neighbours-list dense both-list"
            label={`${heads[side]}, ${label}`}
            chosen={chosen}
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
