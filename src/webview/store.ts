import type { KeptState, ViewChoices } from '../shared/kept';
import type { HostMessage, PanelState, SideState } from '../shared/panel';
import type { NamedToken, Token } from '../shared/tokens';

/** The state of the panel or of the side bar. Only the side bar can be pinned. */
export type DrawnState = PanelState & Partial<Pick<SideState, 'pinned'>>;

/** The state after a message. Changes before the first whole state are dropped. */
export function receive(state: DrawnState | null, message: HostMessage): DrawnState | null {
  if (message.type === 'state') return message.state;
  return message.type === 'change' ? state && { ...state, ...message.change } : state;
}

/** Whether another text is inspected, which is read from its top. An edit only moves a text. */
export const isOtherText = (before: PanelState['source'], now: PanelState['source']): boolean =>
  now !== null && (before?.uri !== now.uri || before.excerpt !== now.excerpt);

export const ownToken = (state: PanelState): Token | null =>
  state.position === null ? null : (state.text?.tokens[state.position] ?? null);

/** The chosen token, from the text until the engine has answered. */
export const chosenToken = (state: PanelState): NamedToken | null => state.token?.token ?? ownToken(state);

export const chosenId = (state: PanelState): number | undefined => chosenToken(state)?.id;

/** Whether the chosen token is not the one at the chosen position. */
export function isElsewhere(state: PanelState): boolean {
  const own = ownToken(state);
  return own !== null && state.token !== null && state.token.token.id !== own.id;
}

/** The state that restores the panel after the window reloads. */
export function kept(state: PanelState, view: ViewChoices): KeptState | null {
  const { source, options, position, token } = state;
  if (!source) return null;
  const { uri, start, end } = source;
  const { context, plain, chat, centred, space, colouring } = options;
  const tokenId = token && token.token.id !== ownToken(state)?.id ? token.token.id : null;
  return { uri, start, end, options: { context, plain, chat, centred, space, colouring }, position, tokenId, view };
}
