import * as l10n from '@vscode/l10n';
import type { Neighbours } from '../../shared/engine';
import { decimalsWithin, fixed } from '../../shared/format';
import type { Metric } from '../../shared/metrics';
import { neighbourColumns, type NeighbourRow } from '../../shared/neighbourTable';
import type { TableData } from '../parts/columns';
import { placedBy } from '../parts/fragments';
import { Table } from '../parts/table';
import { listsTitle } from './finding';

/** The lists by some metrics, with the values by all. */
export function neighboursTable(
  { lists, space }: Pick<Neighbours, 'lists' | 'space'>,
  by: readonly Metric[],
  hide: boolean,
  onChoose?: (id: number) => void,
): TableData<NeighbourRow> {
  const rows = placedBy(lists, by, hide);
  const { before, rank, id, token, size, measures } = neighbourColumns(space, l10n);
  const sizes = rows.map((row) => size.value(row) ?? NaN);
  const decimals = decimalsWithin(Math.max(...sizes) - Math.min(...sizes), 3);
  return {
    columns: [
      ...before,
      { ...rank, name: 'rank' },
      id,
      {
        ...token,
        name: 'name',
        names: true,
        cell: ({ entry }) => ({ 'data-id': entry.token.id }),
        press: onChoose && (({ entry }) => onChoose(entry.token.id)),
      },
      { ...size, print: (value) => fixed(value, decimals) },
      ...measures,
    ],
    rows,
  };
}

interface OneListProps {
  readonly neighbours: Neighbours;
  readonly metric: Metric;
  readonly hide: boolean;
  readonly onChoose: (id: number) => void;
}

/** What stands in the place of three lists that are alike: one list with its values by every metric. */
export const OneList = ({ neighbours, metric, hide, onChoose }: OneListProps) => (
  <div data-picture="neighbours" class="lab-list neighbours-one">
    <Table
      {...neighboursTable(neighbours, [metric], hide, onChoose)}
      name="lab-table"
      label={listsTitle()}
      chosen={neighbours.query.id}
    />
  </div>
);
