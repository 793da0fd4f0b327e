import type { Chat } from '../../shared/chat/rendered';
import { chatRequest, type ChatOptions } from '../../shared/chat/view';
import type { Clearance } from '../../shared/consent';
import { loadKey, predicts } from '../../shared/model';
import { serverPlace } from '../../shared/modelName';
import type { PanelStatus, UpcomingModel } from '../../shared/panel';
import { isChosenKnown } from './answers';
import type { StageSlot } from './events';
import { appendedText, documentText } from './inspections';
import { nowOf } from './now';
import { known, memo, ofModel, ofText, type Question } from './question';
import { leaveOf, underWay, type State, type Wish, type World } from './state';
import { textRequest, type Subject } from './subject';
import { mostDrawn } from './views';

/** What an inspection needs next, or why it rests: the first answer that is missing says where it is. */
export type Stage =
  | { readonly is: 'done' }
  /** The text may not go to this server, or no more is needed. */
  | { readonly is: 'rests'; readonly status: PanelStatus }
  | { readonly is: 'asks'; readonly slot: StageSlot; readonly question: Question }
  /** For the numbers of what is chosen. */
  | { readonly is: 'waits' };

/** These are one object for as long as their parts are: a question about them keeps its key. */
export const chatOf = memo((text: string, options: ChatOptions) => chatRequest(text, options));
export const textRequestOf = (
  { id, subject }: Wish,
  { options, memory }: Pick<State, 'options' | 'memory'>,
  rendered: string | null,
) => {
  const { context, contextTokens, plain, limit } = options;
  // A server may not say how many there are.
  const vocabulary = memory?.info.vocabulary || undefined;
  return requested(id, subject, rendered, vocabulary, context, contextTokens, plain, limit);
};
const requested = memo(
  (
    _: object,
    subject: Subject,
    rendered: string | null,
    vocabulary: number | undefined,
    ...[context, contextTokens, plain, limit]: [boolean, number, boolean, number]
  ) =>
    textRequest(
      rendered === null ? subject : { ...subject, rendered },
      { context, contextTokens, plain, limit },
      vocabulary,
    ),
);

export function stageOf(state: State, world: World): Stage {
  const { wanted } = world;
  const text = underWay(state);
  const leave = text && leaveOf(text, world);
  const held = leave && 'held' in leave ? leave.held : null;
  if (!state.needs && (!text || held))
    return held ? { is: 'rests', status: { kind: 'not-sent', server: serverPlace(held) } } : { is: 'done' };
  if (state.memory?.key !== loadKey(wanted)) {
    const looked = ofModel('describe', null, wanted, true);
    const slot = known(state.answers.describe, looked) ? 'load' : 'describe';
    return { is: 'asks', slot, question: ofModel(slot, null, wanted, true) };
  }
  return text && leave && 'clearance' in leave ? stageOfText(state, world, text, leave) : { is: 'done' };
}

/** Of a text that may go to the model in memory. */
function stageOfText(state: State, world: World, wish: Wish, leave: { readonly clearance: Clearance }): Stage {
  const { memory, shown, answers } = state;
  if (shown?.wish.id !== wish.id) {
    const { subject, chat } = wish;
    const render = chat && ofText('renderChat', memory, leave, chatOf(documentText(subject), chat), true);
    const rendered = render && known<Chat>(answers.renderChat, render);
    if (render && !rendered) return { is: 'asks', slot: 'renderChat', question: render };
    const request = textRequestOf(wish, state, rendered && rendered.text + appendedText(subject));
    const cut = ofText('tokenise', memory, leave, { ...request, most: mostDrawn }, true, { of: request });
    return { is: 'asks', slot: 'tokenise', question: cut };
  }
  const now = nowOf(state, world);
  const isRun = shown.ran !== null || (memory !== null && !predicts(memory.info));
  if (!isRun && (wish.predictsFirst || isChosenKnown(now)))
    return {
      is: 'asks',
      slot: 'run',
      question: ofText('run', memory, leave, shown.request, true, { of: shown.request }),
    };
  return isRun && isChosenKnown(now) ? { is: 'done' } : { is: 'waits' };
}

/** What goes on, for the status; null if nothing does. */
export function workOf(state: State, world: World) {
  const stage = stageOf(state, world);
  const { opening } = state;
  if (stage.is !== 'asks' && stage.is !== 'waits')
    return opening && { what: 'loading' as const, model: { name: opening.name, bytes: null }, isOther: true };
  const isLoading = stage.is === 'asks' && (stage.slot === 'describe' || stage.slot === 'load');
  const looked = known<UpcomingModel>(state.answers.describe, ofModel('describe', null, world.wanted, true));
  return {
    what: isLoading ? ('loading' as const) : ('running' as const),
    model: isLoading ? looked : null,
    isOther: isLoading && state.numbersOf !== null && state.numbersOf.key !== loadKey(world.wanted),
  };
}

const ready: PanelStatus = { kind: 'ready' };
const empty: PanelStatus = { kind: 'empty' };

/** What the panel says while nothing goes on. */
export function restOf(state: State, world: World): PanelStatus {
  const stage = stageOf(state, world);
  const { refusal, ended, wish } = state;
  return refusal ?? ended ?? (stage.is === 'rests' ? stage.status : wish?.isDone ? ready : empty);
}

/** Whether an answer is awaited that the inspection or the model needs. */
export function isUnderWay(state: State, world: World): boolean {
  const { is } = stageOf(state, world);
  return is === 'asks' || is === 'waits';
}
