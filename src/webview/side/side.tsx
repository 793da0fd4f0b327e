import * as l10n from '@vscode/l10n';
import { Button } from '../controls';
import { Notices, ProgressBar } from '../header/lines';
import { CompactNeighbours } from '../neighbours/compact';
import { Likeliest } from '../nextToken/predictions';
import { missingPrediction } from '../nextToken/section';
import { TokenText } from '../parts/text';
import { filled } from '../parts/words';
import { Pending, type SurfaceProps } from '../section';
import { chosenId, chosenToken, ownToken } from '../store';
import { Expected } from './expected';
import { sideNotices } from './notices';
import { SideToken } from './token';

/** Entries of the prediction that are listed. */
const listed = 5;

function Welcome({ act }: SurfaceProps) {
  return (
    <section data-section="welcome">
      <p>
        {l10n.t(
          'Select text in an editor and inspect it. Then this view follows the cursor: it shows the token under it as the model sees it.',
        )}
      </p>
      <Button primary onPress={() => act.post({ type: 'inspect' })}>
        {l10n.t('Inspect selection')}
      </Button>
    </section>
  );
}

function NextToken({ state, act }: SurfaceProps) {
  const { prediction } = state;
  const own = ownToken(state);
  if (!own || state.model?.trunk === null) return null;
  return (
    <section data-section="next-token" aria-labelledby="side-next-token">
      <header class="side-head">
        <h2 id="side-next-token">{l10n.t('Next token')}</h2>
        <span class="small quiet ellipsis">{filled(l10n.t('after {0}'), <TokenText token={own} />)}</span>
      </header>
      {prediction ? (
        <Likeliest
          label={l10n.t('Likeliest next tokens')}
          entries={prediction.top.slice(0, listed)}
          chosen={chosenId(state)}
          onChoose={(id) => act.post({ type: 'chooseToken', id })}
        />
      ) : (
        <Pending>{missingPrediction(state)}</Pending>
      )}
    </section>
  );
}

/** The view in the side bar: the token under the cursor, in the compact forms of the panel's sections. */
export function Side(props: SurfaceProps) {
  const { state, act } = props;
  const token = chosenToken(state);
  return (
    <>
      {!token && <h1 class="hidden">{l10n.t('Token')}</h1>}
      <ProgressBar {...props} />
      <Notices {...props} list={sideNotices(state)} />
      <div class={state.outOfDate ? 'side out-of-date' : 'side'}>
        {token ? (
          <>
            <SideToken {...props} token={token} />
            <Expected {...props} />
            <section data-section="neighbours" aria-labelledby="side-neighbours">
              <CompactNeighbours {...props} />
            </section>
            <NextToken {...props} />
          </>
        ) : (
          state.status.kind !== 'working' && <Welcome {...props} />
        )}
        <p class="side-foot">
          <button type="button" class="text-link" onClick={() => act.post({ type: 'openPanel' })}>
            {l10n.t('Open in panel')}
          </button>
        </p>
      </div>
    </>
  );
}
