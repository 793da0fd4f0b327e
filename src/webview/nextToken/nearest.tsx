import * as l10n from '@vscode/l10n';
import type { Prediction } from '../../shared/engine';
import type { VocabularyToken } from '../../shared/tokens';
import { Copy } from '../parts/copy';
import { degrees, raw, size } from '../../shared/format';
import { tokenLabel } from '../parts/label';
import { gridStep, useRoving } from '../parts/roving';
import { TokenText } from '../parts/text';
import type { Actions } from '../section';
import { nearestRows } from './rows';
import { printedLength } from './sweep';

interface NearestProps {
  readonly prediction: Prediction;
  /** Index of the length that h is given. */
  readonly at: number;
  readonly chosen: number | undefined;
  readonly onChoose: (id: number) => void;
  readonly act: Actions;
}

/**
 * What the nearest by distance or by angle would have said. Tokens that are not among the ten best by dot product
 * recede.
 */
export function Nearest({ prediction, at, chosen, onChoose, act }: NearestProps) {
  const { nearest, lengths } = prediction;
  const asIs = at === lengths.actual;
  const printed = printedLength(lengths, at);
  const predicted = new Set(nearest.dot.map(({ token }) => token.id));
  const distance = asIs ? nearest.euclidean.map(({ token }) => token) : (lengths.nearest[at] ?? []);
  const cosine = nearest.cosine;
  const length = Math.max(distance.length, cosine.length);
  const roving = useRoving(2 * length, 0, (key, from) => gridStep(key, from, { count: 2 * length, rows: length }));
  const cell = (
    token: VocabularyToken | undefined,
    index: number,
    metric: 'euclidean' | 'cosine',
    value: number | undefined,
  ) => (
    <td
      class={['name', metric === 'cosine' && 'angled', token && !predicted.has(token.id) && 'recedes']
        .filter(Boolean)
        .join(' ')}
      data-metric={metric}
      data-id={token?.id}
      data-value={raw(value)}
    >
      {token && (
        <button
          type="button"
          class="token-button"
          aria-label={tokenLabel(token)}
          onClick={() => onChoose(token.id)}
          {...roving.item(index)}
        >
          <TokenText token={token} chosen={token.id === chosen} />
        </button>
      )}
    </td>
  );
  return (
    <div class="nearest">
      <div class="table-head">
        <h3>{l10n.t('Nearest to h instead')}</h3>
        <Copy
          label={l10n.t('Copy the nearest to h as a table')}
          copied={l10n.t('Copied the nearest to h')}
          rows={() => nearestRows(prediction, at)}
          act={act}
        />
      </div>
      <table
        class="nearest-table"
        aria-label={l10n.t('Nearest to h by distance and by angle, ‖h‖ {0}', printed)}
        {...roving.group}
      >
        <colgroup>
          <col class="rank" />
          <col />
          <col class="value" />
          <col />
          <col class="value" />
        </colgroup>
        <thead>
          <tr>
            <th scope="col" class="rank">
              #
            </th>
            <th scope="col" colSpan={2}>
              {asIs ? l10n.t('by distance') : l10n.t('by distance, ‖h‖ {0}', printed)}
            </th>
            <th scope="col" colSpan={2} class="angled">
              {l10n.t('by angle')}
            </th>
          </tr>
        </thead>
        <tbody>
          {Array.from({ length }, (_, row) => {
            const away = asIs ? nearest.euclidean[row]?.values.euclidean : undefined;
            const angled = cosine[row];
            return (
              <tr data-rank={row + 1}>
                <td class="rank">{row + 1}</td>
                {cell(distance[row], row, 'euclidean', away)}
                <td class="number quiet">{asIs ? size(away) : ''}</td>
                {cell(angled?.token, length + row, 'cosine', angled?.values.cosine)}
                <td class="number quiet" data-value={raw(angled?.angle)}>
                  {degrees(angled?.angle)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="note">{l10n.t('Quiet: not among the ten best by dot product.')}</p>
    </div>
  );
}
