import type { Appended } from '../../shared/appended';
import type { Backend, BackendView } from '../../shared/backend';
import type { Chat } from '../../shared/chat/rendered';
import { chatView } from '../../shared/chat/view';
import type { Run, Tokenisation } from '../../shared/engine';
import { noInstruments } from '../../shared/instruments';
import type { PanelOptions, PanelState, RunView } from '../../shared/panel';
import { isAdded, type HowRead, type TextView } from '../../shared/place';

/** Tokens of the text that the panel draws; more of them make it slow and are not read. */
export const mostDrawn = 2000;

/** The options that are no settings, as they are before a person chooses. */
export const initialChoices: Pick<PanelOptions, 'plain' | 'chat' | 'space'> = {
  plain: false,
  chat: null,
  space: 'input',
};

/** The state as it is kept of an inspection. The instruments' numbers are large, and soon made again. */
export const withoutInstruments = (state: PanelState): PanelState => ({ ...state, ...noInstruments });

/** A panel before its first inspection. */
export const emptyState = (options: PanelOptions): PanelState => ({
  status: { kind: 'empty' },
  source: null,
  outOfDate: false,
  followsEdits: false,
  options,
  model: null,
  loaded: false,
  text: null,
  run: null,
  position: null,
  token: null,
  neighbours: null,
  prediction: null,
  found: null,
  ...noInstruments,
});

/** `chat`: the conversation whose rendered text this is. `appended`: what was put after it. */
export function textView(
  { tokens, contextCount, total, leftOut }: Tokenisation,
  { plain, limit }: HowRead,
  { chat, appended }: { readonly chat?: Chat | null; readonly appended?: Appended | undefined } = {},
): TextView {
  const drawn = tokens.slice(0, contextCount + mostDrawn);
  const notDrawn = total - (drawn.length - contextCount);
  return {
    ...{ tokens: drawn, contextCount, total, leftOut, notDrawn, read: { plain, limit } },
    ...(chat && { chat: chatView(chat, drawn) }),
    ...(appended && { appended }),
  };
}

export const runView = (run: Run, backend?: Backend): RunView => ({
  length: run.length,
  ...(backend && { backend }),
  hiddenSize: known(run.hiddenSize),
  entropy: known(run.entropy),
  surprisal: known(run.surprisal),
  ...(run.listed && {
    listed: {
      entropyAtMost: known(run.listed.entropyAtMost),
      isLeast: Array.from(run.listed.isLeast, Boolean),
    },
  }),
  likeliest: run.likeliest,
  layers: run.layers,
  ...(run.edge && { edge: run.edge }),
});

/** What the layers of a run ran on, if that is certain: on `auto` they may move meanwhile. Else a run waits for it. */
export function ranOn(before: BackendView | null, after: BackendView | null): Backend | undefined {
  const started = before?.backend ?? (after?.choice === 'auto' ? undefined : after?.backend);
  return started === after?.backend ? started : undefined;
}

/** The same for what waits for no move. */
export const stayedOn = (before: BackendView | null, after: BackendView | null): Backend | undefined =>
  // The layers begin on WebAssembly, before anything is decided.
  (before?.backend ?? 'wasm') === after?.backend ? after.backend : undefined;

const known = (values: Float64Array): readonly (number | null)[] =>
  Array.from(values, (value) => (Number.isNaN(value) ? null : value));

/** Whether h is known at a position, so that its prediction can be asked for. */
export const hasHidden = (run: Run | null, position: number | null): position is number =>
  run !== null && run.handle !== null && position !== null && position < run.length;

/** What the user looks at: a position, and a token of the vocabulary, where null is the position's own. */
export interface ViewChoice {
  readonly position: number | null;
  readonly tokenId: number | null;
  /** The user has chosen nothing yet, so the position gives way to that of the first example once that is known. */
  readonly isOurs?: true;
}

/** The last token that gets a prediction and is drawn. */
export const lastPosition = (text: TextView): number =>
  Math.max(0, Math.min(text.tokens.length, text.contextCount + text.total - text.leftOut) - 1);

/** The last position and its own token, or the choice before a reload if the text and the vocabulary still have it. */
export const firstChoice = (
  text: TextView,
  vocabulary: number,
  { position = null, tokenId = null }: Partial<ViewChoice> = {},
): ViewChoice => {
  const isKept = position !== null && position < text.tokens.length;
  const token = tokenId !== null && tokenId < vocabulary ? tokenId : null;
  return {
    position: isKept ? position : lastPosition(text),
    tokenId: token,
    ...(!isKept && token === null && { isOurs: true }),
  };
};

/** The token that begins where the chosen one began, when a text was cut anew. */
export function samePosition(before: TextView, position: number | null, after: TextView): number {
  const own = position === null ? undefined : before.tokens[position];
  const found = own
    ? after.tokens.findIndex((token) => (isAdded(own) ? isAdded(token) : token.start === own.start && !isAdded(token)))
    : -1;
  return found < 0 ? lastPosition(after) : found;
}
