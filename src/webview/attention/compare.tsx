import * as l10n from '@vscode/l10n';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { PanelState } from '../../shared/panel';
import type { Actions } from '../actions';
import { Button } from '../controls';
import { comparedOf, comparisonId, pushedToken } from '../parts/compared';
import { passFocus } from '../parts/roving';
import { useIntoSight, useInSight } from '../parts/sight';
import { Sentence, TextLink } from '../parts/text';
import { TokenSearch } from '../parts/tokenSearch';
import { words } from '../parts/words';
import { Pending } from '../section';
import { chosenId } from '../store';
import { Difference } from './difference';

/** Links the heads to the comparison that their pushes belong to, or to the place where one starts. */
export function CompareLink({ state, act }: { readonly state: PanelState; readonly act: Actions }) {
  const pushed = pushedToken(state);
  const compared = comparedOf(state);
  if (!pushed && !compared) return null;
  return (
    <p class="row compare-line small quiet">
      {compared && (
        <span>
          <Sentence
            words={words(
              l10n.t('The pushes here are on the logit of {0} minus that of {1}.'),
              compared.output,
              compared.against,
            )}
            chosen={chosenId(state)}
          />
        </span>
      )}
      <TextLink onClick={() => act.goTo('next-token', comparisonId)}>
        {compared ? l10n.t('Show why in Next token') : l10n.t('Compare two tokens in Next token')}
      </TextLink>
    </p>
  );
}

/** The comparison of two tokens, and the field that starts one. */
export function AblationComparison({ state, act }: { readonly state: PanelState; readonly act: Actions }) {
  const { against, journey, model } = state;
  const box = useRef<HTMLDivElement>(null);
  const pair = journey?.pair?.against.id === against ? journey?.pair : undefined;
  useIntoSight(box, '.comparison-answer', against === null ? null : String(against), pair !== undefined);
  return (
    <div id={comparisonId} class="comparison" tabIndex={-1} ref={box}>
      <CompareLine state={state} act={act} />
      {against !== null && (
        <Answer act={act}>
          {journey && pair ? (
            <Difference
              journey={journey}
              pair={pair}
              capped={model?.trunk?.logitCap !== undefined}
              chosen={chosenId(state)}
            />
          ) : (
            <Pending>{l10n.t('Computing.')}</Pending>
          )}
        </Answer>
      )}
    </div>
  );
}

/** Requests the journey while it is in sight: it holds the numbers of both tokens. */
function Answer({ act, children }: { readonly act: Actions; readonly children: ComponentChildren }) {
  const ref = useInSight<HTMLDivElement>((journey) => act.see({ journey }));
  return (
    <div class="comparison-answer above" ref={ref}>
      {children}
    </div>
  );
}

/** Names the compared tokens, ends the comparison, or finds a token to compare with. */
export function CompareLine({ state, act }: { readonly state: PanelState; readonly act: Actions }) {
  const pushed = pushedToken(state);
  const compared = comparedOf(state);
  if (!pushed && !compared) return null;
  const chosen = chosenId(state);
  return (
    <div class="row centre compare-line">
      {compared ? (
        <>
          <span class="strong">
            <Sentence words={words(l10n.t('{0} against {1}'), compared.output, compared.against)} chosen={chosen} />
          </span>
          <Button
            onPress={(event) => {
              passFocus(event, 'section', 'h2');
              act.post({ type: 'compareWith', id: null });
            }}
          >
            {l10n.t('End the comparison')}
          </Button>
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
        placeholder={l10n.t('Find a Token')}
        onChoose={(id) => act.post({ type: 'compareWith', id })}
        act={act}
      />
    </div>
  );
}
