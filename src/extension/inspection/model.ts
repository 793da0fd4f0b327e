import { isRefused } from '../../shared/errors';
import { loadKey, predicts, type LoadRequest, type ModelInfo } from '../../shared/model';
import type { UpcomingModel } from '../../shared/panel';
import { isChosenKnown, withAnswer, without } from './answers';
import { type Event, type Slot, type Stepped, stageSlots, type StageSlot } from './events';
import { nowOf } from './now';
import { loadOf, second } from './second';
import { stageOf } from './stage';
import { leaveOf, noChoice, noLooking, underWay, type Memory, type State, type World } from './state';
import { DownloadNeeded } from './surroundings';
import { again, sameChoice, stopped, wentBack } from './text';

const itself = { by: 'itself' } as const;
const only = (state: State): Stepped => [state, []];

/** Whether the settings name another model than the numbers come from. */
const isOther = ({ numbersOf }: State, { wanted }: World): boolean =>
  numbersOf !== null && numbersOf.key !== loadKey(wanted);

/** Whether the text was never sent to the server that is named: an option is no yes to that. */
export function isUnsent(state: State, { wanted }: World): boolean {
  const isHeld = underWay(state)?.cause.by === 'itself' || state.ended?.kind === 'not-downloaded';
  return wanted.server !== undefined && isHeld;
}

/** The settings name another model, or another number of threads. */
export const settingsChanged = (state: State, world: World): State =>
  underWay(state) || (state.shown && state.memory) ? again(state, world, itself) : state;

/** Somebody needs the model. A text that waits for it here is inspected first. */
export function needed(state: State, how: { readonly told: boolean; readonly asks?: boolean }, world: World): State {
  const { ended, shown, wish } = state;
  const isNotDownloaded = ended?.kind === 'not-downloaded';
  // Where nothing is shown, the panel's offer to download says enough. Beside numbers a click must be answered.
  const asks = how.asks ?? (!isNotDownloaded || shown !== null);
  if (nowOf(state, world).isHere) return state;
  const waits = wish !== null && (isNotDownloaded || isOther(state, world));
  const next = { ...state, needs: { told: how.told }, asks, loadError: null };
  // Another server would get the text with another model.
  return waits && !world.wanted.server ? { ...again(next, world, itself, asks), needs: next.needs } : next;
}

/** The user agrees to the download of the model, or tries again. That is no yes to sending a text. */
export function agreed(before: State, world: World): State {
  const { ended, wish } = before;
  const isWaiting = ended?.kind === 'not-downloaded';
  // What has been edited since is not what the user let go.
  const isEdited = ended !== null && wish?.tracked.changed;
  const cause = wish && ((isWaiting || isEdited) && world.wanted.server ? itself : wish.cause);
  const state = { ...before, ended: null, wish: wish && cause && { ...wish, cause } };
  const anew = isWaiting && wish?.isDone && cause ? again({ ...state, ended }, world, cause) : state;
  if (nowOf(anew, world).isHere) return anew;
  return { ...anew, yes: loadKey(world.wanted), asks: false, needs: { told: true }, loadError: null };
}

/** The user gives up what goes on. */
export function cancelled(state: State, isFetching: boolean, inFlight: ReadonlySet<Slot>): Stepped {
  const ended = { kind: 'cancelled', ...(isFetching && { fetching: true as const }) } as const;
  const next = stopped(without(state, 'describe'), ended);
  const [left, effects] = inFlight.has('loadOther') ? only(next) : withoutSecond(next, null, inFlight);
  return [{ ...left, yes: null, loadError: null, isDying: false }, effects];
}

/** What is known of the model before it is read. Nobody may have agreed to its download. */
export function described(
  state: State,
  { download }: UpcomingModel,
  { wanted }: World,
  inFlight: ReadonlySet<Slot>,
): Stepped {
  if (!download || state.yes === loadKey(wanted)) return only(state);
  const next = stopped(state, { kind: 'not-downloaded', ...download });
  const [left, effects] = withoutSecond(without(next, 'describe'), null, inFlight);
  const asks = state.asks ? [{ do: 'askDownload', download } as const] : [];
  return [{ ...left, loadError: new DownloadNeeded(download) }, [...asks, ...effects]];
}

/** A second model waits for the first in vain. The one before it stays, unless the engine has released it. */
function withoutSecond(state: State, said: string | null, inFlight: ReadonlySet<Slot>): Stepped {
  const { second: now, memory } = state;
  if (now.is !== 'wanted' && now.is !== 'comingBack') return only(state);
  if (now.is === 'wanted' && now.before && memory && !now.isReleased && !inFlight.has('loadOther'))
    return only({ ...state, second: { is: 'held', held: now.before, inTurn: null, said } });
  const why = said ?? (now.is === 'comingBack' ? now.said : null);
  const none = second(now, { type: 'loadFailed', said: why, firstIsHere: false });
  // A load may have been answered although it was given up.
  return [{ ...state, second: none }, memory ? [{ do: 'releaseOther' }] : []];
}

export function loaded(state: State, info: ModelInfo, request: LoadRequest): State {
  const memory: Memory = { key: loadKey(request), info };
  return { ...without(state, 'describe'), memory, yes: null, isDying: false };
}

/** The numbers come from the model in memory, once anybody needs it. */
function adopted(state: State, world: World): Stepped {
  const { memory, numbersOf, needs } = state;
  if (!memory || memory.key !== loadKey(world.wanted) || (!needs && !underWay(state))) return only(state);
  if (numbersOf?.key !== memory.key) return replaced(state, memory, world);
  // The engine may hold it in another way than after the load before, and its file may be another.
  return only(heldAs(numbersOf) === heldAs(memory) ? state : { ...state, numbersOf: memory });
}

/** The numbers come from another model: those of the one before must not stand under its name. */
export function replaced(state: State, numbersOf: Memory, { comparisonEnded: said }: World): Stepped {
  const isFirst = state.numbersOf === null;
  const forget = { do: 'forgetModel', isFirst } as const;
  if (isFirst) return [{ ...state, numbersOf }, [forget]];
  const { options, looking, answers, wish } = state;
  const { vector, matrices, texts, query } = looking;
  const { renderChat, describe } = answers;
  // What was found is of the model before; what is searched for is looked for in this one.
  const isFound = (answers.find?.size ?? 0) > 0;
  const chat = options.chat?.template ? { ...options.chat, template: null } : options.chat;
  const choosing = state.shown || !wish ? sameChoice(state) : wish.choosing;
  const isHeld = state.second.is === 'held' || state.second.is === 'comingBack';
  return [
    {
      ...{ ...state, numbersOf, shown: null, drawn: noChoice, exampleOf: null, options: { ...options, chat } },
      answers: { ...(renderChat && { renderChat }), ...(describe && { describe }) },
      choice: { ...state.choice, tokenId: null },
      looking: { ...noLooking, vector, matrices, texts, query: isFound ? null : query },
      second: second(state.second, { type: 'firstIsOther', said }),
      // Its text is inspected by this one, if that may have it; the inspection by the one before stays as it was.
      wish: wish && { ...wish, id: {}, chat, isDone: false, choosing, cause: wish.isDone ? itself : wish.cause },
    },
    [forget, ...(isHeld && state.memory ? [{ do: 'releaseOther' } as const] : [])],
  ];
}

const heldAs = ({ info: { notices, files, threads } }: Memory) => JSON.stringify([notices, files, threads]);

/** What is awaited most has failed. */
export function failed(
  state: State,
  { slot, key, error, thrown, said }: Extract<Event, { type: 'failed' }>,
  inFlight: ReadonlySet<Slot>,
): Stepped {
  const back = slot === 'renderChat' && isRefused(error) ? wentBack(state) : state;
  // Until it is told, nothing is asked again.
  const next = withAnswer({ ...back, isDying: false }, slot as StageSlot, { is: 'failed', key, error });
  if (slot !== 'describe' && slot !== 'load') return [next, [{ do: 'fail', error: thrown }]];
  const [left, effects] = withoutSecond(slot === 'load' ? without(next, 'describe') : next, said, inFlight);
  const rests = { ...left, loadError: thrown };
  if (underWay(state) || state.needs?.told) return [rests, [...effects, { do: 'fail', error: thrown }]];
  return [{ ...without(rests, 'describe', 'load'), needs: null }, effects];
}

/** The engine has no model any more. */
export function engineEnded(state: State, world: World, inFlight: ReadonlySet<Slot>): State {
  const { texts } = state.looking;
  const patch = texts?.patch && { ...texts.patch, isStopped: true };
  const looking = { ...state.looking, texts: texts && { ...texts, patch: patch ?? null } };
  const [wasRunning, isLoading] = [inFlight.has('bothText'), inFlight.has('loadOther')];
  const other = second(state.second, { type: 'ended', wasRunning, isLoading });
  // A file that is looked at or loaded is another engine's, or fails by itself.
  const isDying = stageSlots.slice(2).some((slot) => inFlight.has(slot));
  // A text that no server may get waits on.
  const wasBusy = nowOf(state, world).isBusy || state.needs !== null;
  const next = { ...state, looking, second: other, memory: null, life: state.life + 1, isDying };
  // An edit would load the model again, or ask for its download. Work under way loads one itself.
  if (!wasBusy) return { ...next, followsEdits: false };
  // What ended the engine would end the next one too.
  return stageSlots.some((slot) => inFlight.has(slot)) ? next : stopped(next, { kind: 'cancelled' });
}

/** What follows from any event: who needs the model, and whether all of the text is shown. */
export function settledModel(before: State, world: World): Stepped {
  // A second model needs the first.
  const isNeeded = loadOf(before.second) && !before.needs && !before.isDying && !nowOf(before, world).isHere;
  let [state, effects] = adopted(isNeeded ? { ...before, needs: { told: false }, loadError: null } : before, world);
  const { memory, needs } = state;
  const isThere = memory !== null && memory.key === loadKey(world.wanted);
  if (needs && isThere) state = { ...state, needs: null, ...(!state.wish && { ended: null }) };
  const wish = underWay(state);
  // Only what the user does next may send it.
  if (wish && wish.cause.by !== 'itself' && 'held' in leaveOf(wish, world))
    return [{ ...state, wish: { ...wish, cause: itself } }, effects];
  const now = nowOf(state, world);
  const isRun = state.shown?.ran || (memory && !predicts(memory.info));
  if (wish && state.shown?.wish.id === wish.id && isRun && isChosenKnown(now) && stageOf(state, world).is === 'done') {
    const done = { ...wish, isDone: true };
    state = { ...state, wish: done, shown: { ...state.shown, wish: done } };
    effects = [...effects, { do: 'keep' }];
  }
  return [state, effects];
}
