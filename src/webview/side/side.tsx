import * as l10n from '@vscode/l10n';
import { useRef } from 'preact/hooks';
import { bits, capitalised, raw, valued } from '../../shared/format';
import { predicts } from '../../shared/model';
import { serverPlace } from '../../shared/modelName';
import type { PanelState } from '../../shared/panel';
import { coveredCount } from '../../shared/place';
import { isSized, type NamedToken } from '../../shared/tokens';
import { Button } from '../controls';
import { Glossary } from '../glossary/glossary';
import type { Notice } from '../header/notice';
import { Notices, ProgressBar } from '../header/noticeList';
import { amount, announcement, notices } from '../header/notices';
import { CompactNeighbours } from '../neighbours/compact';
import { Likeliest, listAt } from '../nextToken/listed';
import { missingPrediction } from '../nextToken/section';
import { tokenCount } from '../parts/numbers';
import { placeAmong, placeName } from '../parts/place';
import { TokenText, TextLink } from '../parts/text';
import { filled, tokenLabel } from '../parts/words';
import { Pending, type SurfaceProps } from '../section';
import { chosenId, chosenToken, ownToken, isElsewhere } from '../store';
import { Facts } from '../token/facts';
import { origin } from '../token/finding';
import { Histogram } from '../token/histogram';

/** A notice in few words. `null` if only the panel shows it. */
function shortened({ kind, text }: Notice, state: PanelState): string | null {
  const { status, model } = state;
  switch (kind) {
    case 'working':
      return working(state);
    case 'out-of-date':
      return l10n.t('The text has changed.');
    case 'cancelled':
      return status.kind === 'cancelled' && status.fetching ? text : l10n.t('The run was cancelled.');
    case 'not-downloaded':
      return status.kind === 'not-downloaded' ? l10n.t('The model {0} is not in this browser yet.', status.name) : null;
    case 'served':
      return model?.server ? l10n.t('Runs on {0}.', serverPlace(model.server.address)) : null;
    case 'geometry':
      return l10n.t('Geometry only: no predictions.');
    case 'failed':
    case 'not-loaded':
    case 'not-sent':
      return text;
    case 'empty':
    case 'first-steps':
    case 'guide':
    case 'cut':
    case 'other-selections':
    case 'whole-line':
    case 'model':
    case 'backend':
    case 'part-left-out':
    case 'compared':
      return null;
  }
}

/** The lines above the token. */
export function sideNotices(state: PanelState): readonly Notice[] {
  return notices(state).flatMap((notice) => {
    const text = shortened(notice, state);
    return text === null ? [] : [{ ...notice, text }];
  });
}

function working({ status, text }: PanelState): string {
  if (status.kind === 'working') {
    const { fetched, server } = status;
    if (fetched)
      return l10n.t('Downloading {0}: {1} of {2}', l10n.t('the model'), amount(fetched.bytes), amount(fetched.of));
    if (server !== undefined) return l10n.t('Connecting to {0}', server);
    if (status.what === 'loading') return l10n.t('Loading the model');
    if (status.comparing) return l10n.t('Comparing WebGPU with WASM');
  }
  if (!text) return capitalised(l10n.t('running'));
  const run = coveredCount(text);
  return l10n.t('Running {0}', tokenCount(run));
}

/** Lengths of the lists of likeliest tokens: after the chosen position, and at it. */
const mostNext = 5;
const mostExpected = 3;

function Welcome({ state, act }: SurfaceProps) {
  return (
    <section data-section="welcome">
      <p>
        {l10n.t(
          'Select text in an editor and inspect it. This view then follows the cursor and shows the token under it.',
        )}
      </p>
      <Button
        primary={!sideNotices(state).some(({ primary }) => primary)}
        onPress={() => act.post({ type: 'inspect' })}
      >
        {l10n.t('Inspect Selection')}
      </Button>{' '}
      <Button onPress={() => act.post({ type: 'openSample' })}>{l10n.t('Open Sample Text')}</Button>
    </section>
  );
}

function NextToken({ state }: SurfaceProps) {
  const { prediction } = state;
  const own = ownToken(state);
  if (!own || (state.model && !predicts(state.model))) return null;
  const listed = listAt(state);
  return (
    <section data-section="next-token" aria-labelledby="side-next-token">
      <header class="spread">
        <h2 id="side-next-token">{l10n.t('Next token')}</h2>
        <span class="small quiet">{filled(l10n.t('after {0}'), <TokenText token={own} />)}</span>
      </header>
      {prediction || listed ? (
        <Likeliest
          label={l10n.t('Likeliest next tokens')}
          entries={(listed ?? prediction?.top ?? []).slice(0, mostNext)}
          chosen={chosenId(state)}
        />
      ) : (
        <Pending>{missingPrediction(state)}</Pending>
      )}
    </section>
  );
}

/** The view in the side bar: the token under the cursor, in compact forms of the panel's sections. */
export function SideView(props: SurfaceProps) {
  const { state, act } = props;
  const token = chosenToken(state);
  const page = useRef<HTMLDivElement>(null);
  return (
    <>
      {!token && <h1 class="hidden">{capitalised(l10n.t('token'))}</h1>}
      <ProgressBar {...props} />
      <Notices {...props} list={sideNotices(state)} said={announcement(state)} />
      <div ref={page} class={state.outOfDate ? 'side out-of-date' : 'side'}>
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
          <TextLink onClick={() => act.post({ type: 'openPanel' })}>{l10n.t('Open in panel')}</TextLink>
        </p>
      </div>
      <Glossary of={() => page.current} />
    </>
  );
}

/** The prediction for the chosen position, made after the position before it. */
export function Expected({ state }: SurfaceProps) {
  const { run, position, text } = state;
  const own = ownToken(state);
  const entries = position === null || !run || position >= run.length ? undefined : run.likeliest[position - 1];
  if (!run || position === null || !entries || !text || !own) return null;
  // The token above is another one, so this part names the position that it is about.
  const elsewhere = isElsewhere(state);
  const surprisal = run.surprisal[position] ?? null;
  return (
    <section data-section="expected" aria-labelledby="side-expected">
      <header class="spread">
        <h2 id="side-expected">
          {elsewhere ? l10n.t('Expected ({0})', placeName(text, position)) : l10n.t('Expected here')}
        </h2>
        {surprisal !== null && (
          <span class="small quiet" data-fact="surprisal" data-value={raw(surprisal)}>
            {elsewhere
              ? filled(l10n.t('{0}: surprisal {1} bits'), <TokenText token={own} />, <>{bits(surprisal)}</>)
              : valued(l10n.t('surprisal'), l10n.t('{0} bits', bits(surprisal)))}
          </span>
        )}
      </header>
      <Likeliest
        label={l10n.t('Likeliest tokens at this position')}
        entries={entries.slice(0, mostExpected)}
        chosen={chosenId(state)}
      />
    </section>
  );
}

/** The chosen token: its name, position and facts. */
function SideToken({ state, act, token }: SurfaceProps & { readonly token: NamedToken }) {
  const { text, position, model } = state;
  const own = ownToken(state);
  const elsewhere = isElsewhere(state);
  const place = text && position !== null && !elsewhere ? placeAmong(text, position) : origin(state, token.id);
  return (
    <section data-section="token" aria-labelledby="side-token">
      <header class="spread">
        <h1 id="side-token" class="side-name clip" aria-label={tokenLabel(token)}>
          <TokenText token={token} chosen />
        </h1>
        <span class="small quiet place">{place}</span>
      </header>
      {own && elsewhere && (
        <TextLink onClick={() => act.post({ type: 'chooseToken', id: null })}>
          {filled(l10n.t('Back to {0}'), <TokenText token={own} />)}
        </TextLink>
      )}
      <Facts token={token} model={model} compact />
      {model?.sizes && isSized(token) && (
        <Histogram
          sizes={model.sizes}
          {...(model.outputSizes && { side: 'input' })}
          chosen={token}
          tokens={text?.tokens.filter(isSized) ?? []}
          vocabulary={model.vocabulary}
          compact
        />
      )}
    </section>
  );
}
