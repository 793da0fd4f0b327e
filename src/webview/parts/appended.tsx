import * as l10n from '@vscode/l10n';
import { isWhole } from '../../shared/appended';
import type { ContinuedPath } from '../../shared/instruments';
import type { PanelState } from '../../shared/panel';
import type { Actions } from '../actions';
import { Button } from '../controls';
import { TokenText } from './text';
import { filled } from './words';

interface InsertProps {
  readonly state: PanelState;
  readonly act: Actions;
  /** Goes on after what was appended. */
  readonly path?: ContinuedPath;
}

/** A document has no place for what follows a conversation, and none for parts of characters. */
export function InsertIntoDocument({ state: { text, outOfDate }, act, path }: InsertProps) {
  const tokens = [...(text?.appended?.tokens ?? []), ...(path?.steps.map(({ token }) => token) ?? [])];
  if (outOfDate || text?.chat || !isWhole(tokens)) return null;
  return (
    <Button onPress={() => act.post({ type: 'insertAppended', ...(path && { path: path.id }) })}>
      {l10n.t('Insert into the Document')}
    </Button>
  );
}

/** What was put after the inspected text, and how to take it off. */
export function AppendedTokens({ state, act }: { readonly state: PanelState; readonly act: Actions }) {
  const { text } = state;
  if (!text?.appended) return null;
  const list = text.appended.tokens.map((token) => <TokenText token={token} named={false} />);
  return (
    <div class="row centre above appended-tokens" data-value={list.length}>
      <p class="note">
        {filled(l10n.t('Added after your text: {0}. Backspace removes the last one.'), <span>{list}</span>)}
      </p>
      <Button onPress={() => act.post({ type: 'takeOff' })}>{l10n.t('Remove Last')}</Button>
      <InsertIntoDocument state={state} act={act} />
    </div>
  );
}

/** Fields in which Backspace has a meaning of its own. */
const fields = 'input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, select';

/** Calls `takeOff` for Backspace outside of fields, if there is something to take off. */
export function listenForBackspace(page: Document, state: () => PanelState | null, takeOff: () => void): void {
  page.addEventListener('keydown', (event) => {
    const { key } = event;
    if (key !== 'Backspace' || event.ctrlKey || event.metaKey || event.altKey || !state()?.text?.appended) return;
    const [target] = event.composedPath();
    if (target instanceof Element && target.matches(fields)) return;
    event.preventDefault();
    takeOff();
  });
}
