import type { HostMessage, KeptState, PanelState, SideState, ViewChoices } from '../shared/panel';
import type { Token, VocabularyToken } from '../shared/tokens';

/** What either surface draws; only the side bar's state says whether it is pinned. */
export type DrawnState = PanelState & Partial<Pick<SideState, 'pinned'>>;

export const defaultView: ViewChoices = {
  showSizes: true,
  hideFragments: false,
  scopeMetric: null,
  scopeSizes: true,
  lensColouring: 'probability',
  experiment: null,
};

/**
 * The state after a message. A change is merged key by key; before the first whole state there is nothing to change.
 */
export function receive(state: DrawnState | null, message: HostMessage): DrawnState | null {
  if (message.type === 'state') return message.state;
  return state && { ...state, ...message.change };
}

/** The token at the chosen position. */
export const ownToken = (state: PanelState): Token | null =>
  state.position === null ? null : (state.text?.tokens[state.position] ?? null);

/** The chosen token; what the text says of it is known before the model was asked. */
export const chosenToken = (state: PanelState): VocabularyToken | null => state.token?.token ?? ownToken(state);

/** Id of the chosen token. */
export const chosenId = (state: PanelState): number | undefined => chosenToken(state)?.id;

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
  const { context, plain, centred, space, colouring } = options;
  const tokenId = token && token.token.id !== ownToken(state)?.id ? token.token.id : null;
  return { uri, start, end, options: { context, plain, centred, space, colouring }, position, tokenId, view };
}
