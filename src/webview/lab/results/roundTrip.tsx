import * as l10n from '@vscode/l10n';
import { count, percent, raw } from '../../../shared/format';
import type { RoundTripResult } from '../../../shared/lab';
import { metrics } from '../../../shared/tokens';
import { metricName } from '../../parts/metrics';
import { SavePicture } from '../../picture/save';
import type { ResultProps } from '../context';
import { whyTied } from '../findings/roundTrip';
import { TokenList } from '../list';
import { examplesTable } from './tables';

/** How many do not come back, as a table whose cells are bars over the tokens that were tried. */
export function RoundTrip({ result, context }: ResultProps<RoundTripResult>) {
  const { misses, tried, triedNormed = tried, examples } = result;
  const { tokenOf, state, act } = context;
  const title = l10n.t('Do not come back, of {0}', count(tried));
  const why = whyTied(state.model?.tied ?? false);
  const columns = [
    ['raw', l10n.t('raw'), misses.raw, tried],
    ['centred', l10n.t('centred'), misses.centred, tried],
    ...(misses.normed
      ? [
          [
            'normed',
            triedNormed < tried ? l10n.t('after final norm, of {0}', count(triedNormed)) : l10n.t('after final norm'),
            misses.normed,
            triedNormed,
          ] as const,
        ]
      : []),
  ] as const;
  return (
    <div class="lab-round-trip">
      <div>
        <div data-picture="lab-round-trip-misses">
          <table class="lab-misses" aria-label={title}>
            <thead>
              <tr>
                <th scope="col">{title}</th>
                {columns.map(([, label]) => (
                  <th scope="col" class="number">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {metrics.map((metric) => (
                <tr>
                  <th scope="row">{metricName(metric)}</th>
                  {columns.map(([space, , all, of]) => {
                    const missed = all[metric];
                    return (
                      <td
                        class="number"
                        data-value={raw(missed)}
                        data-metric={metric}
                        data-space={space}
                        title={percent((100 * missed) / of)}
                      >
                        <span class={missed * 20 > of ? 'strong' : ''}>{count(missed)}</span>
                        <span class="lab-track">
                          {missed > 0 && <span class="bar" style={{ width: `${((100 * missed) / of).toFixed(2)}%` }} />}
                        </span>
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div class="lab-below">
          <p class="note">{l10n.t('A full bar is all that were tried.')}</p>
          <SavePicture of="lab-round-trip-misses" title={title} act={act} />
        </div>
        {why !== null && <p class="note">{why}</p>}
      </div>
      {examples.length > 0 && (
        <TokenList
          title={l10n.t('What tokens become, by dot product')}
          table={examplesTable(result, tokenOf)}
          context={context}
        />
      )}
    </div>
  );
}
