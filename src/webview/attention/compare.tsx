import * as l10n from '@vscode/l10n';
import type { PanelState } from '../../shared/panel';
import { Button } from '../controls';
import { comparedOf, pushedToken } from '../parts/compared';
import { Sentence } from '../parts/text';
import { TokenSearch } from '../parts/tokenSearch';
import { words } from '../parts/words';
import type { Actions } from '../section';
import { chosenId } from '../store';

/** Says which tokens are compared, ends that, or finds a token to compare with. */
export function CompareLine({ state, act }: { readonly state: PanelState; readonly act: Actions }) {
  const pushed = pushedToken(state);
  const compared = comparedOf(state);
  if (!pushed && !compared) return null;
  const chosen = chosenId(state);
  return (
    <div class="compare-line">
      {compared ? (
        <>
          <span class="strong">
            <Sentence words={words(l10n.t('{0} against {1}'), compared.output, compared.against)} chosen={chosen} />
          </span>
          <Button onPress={() => act.post({ type: 'compareWith', id: null })}>{l10n.t('End the comparison')}</Button>
        </>
      ) : (
        pushed && (
          <span class="small quiet">
            <Sentence words={words(l10n.t('Compare {0} with'), pushed)} chosen={chosen} />
          </span>
        )
      )}
      <TokenSearch
        id="compare-token"
        found={state.found}
        label={l10n.t('Find a token to compare with, by its text or id')}
        placeholder={compared ? l10n.t('Another token') : l10n.t('Find a token')}
        onChoose={(id) => act.post({ type: 'compareWith', id })}
        act={act}
      />
    </div>
  );
}
