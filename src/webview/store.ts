import type { HostMessage, KeptState, PanelState, ViewChoices } from '../shared/panel';
import type { Token } from '../shared/tokens';

export const defaultView: ViewChoices = { colouring: 'surprisal', showSizes: true };

/** The state after a message. A change is merged key by key; before the first whole state there is nothing to change. */
export function receive(state: PanelState | null, message: HostMessage): PanelState | null {
  if (message.type === 'state') return message.state;
  return state && { ...state, ...message.change };
}

/** The token at the chosen position. */
export const ownToken = (state: PanelState): Token | null => (state.position === null ? null : (state.text?.tokens[state.position] ?? null));

/** Id of the chosen token. */
export const chosenId = (state: PanelState): number | undefined => state.token?.token.id ?? ownToken(state)?.id;

/** Whether the chosen token is another than the position's own. */
export function isElsewhere(state: PanelState): boolean {
  const own = ownToken(state);
  return own !== null && state.token !== null && state.token.token.id !== own.id;
}

/** What a reload of the window needs to bring the panel back; null while nothing is inspected. */
export function kept(state: PanelState, view: ViewChoices): KeptState | null {
  const { source, options, position, token } = state;
  if (!source) return null;
  const { uri, start, end } = source;
  const { context, plain, centred } = options;
  const tokenId = token && token.token.id !== ownToken(state)?.id ? token.token.id : null;
  return { uri, start, end, options: { context, plain, centred }, position, tokenId, view };
}
