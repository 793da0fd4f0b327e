import type { OtherModel } from '../../shared/both';
import type { Contrasts } from '../../shared/contrasts';
import type { LoadRequest, ModelInfo, Run, Tokenisation } from '../../shared/engine';
import { isRefused } from '../../shared/errors';
import { loadKey } from '../../shared/model';
import type { UpcomingModel } from '../../shared/panel';
import { translated } from '../../shared/said';
import { sendsText } from '../served';
import {
  chosenEntries,
  drawnLate,
  questionsOf,
  withAnswer,
  withAxis,
  withDrawn,
  withoutFailures,
  withoutStaleToken,
  withVisit,
} from './answers';
import {
  stageSlots,
  type Effect,
  type Event,
  type Slot,
  type StageSlot,
  type Stepped,
  lookingIntents,
  type LookingIntent,
} from './events';
import { late, looked, looking, released, withTexts } from './looking';
import * as model from './model';
import { nowOf } from './now';
import { failure, memo, needsRun, ofPlace, type Answers, type Question } from './question';
import { questions, type EntryName } from './questions';
import { heldOf, loadOf, noSecond, second } from './second';
import { stageOf } from './stage';
import { noChoice, underWay, type State, type World } from './state';
import type { Subject } from './subject';
import * as text from './text';

const only = (state: State): Stepped => [state, []];

/** Events of a person: what failed is tried again. */
const tries: ReadonlySet<Event['type']> = new Set<Event['type']>([
  ...(['inspect', 'again', 'need', 'agree', 'restored', 'choose', 'compare', 'settings', 'follow'] as const),
  ...lookingIntents.filter((name) => name !== 'inView'),
]);

const isLooking = (event: Event): event is LookingIntent => lookingIntents.some((name) => name === event.type);

export function step(before: State, event: Event, world: World, inFlight: ReadonlySet<Slot>): Stepped {
  const state = tries.has(event.type) ? withoutFailures(before) : before;
  const [stepped, effects] = changed(state, event, world, inFlight);
  return settled(stepped, effects, world, before.drawn.position);
}

function changed(state: State, event: Event, world: World, inFlight: ReadonlySet<Slot>): Stepped {
  if (isLooking(event)) return looked(state, event, world);
  switch (event.type) {
    case 'world':
      return only(state);
    case 'inspect':
      // What goes on after the shown text does not replace one that is read meanwhile.
      return only(text.begun(event.wanted.predictsFirst ? state : { ...state, reading: null }, event.wanted, world));
    case 'read':
      return only({ ...state, reading: { id: {}, ...event.reading } });
    case 'options':
      return only({ ...state, options: event.options });
    case 'again': {
      const { options } = event;
      return only(
        text.again({ ...state, options }, world, model.isUnsent(state, world) ? { by: 'itself' } : event.cause),
      );
    }
    case 'settings':
      return only(model.settingsChanged(state, world));
    case 'need':
      return only(model.needed(state, event, world));
    case 'agree':
      return only(model.agreed(state, world));
    case 'cancel':
      return cancelled(state, event.isFetching, world, inFlight);
    case 'opening':
      return only({ ...state, opening: event.opening });
    case 'edited':
      return text.edited(state);
    case 'followed':
      return only(sendsText(world.wanted) ? { ...state, followsEdits: false } : text.followed(state));
    case 'follow':
      return text.following(state, event.on, world);
    case 'backend': {
      const { backends } = state;
      const name = event.backend?.backend ?? backends.name;
      return only(name === backends.name ? state : { ...state, backends: { name, changes: backends.changes + 1 } });
    }
    case 'refuse':
      return only({ ...state, refusal: event.failure && { kind: 'failed', ...event.failure } });
    case 'reported':
      return only(text.stopped(state, { kind: 'failed', ...event.failure }));
    case 'restored': {
      const isOther = event.numbersOf.key !== state.numbersOf?.key;
      // A second model that waits for another first one would have this inspection made again by that.
      const isAlone = state.second.is === 'wanted' && event.numbersOf.key !== loadKey(world.wanted);
      const here = isAlone ? { ...state, second: noSecond } : state;
      const [bare, before] = isOther ? model.replaced(here, event.numbersOf, world) : only(here);
      const effects = isAlone ? [...before, ...released(state)] : before;
      const [next, more] = text.restored(bare, event, world);
      // What is said of a comparison that has just ended is no older sentence.
      return [{ ...next, second: isOther ? bare.second : next.second }, [...effects, ...more]];
    }
    case 'reset':
      return text.reset(state);
    case 'ended':
      return only(model.engineEnded(state, world, inFlight));
    case 'choose':
      return [{ ...state, choice: event.choice }, [late]];
    case 'drawAtOnce':
      return only({ ...state, drawn: { ...noChoice, position: state.choice.position } });
    case 'late':
      return only(drawnLate(state, world));
    case 'stale':
      return only(withoutStaleToken(state, world));
    case 'compare':
      return only({ ...state, second: second(state.second, { ...event, isLoading: inFlight.has('loadOther') }) });
    case 'scaled':
      return only({ ...state, second: second(state.second, event) });
    case 'progress':
      return only({ ...state, progress: { ...state.progress, [event.slot]: event } });
    case 'answered':
      return answered(
        { ...withoutProgress(state, event.slot), isDying: state.isDying && !isStage(event.slot) },
        event,
        world,
        inFlight,
      );
    case 'dropped':
      return dropped(withoutProgress(state, event.slot), event.slot, inFlight);
    case 'failed':
      return failed(withoutProgress(state, event.slot), event, world, inFlight);
  }
}

function withoutProgress(state: State, slot: Slot): State {
  const { [slot]: _, ...progress } = state.progress;
  return { ...state, progress };
}

/** What follows from any event. */
function settled(before: State, effects: readonly Effect[], world: World, drawnAt: number | null): Stepped {
  const drawn = withDrawn(withTexts(before, world), world);
  const known = withVisit(withAxis(drawn, drawnAt), world);
  const [next, more] = model.settledModel(known, world);
  let state = text.withAge(next);
  const { isHere, isBusy } = nowOf(state, world);
  // Its predictions come first.
  if (state.second.is === 'gone' && isHere && !isBusy)
    state = { ...state, second: second(state.second, { type: 'firstIsBack' }) };
  const { options, colouring } = state;
  const isOver = state.second.is === 'none' || state.second.is === 'gone';
  if (options.colouring !== 'difference') {
    if (options.colouring !== colouring) state = { ...state, colouring: options.colouring };
  }
  // Without a second model the tokens are coloured as before.
  else if (isOver) state = { ...state, options: { ...options, colouring } };
  return [state, [...effects, ...more]];
}

/** The user gives up what goes on: a model that is opened, else the inspection, else the comparison. */
function cancelled(before: State, isFetching: boolean, world: World, inFlight: ReadonlySet<Slot>): Stepped {
  const { opening } = before;
  const state = { ...before, opening: null };
  const effects: readonly Effect[] = opening ? [{ do: 'giveUp', cancel: opening.cancel }] : [];
  const { is } = stageOf(state, world);
  const goesOn = is === 'asks' || is === 'waits' || state.reading !== null;
  const [next, more] = goesOn
    ? model.cancelled({ ...state, reading: null }, isFetching, inFlight)
    : cancelledComparison(state, inFlight);
  return [next, [...effects, ...more]];
}

function cancelledComparison(state: State, inFlight: ReadonlySet<Slot>): Stepped {
  const runs = inFlight.has('bothText');
  if (loadOf(state.second) === null && !runs) return only(state);
  // A second model that is there stays where it can be of use.
  if (runs && heldOf(state.second)?.other.runs === 'inTurn')
    return only({ ...state, second: second(state.second, { type: 'runInTurn', request: null }) });
  return [{ ...state, second: noSecond }, released(state)];
}

type Taking = (state: State, value: never, world: World, question: Question, inFlight: ReadonlySet<Slot>) => Stepped;
/** What an answer does that is none of the table's. */
const taking: Readonly<Partial<Record<Slot, Taking>>> = {
  read: (state, value: Subject, world) => only(state.reading ? text.read(state, state.reading, value, world) : state),
  describe: (state, value: UpcomingModel, world, { key }, inFlight) =>
    model.described(withAnswer(state, 'describe', { is: 'known', key, value }), value, world, inFlight),
  load: (state, value: ModelInfo, _, { request }) => only(model.loaded(state, value, request as LoadRequest)),
  tokenise(state, value: Tokenisation, world) {
    const wish = underWay(state);
    return wish ? text.cut(state, wish, value, world) : only(state);
  },
  run: (state, value: Run, { backend }) => only(state.shown ? text.ran(state, state.shown, value, backend) : state),
  loadOther(state, other: OtherModel, _, { key }) {
    if (loadOf(state.second)?.key === key)
      return only({ ...state, second: second(state.second, { type: 'loaded', other }) });
    // It came although its load was given up.
    return [state, state.second.is === 'none' && state.memory ? [{ do: 'releaseOther' }] : []];
  },
};

function answered(
  state: State,
  { slot, question, value }: Extract<Event, { type: 'answered' }>,
  world: World,
  inFlight: ReadonlySet<Slot>,
): Stepped {
  const take = taking[slot];
  if (take) return take(state, value as never, world, question, inFlight);
  const { key, stays } = question;
  const next = withAnswer(state, slot as EntryName, { is: 'known', key, value, ...(stays !== undefined && { stays }) });
  return slot === 'contrasts' ? example(next, value as Contrasts) : only(next);
}

/** Chooses the position of the first example, unless the user has chosen another. */
function example(state: State, contrasts: Contrasts): Stepped {
  const examples = contrasts.kind === 'part' ? contrasts.examples : [];
  const shown = state.shown?.text;
  // Of a conversation, what a person wrote comes before what the template adds.
  const isOwn = ({ position }: { readonly position: number }) =>
    !shown?.chat || (shown.chat.places[position] ?? null) !== null;
  const position = (examples.find(isOwn) ?? examples[0])?.position;
  const { choice } = state;
  if (position === undefined || position === choice.position || !choice.isOurs || !shown?.tokens[position])
    return only(state);
  return [{ ...state, choice: { ...choice, position } }, [late]];
}

const isStage = (slot: Slot): slot is StageSlot => stageSlots.some((one) => one === slot);

/** It was cancelled by another's work. The table asks again; work that a person waits for ends. */
function dropped(state: State, slot: Slot, inFlight: ReadonlySet<Slot>): Stepped {
  if (slot === 'loadOther') return notLoaded(state, null);
  if (slot === 'read') return only({ ...state, reading: null });
  if (!isStage(slot)) return only(state);
  return model.cancelled(state, false, inFlight);
}

/** Its load may have been given up before the engine heard of it, so the one before is still there. */
function notLoaded(state: State, said: string | null): Stepped {
  const now = state.second;
  const next = second(now, { type: 'loadFailed', said, firstIsHere: state.memory !== null });
  const isLeft = now.is === 'wanted' && now.before && next.is === 'none';
  return [{ ...state, second: next }, isLeft ? released(state) : []];
}

/** Those whose failure is a sentence beside the second model, or beside the second text. */
const ofOther: ReadonlySet<Slot> = new Set<Slot>([
  ...(['loadOther', 'bothText', 'bothPosition', 'bothRows', 'bothNeighbours'] as const),
]);
const ofTexts: ReadonlySet<Slot> = new Set<Slot>(['twoTexts', 'twoPositions', 'patch', 'patchCell']);

/** Beside what a failure of a slot is told: the second model, the second text, or nothing of its own. */
export function toldBeside(slot: Slot, state: State): 'other' | 'texts' | null {
  const waits = (slot === 'load' || slot === 'describe') && loadOf(state.second) !== null;
  return ofOther.has(slot) || waits ? 'other' : ofTexts.has(slot) ? 'texts' : null;
}

function failed(
  state: State,
  event: Extract<Event, { type: 'failed' }>,
  world: World,
  inFlight: ReadonlySet<Slot>,
): Stepped {
  const { slot, key, error, thrown, said } = event;
  const report: Effect = { do: 'report', error: thrown };
  if (slot === 'loadOther') return notLoaded(state, said);
  if (slot === 'read') return [{ ...state, reading: null }, [{ do: 'fail', error: thrown }]];
  if (isStage(slot)) return model.failed(state, event, inFlight);
  if (ofOther.has(slot)) return only({ ...state, second: second(state.second, { type: 'questionFailed', said }) });
  const kept = withAnswer(state, slot, { is: 'failed', key, error });
  const { texts, steering, axis } = state.looking;
  if (ofTexts.has(slot)) {
    const patch = texts?.patch && { ...texts.patch, isStopped: true };
    return only(texts ? looking(kept, { texts: { ...texts, failure: said, patch: patch ?? null } }) : kept);
  }
  if (underWay(state) && chosenEntries.some((name) => name === slot)) return [kept, [{ do: 'fail', error: thrown }]];
  const fault = isRefused(error) ? { message: translated(error.said, world.l10n), at: error.at ?? null } : null;
  // A run that fails would fail at the next position too.
  if (slot === 'ablation') return [looking(kept, { ablation: null }), [report]];
  if (slot === 'steer' || slot === 'steerCurve') {
    // Nobody else hears of a fault in what the user typed.
    if (fault && steering) return only(looking(kept, { steering: { ...steering, fault } }));
    return [looking(kept, { steering: null }), [report]];
  }
  if (slot === 'vector' && fault) {
    const stays = questionsOf('vector', nowOf(state, world))[0]?.stays;
    const value = { result: null, fault };
    return only(withAnswer(state, slot, { is: 'known', key, value, ...(stays !== undefined && { stays }) }));
  }
  // One that cannot be read does not keep the others from being counted, and its row says why.
  if ((slot === 'cutCounts' || slot === 'cutBeside') && error.code !== 'worker-lost')
    return only(withAnswer(state, slot, { is: 'known', key, value: { failure: translated(error.said, world.l10n) } }));
  // The vector itself says what is wrong with it; a token is the axis again.
  if (slot === 'scope' && fault && axis.kind === 'vector') return only(looking(kept, { axis: { kind: 'token' } }));
  return [kept, [report]];
}

/** Entries that an inspection under way does not hold up. */
const small: ReadonlySet<string> = new Set<string>([...chosenEntries, 'find']);

const isMissing = ({ isWanted, key, request }: Question, answers: Answers[string] | undefined, hasRun: boolean) =>
  isWanted && !answers?.has(key) && (hasRun || !needsRun(request));
/** The first question of an entry that is to be asked. The lens has hundreds, so it is looked for once a change. */
const first = Object.fromEntries(
  Object.keys(questions).map((name) => [
    name,
    memo((asked: readonly Question[], answers: Answers[string] | undefined, hasRun: boolean) =>
      // What failed for one of them would fail for the next.
      asked.some((question) => failure(answers, question))
        ? undefined
        : asked.find((question) => isMissing(question, answers, hasRun)),
    ),
  ]),
) as Readonly<
  Record<
    EntryName,
    (asked: readonly Question[], answers: Answers[string] | undefined, hasRun: boolean) => Question | undefined
  >
>;

/** What a slot asks. */
export interface Missing {
  readonly slot: Slot;
  /** null: not now, although what is under way goes on. */
  readonly question: Question | null;
  /** Whether the answer to the question of a key is still wanted. */
  holds(key: string): boolean;
}

/** What is wanted and not known, in the order in which it is asked: of each entry the first. */
export function missing(state: State, world: World, inFlight: ReadonlySet<Slot>): readonly Missing[] {
  const all: Missing[] = [];
  const add = (slot: Slot, question: Question, asks = true) =>
    all.push({ slot, question: asks ? question : null, holds: (key) => key === question.key });
  const stage = stageOf(state, world);
  const { reading, isDying } = state;
  const [now, load] = [nowOf(state, world), loadOf(state.second)];
  if (reading) add('read', ofPlace(reading.id, reading.place));
  if (isDying)
    for (const slot of stageSlots) if (inFlight.has(slot)) all.push({ slot, question: null, holds: () => true });
  if (!isDying && stage.is === 'asks' && !state.answers[stage.slot]?.has(stage.question.key))
    add(stage.slot, stage.question);
  const isReady = now.isHere && !now.isBusy;
  // A load that is under way fails by itself where the first model has gone.
  if (load) add('loadOther', load, isReady);
  if (!now.isHere) return all;
  for (const slot of Object.keys(questions) as EntryName[]) {
    if (!isReady && !small.has(slot)) continue;
    // What comes next is awaited most.
    if (now.predictsFirst && (slot === 'token' || slot === 'neighbours')) continue;
    const asked = questionsOf(slot, now);
    const [answers, hasRun] = [now.answers[slot], now.of !== null];
    const question = first[slot](asked, answers, hasRun);
    const holds = (key: string) => asked.some((one) => one.key === key && isMissing(one, answers, hasRun));
    if (question) all.push({ slot, question, holds });
  }
  return all;
}
