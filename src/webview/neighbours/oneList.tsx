import * as l10n from '@vscode/l10n';
import type { Neighbours } from '../../shared/engine';
import { decimalsWithin, degrees, fixed } from '../../shared/format';
import { metricFacts, metrics } from '../../shared/metrics';
import { searchedIn, sizeOf } from '../../shared/sides';
import type { RankedToken } from '../../shared/tokens';
import type { DataTable } from '../lab/data';
import { LabTable } from '../lab/table';
import type { Placed } from '../parts/fragments';
import { metricColumn, metricName, printedValue } from '../parts/metrics';
import type { Actions } from '../section';
import { listsTitle } from './finding';

/** One list with its values by every metric, for tokens that all metrics list alike. */
export function oneListTable(entries: readonly Placed<RankedToken>[], space: Neighbours['space']): DataTable {
  const sizes = entries.map(({ entry: { token } }) => sizeOf(token, searchedIn(space)));
  const decimals = decimalsWithin(Math.max(...sizes) - Math.min(...sizes), 3);
  return {
    columns: [
      { key: '#', label: '#' },
      { key: 'token', label: l10n.t('token') },
      { key: 'size', label: l10n.t('size'), print: (value) => fixed(value, decimals) },
      ...metrics.flatMap((metric) => [
        { key: metricColumn[metric], label: metricName(metric), print: (value: number) => printedValue(metric, value) },
        ...(metricFacts[metric].hasAngle ? [{ key: 'angle (degrees)', label: l10n.t('angle'), print: degrees }] : []),
      ]),
    ],
    rows: entries.map(({ rank, entry: { token, values, angle } }, at) => [
      rank,
      token,
      sizes[at] ?? null,
      ...metrics.flatMap((metric) => [values[metric], ...(metricFacts[metric].hasAngle ? [angle] : [])]),
    ]),
  };
}

interface OneListProps {
  readonly neighbours: Neighbours;
  readonly entries: readonly Placed<RankedToken>[];
  readonly act: Actions;
}

/** What stands in the place of three lists that are alike. */
export const OneList = ({ neighbours: { space, query }, entries, act }: OneListProps) => (
  <div data-picture="neighbours" class="lab-list neighbours-one">
    <LabTable
      table={oneListTable(entries, space)}
      label={listsTitle()}
      chosen={query.id}
      onChoose={(id) => act.post({ type: 'chooseToken', id })}
    />
  </div>
);
