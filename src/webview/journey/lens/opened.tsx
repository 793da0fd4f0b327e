import * as l10n from '@vscode/l10n';
import { bits, count, probability } from '../../../shared/format';
import type { LensStep } from '../../../shared/layers';
import type { Token } from '../../../shared/tokens';
import type { Actions } from '../../actions';
import { TokenText } from '../../parts/text';
import { TokenButtons } from '../../parts/tokenButtons';
import type { Names } from '../../parts/vocabulary';
import type { Cell } from './cells';
import { stepName } from './steps';

interface OpenedCellProps {
  readonly cell: Cell | null;
  readonly names: Names | null;
  readonly step: LensStep;
  /** `position 5`. */
  readonly place: string;
  readonly token: Token | undefined;
  readonly chosen: number | undefined;
  readonly act: Actions;
}

/** The likeliest tokens of one cell of the lens, each a button. */
export function OpenedCell({ cell, names, step, place, token, chosen, act }: OpenedCellProps) {
  return (
    <div class="lens-opened" data-fact="cell" data-layer={step.layer} data-after={step.after}>
      <p class="lens-opened-head">
        <span class="strong">{l10n.t('{0}, {1}', place, stepName(step))}</span> {token && <TokenText token={token} />}{' '}
        {step.after === 'layer' && (
          <button type="button" class="text-link" onClick={() => act.goTo('vectorscope')}>
            {l10n.t('Show in the vectorscope')}
          </button>
        )}
      </p>
      {!cell || !names ? (
        <p>{l10n.t('Computing.')}</p>
      ) : (
        <>
          <TokenButtons
            entries={cell.top.map(({ id, probability: value }) => ({ token: names.token(id), value }))}
            print={probability}
            chosen={chosen}
            act={act}
          />
          <p>
            {l10n.t('Entropy {0} bits.', bits(cell.entropy))}{' '}
            {cell.rank === null
              ? l10n.t('No token follows this position.')
              : l10n.t('The token that really follows has rank {0}.', count(cell.rank))}{' '}
            {cell.divergence !== null &&
              l10n.t('KL divergence from the final prediction: {0} bits.', bits(cell.divergence))}
          </p>
        </>
      )}
    </div>
  );
}
