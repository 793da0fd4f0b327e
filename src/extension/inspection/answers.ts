import type { StageSlot } from './events';
import { nowOf, type Now } from './now';
import { known, type HeldAnswer, type Question } from './question';
import { axisOf, questions, type EntryName, type ValueOf } from './questions';
import { visited, noChoice, tokenOf, type AxisPlace, type AskedByPanel, type State, type World } from './state';

/** Answers that are kept of an entry: one, unless many of a run are drawn together or come back with an inspection. */
const kept: Readonly<Partial<Record<EntryName, number>>> = {
  // As many as inspections are kept.
  ...{ contrasts: 20, bothText: 20 },
  // What is drawn stays known while another choice is awaited.
  ...{ token: 2, neighbours: 2, prediction: 2 },
  // The axis and its token come one after the other, and those before them stay until both are there.
  ...{ scope: 2, axis: 2 },
  // One a tokenizer.
  ...{ cutCounts: 20 },
  // The grids of one run, whose texts bound them.
  ...{ lens: Infinity, patch: Infinity },
};

const asked = new WeakMap<Now, Map<EntryName, readonly Question[]>>();
/** The questions of an entry, made once for each state. */
export function questionsOf(name: EntryName, now: Now): readonly Question[] {
  const made = asked.get(now) ?? new Map<EntryName, readonly Question[]>();
  asked.set(now, made);
  const known = made.get(name);
  if (known) return known;
  const one: Question | readonly Question[] | null = questions[name](now);
  const all = one === null ? [] : 'key' in one ? [one] : one;
  made.set(name, all);
  return all;
}

/** The answer that an entry shows; null where it is not known. */
export const valueOf = <N extends EntryName>(name: N, now: Now): ValueOf<N> | null => {
  const [question = null] = questionsOf(name, now);
  return known(now.answers[name], question as Question<ValueOf<N>> | null);
};

/** All answers to the questions of an entry, in the order in which they came. */
export const valuesOf = <N extends EntryName>(name: N, { answers }: Pick<State, 'answers'>): readonly ValueOf<N>[] =>
  [...(answers[name]?.values() ?? [])].flatMap((answer) => (answer.is === 'known' ? [answer.value as ValueOf<N>] : []));

export function withAnswer(state: State, name: EntryName | StageSlot, answer: HeldAnswer): State {
  const all = new Map(state.answers[name]);
  all.delete(answer.key);
  // What is drawn is evicted last: choices that were left may have been answered since, or failed.
  const drawn: Partial<Record<string, unknown>> = state.drawn;
  const isDrawn = (one: HeldAnswer) => one.is === 'known' && one.value === drawn[name];
  while (all.size >= (kept[name as EntryName] ?? 1)) {
    const [[oldest] = ['']] = all;
    all.delete([...all].find(([, one]) => !isDrawn(one))?.[0] ?? oldest);
  }
  all.set(answer.key, answer);
  return { ...state, answers: { ...state.answers, [name]: all } };
}

export const without = (state: State, ...names: readonly (EntryName | StageSlot)[]): State =>
  names.some((name) => state.answers[name])
    ? {
        ...state,
        answers: Object.fromEntries(
          Object.entries(state.answers).filter(([name]) => !names.some((one) => one === name)),
        ),
      }
    : state;

/** What failed would fail again until a person does something; then it is tried again. */
export function withoutFailures(state: State): State {
  if (!Object.values(state.answers).some((all) => [...all.values()].some(({ is }) => is === 'failed'))) return state;
  const answers = Object.entries(state.answers).map(([name, all]) => [
    name,
    new Map([...all].filter(([, { is }]) => is === 'known')),
  ]);
  return { ...state, answers: Object.fromEntries(answers) };
}

export const chosenEntries = ['token', 'neighbours', 'prediction'] as const;

/** The choice with its numbers, as far as they are known; null while more of them are awaited. */
function chosen(now: Now): AskedByPanel | null {
  const { drawn, text, of } = now;
  const position = text ? now.choice.position : null;
  const [asked] = questionsOf('prediction', now);
  // Where the prediction cannot be asked for, the one that is drawn stays at its place.
  const stays = !asked || (of === null && !now.answers.prediction?.has(asked.key));
  const prediction = stays ? (drawn.position === position ? drawn.prediction : null) : valueOf('prediction', now);
  if (!stays && !prediction) return null;
  if (now.predictsFirst && prediction && !isKnown(now)) return { ...drawn, position, prediction };
  return isKnown(now) ? { position, ...besides(now), prediction } : null;
}

/** Whether all numbers of the choice are known that can be asked for. */
export const isChosenKnown = (now: Now): boolean => isKnown(now) && chosen(now) !== null;

const isKnown = (now: Now): boolean =>
  (['token', 'neighbours'] as const).every(
    (name) => questionsOf(name, now).length === 0 || valueOf(name, now) !== null,
  );
const besides = (now: Now) => ({ token: valueOf('token', now), neighbours: valueOf('neighbours', now) });

/** Draws the choice once its numbers are known, and the first example only with them. */
export function withDrawn(state: State, world: World): State {
  const now = nowOf(state, world);
  const next = chosen(now) ?? state.drawn;
  const isSame =
    chosenEntries.every((name) => next[name] === state.drawn[name]) && next.position === state.drawn.position;
  const isShown = next.position === state.choice.position && valueOf('contrasts', now) !== null;
  const exampleOf = isShown ? now.request : state.exampleOf;
  if (isSame && exampleOf === state.exampleOf) return state;
  return { ...state, drawn: isSame ? state.drawn : next, exampleOf };
}

/** A residual that is the axis goes with the position, once another than `before` is drawn. */
export function withAxis(state: State, before: number | null): State {
  const [{ axis }, { position }] = [state.looking, state.drawn];
  if (axis.kind !== 'residual' || before === null || position === null || position === before) return state;
  return { ...state, looking: { ...state.looking, axis: { ...axis, position } } };
}

/** A choice that must wait is drawn without its numbers: those of another position would seem to be its own. */
export function drawnLate(state: State, world: World): State {
  const [{ choice, drawn }, now] = [state, nowOf(state, world)];
  const position = now.text ? choice.position : null;
  if (position === drawn.position) return state;
  return { ...state, drawn: { ...noChoice, position, ...(isKnown(now) && besides(now)) } };
}

/** The token of another text would seem to be chosen by hand. */
export function withoutStaleToken(state: State, world: World): State {
  const { token } = state.drawn;
  const { text, model } = nowOf(state, world);
  return token && token.token.id !== tokenOf(state.choice, text, model)
    ? { ...state, drawn: { ...state.drawn, token: null, neighbours: null } }
    : state;
}

const sameAxis = (a: AxisPlace, b: AxisPlace): boolean => {
  if (a.kind === 'token') return b.kind === 'token' && a.id === b.id && (a.side ?? 'output') === (b.side ?? 'output');
  if (a.kind === 'vector') return b.kind === 'vector' && a.expression === b.expression;
  return b.kind === 'residual' && a.position === b.position && a.layer === b.layer;
};

/** Of the answers that stay until the next is known, the one that is shown counts as the newest. */
function asLast(state: State, name: EntryName, now: Now): State {
  const [key, all] = [questionsOf(name, now)[0]?.key, state.answers[name]];
  const answer = key === undefined ? undefined : all?.get(key);
  return !answer || [...(all?.keys() ?? [])].at(-1) === key ? state : withAnswer(state, name, answer);
}

/** An axis that is drawn can be gone back to. */
export function withVisit(state: State, world: World): State {
  const now = nowOf(state, world);
  const place = axisOf(now);
  const isThere = place && now.answers.scope?.has(questionsOf('scope', now)[0]?.key ?? '');
  const isNamed = place?.kind !== 'token' || now.answers.axis?.has(questionsOf('axis', now)[0]?.key ?? '');
  if (!isThere || !isNamed) return state;
  const history = visited(now.looking.history, place, sameAxis);
  const shown = asLast(asLast(state, 'scope', now), 'axis', now);
  return history === now.looking.history ? shown : { ...shown, looking: { ...shown.looking, history } };
}
