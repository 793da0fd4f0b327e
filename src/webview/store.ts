import { isWhole } from '../shared/appended';
import { longestOther, type KeptRooms, type KeptState, type ViewChoices } from '../shared/kept';
import type { HostMessage, PanelState } from '../shared/panel';
import type { NamedToken, Token } from '../shared/tokens';

/** The state after a message. Changes before the first whole state are dropped. */
export function receive(state: PanelState | null, message: HostMessage): PanelState | null {
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

function roomsOf({ vector, texts, text, steer }: PanelState): KeptRooms {
  const appended = text?.appended?.tokens.map((token) => {
    const { id, text: name, special, bytes } = token;
    return { id, text: name, special, ...(!isWhole([token]) && { bytes: [...bytes] }) };
  });
  return {
    ...(vector && !vector.fault && { vector: vector.expression }),
    ...(texts &&
      texts.text.length <= longestOther && {
        other: { text: texts.text, from: texts.from, ...(texts.appended && { appended: texts.appended }) },
      }),
    ...(appended && { appended }),
    ...(steer && !steer.fault && { steering: steer.steering }),
  };
}

/** The state that restores the panel after the window reloads. `before`: what was kept last. */
export function persistedState(state: PanelState, view: ViewChoices, before: KeptState | null): KeptState | null {
  const { source, options, text, token, run, status } = state;
  if (!source) return null;
  const { uri, start, end } = source;
  const { context, plain, chat, centred, space, colouring } = options;
  const elsewhere = token && token.token.id !== ownToken(state)?.id ? token.token.id : null;
  // What comes back is shown and asked for only once the text is there again.
  const { position, tokenId } = (!text && before) || { position: state.position, tokenId: elsewhere };
  const rooms = { ...((!run || status.kind === 'working') && before?.rooms), ...roomsOf(state) };
  const chosen = { context, plain, chat, centred, space, colouring };
  return { uri, start, end, options: chosen, position, tokenId, view, rooms };
}
