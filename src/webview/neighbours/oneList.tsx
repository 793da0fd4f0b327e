import * as l10n from '@vscode/l10n';
import type { Neighbours } from '../../shared/engine';
import { decimalsWithin, degrees, fixed } from '../../shared/format';
import { metricFacts, type Metric, metrics } from '../../shared/metrics';
import { searchedIn, sizeOf } from '../../shared/sides';
import type { RankedToken } from '../../shared/tokens';
import type { TableData } from '../parts/columns';
import { type Placed, placedBy } from '../parts/fragments';
import { metricColumn, metricLabel, metricName, printedValue } from '../parts/metrics';
import { Table } from '../parts/table';
import { listsTitle } from './finding';

type Row = Placed<RankedToken> & { readonly by: Metric };

/** The lists by some metrics, with the values by all. */
export function neighboursTable(
  { lists, space }: Pick<Neighbours, 'lists' | 'space'>,
  by: readonly Metric[],
  hide: boolean,
  onChoose?: (id: number) => void,
): TableData<Row> {
  const rows = placedBy(lists, by, hide);
  const sizeIn = ({ entry }: Row): number => sizeOf(entry.token, searchedIn(space));
  const sizes = rows.map(sizeIn);
  const decimals = decimalsWithin(Math.max(...sizes) - Math.min(...sizes), 3);
  return {
    columns: [
      ...(space ? [{ key: 'space', value: () => space }] : []),
      { key: 'by', value: (row) => metricLabel(row.by) },
      { key: 'rank', head: '#', name: 'rank', value: ({ rank }) => rank },
      { key: 'id', value: ({ entry }) => entry.token.id },
      {
        key: 'token',
        head: l10n.t('token'),
        name: 'name',
        names: true,
        value: ({ entry }) => entry.token,
        cell: ({ entry }) => ({ 'data-id': entry.token.id }),
        press: onChoose && (({ entry }) => onChoose(entry.token.id)),
      },
      { head: l10n.t('size'), value: sizeIn, print: (size) => fixed(size, decimals) },
      ...metrics.flatMap((metric) => [
        {
          key: metricColumn[metric],
          head: metricName(metric),
          value: ({ entry }: Row) => entry.values[metric],
          print: (value: number) => printedValue(metric, value),
        },
        ...(metricFacts[metric].hasAngle
          ? [{ key: 'angle (degrees)', head: l10n.t('angle'), value: ({ entry }: Row) => entry.angle, print: degrees }]
          : []),
      ]),
      { key: 'size', value: sizeIn },
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
