import * as l10n from '@vscode/l10n';
import { degrees, raw, size } from '../../shared/format';
import { plainToken } from '../../shared/glyphs';
import type { ScopeView } from '../../shared/instruments';
import { metrics, type Metric } from '../../shared/metrics';
import { placed } from '../parts/fragments';
import { metricColumn, metricName, metricWords } from '../parts/metrics';
import { TokenText } from '../parts/text';

/** The nearest tokens by every metric, for the clipboard. */
export function nearestRows(scope: ScopeView, hide: boolean): readonly (readonly (string | number)[])[] {
  const header = [
    'by',
    'rank',
    'id',
    'token',
    'angle (degrees)',
    'size',
    'height',
    ...metrics.map((metric) => metricColumn[metric]),
  ];
  return [
    header,
    ...metrics.flatMap((metric) =>
      placed(scope.nearest[metric], ({ token }) => token, hide).map(({ entry: { token, values, angle }, rank }) => [
        metricColumn[metric],
        rank,
        token.id,
        plainToken(token),
        angle,
        scope.sizes[token.id] ?? '',
        scope.size > 0 ? values.dot / scope.size : '',
        ...metrics.map((by) => values[by]),
      ]),
    ),
  ];
}

/** The nearest tokens by one metric, with all their relations to the axis. */
export function NearestTable({
  scope,
  metric,
  hide,
  isTitled,
}: {
  readonly scope: ScopeView;
  readonly metric: Metric;
  readonly hide: boolean;
  /** Several tables stand below each other. */
  readonly isTitled: boolean;
}) {
  const cell = (value: number | undefined, printed = size(value)) => (
    <td class="number" data-value={raw(value)}>
      {printed}
    </td>
  );
  return (
    <table class="folding" aria-label={l10n.t('Nearest to the axis by {0}', metricName(metric))} data-metric={metric}>
      {isTitled && <caption>{metricWords(metric).list}</caption>}
      <thead>
        <tr>
          {[
            l10n.t('#'),
            l10n.t('token'),
            l10n.t('angle'),
            l10n.t('size'),
            l10n.t('height'),
            ...metrics.map(metricName),
          ].map((name, column) => (
            <th scope="col" class={column > 1 ? 'number' : ''}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {placed(scope.nearest[metric], ({ token }) => token, hide).map(({ entry: { token, values, angle }, rank }) => (
          <tr data-id={token.id} data-rank={rank}>
            <td>{rank}</td>
            <th scope="row">
              <TokenText token={token} />
            </th>
            {cell(angle, degrees(angle))}
            {cell(scope.sizes[token.id])}
            {cell(scope.size > 0 ? values.dot / scope.size : undefined)}
            {metrics.map((by) => cell(values[by]))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
