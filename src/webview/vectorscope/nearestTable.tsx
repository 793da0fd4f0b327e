import * as l10n from '@vscode/l10n';
import { degrees, size } from '../../shared/format';
import type { ScopeView } from '../../shared/instruments';
import { metrics, type Metric } from '../../shared/metrics';
import type { RankedToken } from '../../shared/tokens';
import type { TableData } from '../parts/columns';
import { type Placed, placedBy } from '../parts/fragments';
import { metricColumn, metricLabel, metricName, metricWords } from '../parts/metrics';
import { Table } from '../parts/table';

type Nearest = Placed<RankedToken> & { readonly by: Metric };

/** The nearest tokens by some metrics, with all their relations to the axis. */
export const nearestTable = (scope: ScopeView, hide: boolean, by: readonly Metric[]): TableData<Nearest> => ({
  columns: [
    { key: 'by', value: (row) => metricLabel(row.by) },
    { key: 'rank', value: ({ rank }) => rank },
    { key: 'id', value: ({ entry }) => entry.token.id },
    { head: l10n.t('#'), draw: ({ rank }) => rank },
    { key: 'token', head: l10n.t('token'), names: true, value: ({ entry }) => entry.token },
    { key: 'angle (degrees)', head: l10n.t('angle'), value: ({ entry }) => entry.angle, print: degrees },
    { key: 'size', head: l10n.t('size'), value: ({ entry }) => scope.sizes[entry.token.id] ?? null, print: size },
    {
      key: 'height',
      head: l10n.t('height'),
      value: ({ entry }) => (scope.size > 0 ? entry.values.dot / scope.size : null),
      print: size,
    },
    ...metrics.map((metric) => ({
      key: metricColumn[metric],
      head: metricName(metric),
      value: ({ entry }: Nearest) => entry.values[metric],
      print: size,
    })),
  ],
  rows: placedBy(scope.nearest, by, hide),
});

interface NearestTableProps {
  readonly scope: ScopeView;
  readonly metric: Metric;
  readonly hide: boolean;
  /** Several tables stand below each other. */
  readonly isTitled: boolean;
}

export const NearestTable = ({ scope, metric, hide, isTitled }: NearestTableProps) => (
  <Table
    {...nearestTable(scope, hide, [metric])}
    name="folding"
    label={l10n.t('Nearest to the axis by {0}', metricName(metric))}
    data={{ 'data-metric': metric }}
    row={({ entry, rank }) => ({ 'data-id': entry.token.id, 'data-rank': rank })}
  >
    {isTitled && <caption>{metricWords(metric).list}</caption>}
  </Table>
);
