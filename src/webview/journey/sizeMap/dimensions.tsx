import * as l10n from '@vscode/l10n';
import { fixed, percent, raw, roundedSize } from '../../../shared/format';
import type { Dimensions } from '../../../shared/layers';
import type { Token } from '../../../shared/tokens';
import { TokenText } from '../../parts/text';
import type { Actions } from '../../section';
import { residualName } from '../lens/steps';
import { dimensionWords, isMassive } from './dimensionWords';
import type { MapCell } from './map';

interface ChosenResidualProps {
  readonly cell: MapCell;
  readonly layers: number;
  /** `position 5`. */
  readonly place: string;
  readonly token: Token | undefined;
  /** Of this residual; `null` while they are computed. */
  readonly dimensions: Dimensions | null;
  /** Why they are not computed. */
  readonly wait: string | null;
  readonly act: Actions;
}

/** The dimensions that carry most of the residual that was chosen in the map. */
export function ChosenResidual({ cell, layers, place, token, dimensions, wait, act }: ChosenResidualProps) {
  const { position, layer } = cell;
  const show = (): void => {
    act.post({ type: 'chooseAxis', axis: { kind: 'residual', position, layer } });
    act.goTo('vectorscope');
  };
  return (
    <div class="size-dimensions" data-fact="dimensions" data-layer={layer} data-position={position}>
      <p class="lens-opened-head">
        <span class="strong">{residualName({ layer, after: 'layer' }, layers, place)}</span>{' '}
        {token && <TokenText token={token} />}{' '}
        <button type="button" class="text-link" onClick={show}>
          {l10n.t('Show in the vectorscope')}
        </button>
      </p>
      {dimensions ? (
        <>
          <p>{dimensionWords(dimensions)}</p>
          <table>
            <thead>
              <tr>
                <th scope="col" class="number">
                  {l10n.t('dimension')}
                </th>
                <th scope="col" class="number">
                  {l10n.t('value')}
                </th>
                <th scope="col" class="number">
                  {l10n.t('share of ‖r‖²')}
                </th>
                <th aria-hidden="true" />
              </tr>
            </thead>
            <tbody>
              {dimensions.largest.map((one) => (
                <tr class={isMassive(one, dimensions) ? 'massive' : ''} data-dimension={one.dimension}>
                  <td class="number">{one.dimension}</td>
                  <td class="number" data-value={raw(one.value)}>
                    {one.value < 0 ? `−${roundedSize(-one.value)}` : roundedSize(one.value)}
                  </td>
                  <td class="number" data-value={raw(one.share)}>
                    {percent(100 * one.share)}
                  </td>
                  <td class="size-share" aria-hidden="true">
                    <span style={{ width: `${fixed(100 * (one.share || 0), 1)}%` }} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p>
            {l10n.t(
              'Dimensions count from 0. The median of their absolute values is {0}.',
              roundedSize(dimensions.median),
            )}
          </p>
        </>
      ) : (
        <p>{wait ?? l10n.t('Not known yet.')}</p>
      )}
    </div>
  );
}
