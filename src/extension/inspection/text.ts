import type { BackendView } from '../../shared/backend';
import type { Chat } from '../../shared/chat/rendered';
import type { Cause } from '../../shared/consent';
import type { Run, Tokenisation } from '../../shared/engine';
import { loadKey } from '../../shared/model';
import { sendsText } from '../served';
import { questionsOf, withAnswer, without, withoutFailures } from './answers';
import type { Effect, Event, Stepped, WantedEvent } from './events';
import { appendedText, documentText, continued } from './inspections';
import { keptPosition } from './keptInspections';
import { nowOf } from './now';
import { known, ofText } from './question';
import { readsItsText } from './questions';
import { second } from './second';
import { chatOf, textRequestOf } from './stage';
import {
  leaveOf,
  noChoice,
  noLooking,
  placeOfWish,
  readOf,
  underWay,
  type Choosing,
  type AskedByPanel,
  type TextReading,
  type ShownChoice,
  type State,
  type Wish,
  type World,
} from './state';
import { patience } from './status';
import { keyOf, samePlace, type Subject } from './subject';
import { TrackedText } from './trackedText';
import { firstChoice, lastPosition, ranOn, runView, textView, type ViewChoice } from './views';

/** Milliseconds after the last edit until a text that is followed is inspected again. */
const pause = 300;
const stale: Effect = { do: 'after', slot: 'stale', milliseconds: patience, event: { type: 'stale' } };

/** Begins an inspection; one that would give the same numbers as the last does nothing. */
export function begun(earlier: State, wanted: WantedEvent, world: World): State {
  const before = withoutFailures(earlier);
  const { subject, tracked, chat, cause, choosing, asks, predictsFirst = false } = wanted;
  const { wish, shown } = before;
  const options = chat === before.options.chat ? before.options : { ...before.options, chat };
  const state = { ...before, options };
  const key = keyOf(subject, state.options, loadKey(world.wanted), state.backends.changes);
  // A document that was closed and opened again counts its versions anew.
  const isSame = wish?.key === key && subject.text === wish.subject.text && subject.before === wish.subject.before;
  const looking = { ...state.looking, ablation: null, steering: null };
  const isHeld = wish && !wish.isDone && 'held' in leaveOf(wish, world);
  // A server has forgotten the run with its model, and gets the text again if the user asks.
  const isLost = wish?.isDone && cause.by !== 'itself' && sendsText(world.wanted) && shown?.ran?.life !== before.life;
  if (wish && isSame && !before.ended && !before.refusal && !isHeld && !isLost) return { ...state, looking };
  // A text that was never shown is tried again where it was to be looked at.
  const isTry = choosing.to === 'same' && wish && shown?.wish.id !== wish.id;
  const next: Wish = {
    ...{ id: {}, subject, tracked, chat, cause, predictsFirst, key, isDone: false },
    choosing: isTry ? wish.choosing : choosing,
    before: wish && { id: wish.id, chat: before.options.chat },
  };
  return { ...state, ...{ wish: next, ended: null, refusal: null, asks, loadError: null, looking } };
}

/** The text of before once more. */
export const again = (state: State, world: World, cause: Cause, asks = true): State =>
  state.wish
    ? begun(
        state,
        { ...sameText(state.wish), chat: state.options.chat, cause, asks, choosing: sameChoice(state) },
        world,
      )
    : state;

const sameText = ({ subject, tracked }: Wish) => ({ subject: { ...subject, ...tracked.range }, tracked });

export function sameChoice({ shown, wish }: State, grows = false): Choosing {
  const from = shown && { text: readOf(shown), view: shown.text };
  return from || wish?.choosing.to !== 'same' ? { to: 'same', from, grows } : wish.choosing;
}

/** The text that was read for an inspection. What was appended stays if the text reads the same. */
export function read(
  before: State,
  { cause, asks, resumed, grows }: TextReading,
  subject: Subject,
  world: World,
): State {
  const state = { ...before, reading: null };
  const { wish } = state;
  if (resumed) {
    const { appended, ...how } = resumed;
    const whole = continued(subject, appended);
    return begun(state, { subject: whole, tracked: new TrackedText(subject), cause, asks, ...how }, world);
  }
  if (!wish) return state;
  const { otherSelections, wholeLine, appended } = wish.subject;
  const isSame = appended && subject.text === documentText(wish.subject);
  const text = { ...(isSame ? continued(subject, appended.tokens) : subject), otherSelections, wholeLine };
  const choosing = sameChoice(state, grows);
  return begun(
    state,
    { subject: text, tracked: new TrackedText(subject), chat: state.options.chat, cause, asks, choosing },
    world,
  );
}

/** The tokens of the text are here. */
export function cut(state: State, wish: Wish, tokenisation: Tokenisation, world: World): Stepped {
  const { memory, options, shown: before } = state;
  const leave = leaveOf(wish, world);
  // The settings name a server meanwhile, so it is cut anew by the model that may have it.
  if ('held' in leave) return [state, []];
  const { subject, chat: how } = wish;
  const rendering = how && ofText('renderChat', memory, leave, chatOf(documentText(subject), how), true);
  const found = rendering ? known<Chat>(state.answers.renderChat, rendering) : null;
  const added = appendedText(subject);
  const chat = found && { ...found, text: found.text + added };
  const request = textRequestOf(wish, state, chat && chat.text);
  const appended = subject.appended && { ...subject.appended, from: request.text.length - added.length };
  const text = textView(tokenisation, request, { chat, appended });
  const key = keyOf(subject, options, memory?.key, state.backends.changes);
  const shown: ShownChoice = {
    ...{ wish: { ...wish, key }, request, text, ran: null, startedOn: world.backend },
    ...(chat && { rendered: chat.text }),
    hasContext: options.context && how === null,
  };
  const choice = chosenIn(state, wish, shown, memory?.info.vocabulary ?? 0);
  const { choosing } = wish;
  const last = before ? readOf(before) : choosing.to === 'same' ? choosing.from?.text : undefined;
  const differs = last !== readOf(shown);
  const drawn: AskedByPanel = { ...state.drawn, position: choice.position, prediction: null };
  return [withNewText({ ...state, wish: shown.wish, shown }, { choice, differs }, drawn), [stale]];
}

function chosenIn({ choice }: State, { choosing }: Wish, shown: ShownChoice, vocabulary: number): ViewChoice {
  const { text } = shown;
  if (choosing.to === 'first') return firstChoice(text, vocabulary, choosing);
  if (choosing.to === 'last') return { position: lastPosition(text), tokenId: null };
  const { from, grows } = choosing;
  const { isOurs, ...chosen } = choice;
  if (!from) return { ...chosen, position: lastPosition(text) };
  const now = readOf(shown);
  // What is written at the end is gone on with.
  const isLonger = grows && now.length > from.text.length && now.startsWith(from.text);
  const position = isLonger ? lastPosition(text) : keptPosition(from, chosen.position, { text: now, view: text });
  // While a text is followed, the examples change with every edit.
  return { ...chosen, ...(isOurs && (!grows || now === from.text) && { isOurs }), position };
}

/** The run of the text has ended. */
export function ran(state: State, shown: ShownChoice, run: Run, backend: BackendView | null): State {
  const view = runView(run, ranOn(shown.startedOn, backend));
  return { ...state, shown: { ...shown, ran: { run, view, life: state.life } } };
}

/** The parameters that an inspection leaves as they are, or takes with the text of before. */
export function withNewText(
  state: State,
  {
    choice,
    differs,
    isSameRun = false,
  }: { readonly choice: ViewChoice; readonly differs: boolean; readonly isSameRun?: boolean },
  drawn: AskedByPanel,
): State {
  const { axis } = state.looking;
  const reads = axis.kind === 'residual' || (axis.kind === 'vector' && readsItsText(axis.expression));
  // An axis was chosen for one text, but a vector of the user's own was made for none.
  const turned = differs && {
    ...{ side: undefined, against: null },
    ...(axis.kind !== 'vector' && { axis: { kind: 'token' } as const }),
  };
  // All that is drawn of one run is kept together.
  const ofRun = isSameRun ? [] : (['lens', 'patch'] as const);
  const shown = without(state, ...ofRun, ...(reads && !isSameRun ? (['scope', 'axis'] as const) : []));
  const looking = { ...state.looking, ablation: null, steering: null, history: noLooking.history, ...turned };
  const { second: other } = state;
  return { ...shown, ...{ looking, choice, drawn, exampleOf: null }, second: second(other, { type: 'text', differs }) };
}

/** The work ends. The numbers of an earlier text at another place go. */
export function stopped(state: State, ended: State['ended']): State {
  const { wish, shown } = state;
  const isElsewhere = wish && shown && !samePlace(placeOfWish(wish), placeOfWish(shown.wish));
  const next = { ...state, ended, needs: null };
  if (!isElsewhere) return next;
  return { ...next, shown: null, drawn: { ...state.drawn, position: null, prediction: null } };
}

/** A text could not be rendered, so the one at another place that is still shown stays. */
export function wentBack(state: State): State {
  const { wish, shown } = state;
  if (!wish || !shown || wish.before?.id !== shown.wish.id || samePlace(placeOfWish(wish), placeOfWish(shown.wish)))
    return state;
  return { ...state, wish: { ...shown.wish, isDone: true }, options: { ...state.options, chat: wish.before.chat } };
}

/**
 * The text that the predictions on the page belong to, whatever became of an attempt to make it longer or shorter; null
 * while another is on its way, or where the document reads differently by now.
 */
export function shownText(state: State): Wish | null {
  const { wish, shown } = state;
  if (!wish || !shown || !samePlace(placeOfWish(wish), placeOfWish(shown.wish))) return null;
  const [now, before] = [wish.subject, shown.wish.subject];
  return documentText(now) !== documentText(before) ||
    (underWay(state) && now.appended?.tokens !== before.appended?.tokens)
    ? null
    : shown.wish;
}

/** An earlier inspection is shown as it was left. */
export function restored(state: State, event: Extract<Event, { type: 'restored' }>, world: World): Stepped {
  const { shown, choice, drawn, answers, options, recorded = [], ended = null } = event;
  const differs = !state.shown || readOf(state.shown) !== readOf(shown);
  const wish = { ...shown.wish, isDone: true };
  const texts = differs ? null : state.looking.texts;
  const clean = { ...state, ...{ reading: null, refusal: null, needs: null, ended, wish, shown: { ...shown, wish } } };
  const next = withNewText(
    { ...clean, looking: { ...state.looking, texts, query: null } },
    { choice, differs, isSameRun: state.shown?.request === shown.request },
    drawn,
  );
  const both = { ...next, options, exampleOf: shown.request, answers: joined(next.answers, answers) };
  // What had failed when it was left is tried again.
  const known = withoutFailures(both);
  const all = recorded.reduce<State>((state, [name, value]) => {
    const key = questionsOf(name, nowOf(state, world))[0]?.key;
    return key === undefined ? state : withAnswer(state, name, { is: 'known', key, value });
  }, known);
  const ends = state.looking.texts && !texts && state.memory;
  return [all, [...(ends ? [{ do: 'endTexts' } as const] : [])]];
}

/** What was known of it then, and what is known since. */
const joined = (now: State['answers'], past: State['answers']): State['answers'] => ({
  ...now,
  ...Object.fromEntries(Object.entries(past).map(([name, all]) => [name, new Map([...all, ...(now[name] ?? [])])])),
});

/** Nothing is inspected any more; the model and the options stay. */
export function reset(state: State): Stepped {
  const { vector, matrices, texts } = state.looking;
  const looking = { ...noLooking, vector, matrices };
  const none = { wish: null, reading: null, shown: null, ended: null, refusal: null, needs: null, followsEdits: false };
  return [
    { ...state, ...none, looking, choice: { position: null, tokenId: null }, drawn: noChoice, exampleOf: null },
    texts && state.memory ? [{ do: 'endTexts' }] : [],
  ];
}

const isOldNow = ({ shown }: State): boolean =>
  shown !== null && (shown.wish.tracked.changed || (shown.hasContext && shown.wish.tracked.contextChanged));

/** A document of the text was edited, or options that its numbers depend on have changed. */
export function edited(before: State): Stepped {
  const state = withAge(before);
  const { shown, ended, wish, isOld } = state;
  const effects: readonly Effect[] = state.followsEdits
    ? [
        isOld
          ? { do: 'after', slot: 'follow', milliseconds: pause, event: { type: 'followed' } }
          : { do: 'drop', slot: 'follow' },
      ]
    : [];
  // The text reads again as it did, so a failure to inspect the edited one no longer matters.
  const isBack = before.isOld && !isOld && ended?.kind === 'failed' && shown?.wish.isDone && wish && !state.reading;
  return [isBack ? { ...state, ended: null, wish: shown.wish } : state, effects];
}

export const withAge = (state: State): State => {
  const isOld = isOldNow(state);
  return isOld === state.isOld ? state : { ...state, isOld };
};

/** A text is kept inspected while it is edited, or no longer. No server gets it at every edit. */
export function following(state: State, on: boolean, { wanted }: World): Stepped {
  const { wish } = state;
  const isServed = on && sendsText(wanted);
  const followsEdits = on && wish !== null && !isServed;
  const refused: readonly Effect[] = isServed ? [{ do: 'refuseFollowing' }] : [];
  const next = { ...state, followsEdits };
  if (!followsEdits || !state.isOld) return [next, [{ do: 'drop', slot: 'follow' }, ...refused]];
  return [followed(next), [{ do: 'drop', slot: 'follow' }]];
}

/** The text is read again after a pause in typing. A text that is deleted may be written anew. */
export function followed(state: State): State {
  const { wish, isOld } = state;
  const place = wish && placeOfWish(wish);
  if (!place || !isOld || place.start === place.end) return state;
  return { ...state, reading: { id: {}, place, cause: { by: 'itself' }, asks: true, resumed: null, grows: true } };
}
