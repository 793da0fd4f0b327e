import * as l10n from '@vscode/l10n';
import { tokenLabel } from '../parts/label';
import type { VocabularyToken } from '../../shared/tokens';
import { placeAmong } from '../parts/place';
import { TokenText } from '../parts/text';
import { filled } from '../parts/words';
import type { SurfaceProps } from '../section';
import { isElsewhere, ownToken } from '../store';
import { Facts } from '../token/facts';
import { origin } from '../token/finding';
import { Histogram } from '../token/histogram';

/** The chosen token: its name, where it stands, and what is known of it alone. */
export function SideToken({ state, act, token }: SurfaceProps & { readonly token: VocabularyToken }) {
  const { text, position, model } = state;
  const own = ownToken(state);
  const elsewhere = isElsewhere(state);
  const place = text && position !== null && !elsewhere ? placeAmong(text, position) : origin(state, token.id);
  return (
    <section data-section="token" aria-labelledby="side-token">
      <header class="side-head">
        <h1 id="side-token" class="side-name ellipsis" aria-label={tokenLabel(token)}>
          <TokenText token={token} chosen />
        </h1>
        <span class="small quiet place">{place}</span>
      </header>
      {own && elsewhere && (
        <button type="button" class="text-link" onClick={() => act.post({ type: 'chooseToken', id: null })}>
          {filled(l10n.t('Back to {0}'), <TokenText token={own} />)}
        </button>
      )}
      <Facts token={token} tied={model?.tied ?? false} compact />
      {model && (
        <Histogram
          sizes={model.sizes}
          {...(model.outputSizes && { side: 'input' })}
          chosen={token}
          tokens={text?.tokens ?? []}
          vocabulary={model.vocabulary}
          act={act}
          compact
        />
      )}
    </section>
  );
}
