import { defaults } from '../../shared/engine';
import type { Intent } from '../../shared/intents';
import type { TextRequest } from '../../shared/tokens';
import { parseExpression } from '../../shared/vectors/expression';
import { without } from './answers';
import type { Effect, LookingIntent, Stepped } from './events';
import { needed } from './model';
import { nowOf, type Now } from './now';
import { isHeld, second } from './second';
import { stepped, tokenOf, type Looking, type OtherText, type State, type World } from './state';
import { patience } from './status';
import { pairOf } from './textsQuestions';

const only = (state: State): Stepped => [state, []];
/** A choice that must wait is drawn without its numbers. */
export const late: Effect = { do: 'after', slot: 'late', milliseconds: patience, event: { type: 'late' } };

export const looking = (state: State, change: Partial<Looking>): State => ({
  ...state,
  looking: { ...state.looking, ...change },
});

/** A text whose tokens are all given has those of its context among them. */
const withoutContext = ({ context, contextTokens = 0, limit = defaults.limit }: TextRequest): Partial<TextRequest> =>
  context === undefined ? {} : { context: '', limit: limit + contextTokens };

/** A second text beside the present run: what was known beside another one is over. */
const otherText = (
  { text, from, appended }: Pick<OtherText, 'text' | 'from' | 'appended'>,
  { request, asRead }: Pick<Now, 'request' | 'asRead'>,
): OtherText => ({
  ...{
    text,
    from,
    of: request,
    other: request &&
      asRead && {
        ...(appended ? { ...request, appended, ...(appended.from === 0 && withoutContext(request)) } : asRead),
        text,
      },
  },
  ...(appended && { appended }),
  ...{ position: null, failure: null, patch: null },
});

/** The second text belongs to one run, and a grid of patches to one pair of positions. */
export function withTexts(before: State, world: World): State {
  const now = nowOf(before, world);
  const { texts: known } = before.looking;
  const isOther = known && known.of !== now.request;
  const state = isOther ? looking(before, { texts: otherText(known, now) }) : before;
  const { texts } = state.looking;
  if (!texts?.patch) return state;
  const pair = pairOf(nowOf(state, world));
  if (pair === texts.patch.pair) return state;
  const patch = texts.patch.pair === null ? { ...texts.patch, pair } : null;
  return looking(state, { texts: { ...texts, patch } });
}

/** An engine without a model holds no second one either. */
export const released = ({ second: now, memory }: State): readonly Effect[] =>
  memory && isHeld(now) ? [{ do: 'releaseOther' }] : [];

const ended = (state: State): Stepped => [{ ...state, second: second(state.second, { type: 'end' }) }, released(state)];

/** A person asks for what needs the model. */
const needing = (state: State, world: World): State => ({ ...needed(state, { told: true }, world), refusal: null });

/** The parameters of questions. */
export function looked(state: State, event: LookingIntent, world: World): Stepped {
  const { history, side, texts, matrices } = state.looking;
  const set = (change: Partial<Looking>) => only(looking(state, change));
  const ofTexts = (change: Partial<OtherText>) => set({ texts: texts && { ...texts, ...change } });
  switch (event.type) {
    case 'inView': {
      const { bothRows, bothNeighbours } = event.parts;
      const rows = bothRows?.matrix ?? matrices.rows;
      const neighbours = bothNeighbours?.matrix ?? matrices.neighbours;
      const tokenizers = { ...state.looking.tokenizers, listed: world.tokenizers() };
      return only({ ...looking(state, { matrices: { rows, neighbours }, tokenizers }), sight: event.parts });
    }
    case 'openHead':
      return set({ head: event.head, key: null });
    case 'chooseKey':
      return set({ key: event.key });
    case 'openNeuron':
      return set({ neuron: event.neuron });
    case 'compareWith':
      return set({ against: event.id });
    case 'ablate':
      return set({ ablation: event.ablation });
    case 'find': {
      const next = looking(state, { query: event.query === '' ? null : event.query });
      return only(event.query === '' ? next : needing(next, world));
    }
    case 'makeVector': {
      const { expression } = event;
      const next = looking(state, { vector: expression });
      return only(expression === null || faultOf(expression, world) ? next : needing(next, world));
    }
    case 'steer': {
      const { steering } = event;
      return set({ steering: steering && { steering, fault: faultOf(steering.expression, world) } });
    }
    case 'chooseAxis': {
      const { axis } = event;
      return turned(state, axis.kind === 'token' && !axis.side && side ? { ...axis, side } : axis, world);
    }
    case 'stepAxis': {
      const there = stepped(history, event.by);
      return there ? turned(looking(state, { history: there.history }), there.entry, world) : only(state);
    }
    case 'compareTexts': {
      const { text, from = null, appended } = event;
      if (text === null) return [looking(state, { texts: null }), texts && state.memory ? [{ do: 'endTexts' }] : []];
      // Two texts are compared by what follows them.
      const now = nowOf(state, world);
      const choice = now.run ? { position: now.run.length - 1, tokenId: null } : state.choice;
      const isSame =
        texts?.text === text && texts.of === now.request && String(texts.appended?.ids) === String(appended?.ids);
      const next = isSame
        ? { ...texts, from, position: null, failure: null }
        : otherText({ text, from, ...(appended && { appended }) }, now);
      return [needing({ ...looking(state, { texts: next }), choice }, world), [late]];
    }
    case 'chooseOtherPosition':
      return ofTexts({ position: event.position, failure: null });
    case 'patch': {
      if (!texts) return only(state);
      const { patch } = texts;
      const isSame = (['part', 'layer', 'tokens'] as const).every(
        (name) => String(event.patch?.[name]) === String(patch?.[name]),
      );
      if (isSame && patch) return ofTexts({ failure: null, patch: { ...patch, isStopped: false } });
      const begun = { pair: pairOf(nowOf(state, world)), isStopped: false, open: null };
      const cleared = without(state, 'patch', 'patchCell');
      return only(
        looking(cleared, { texts: { ...texts, failure: null, patch: event.patch && { ...event.patch, ...begun } } }),
      );
    }
    case 'stopPatch':
      return ofTexts({ patch: texts?.patch ? { ...texts.patch, isStopped: true } : null });
    case 'openPatch':
      return texts?.patch ? ofTexts({ failure: null, patch: { ...texts.patch, open: event.cell } }) : only(state);
    case 'besideTokenizer': {
      const { key, opened: name } = event;
      const { tokenizers } = state.looking;
      const others = tokenizers.opened.filter(({ path }) => path !== key);
      const opened = name === undefined || key === null ? tokenizers.opened : [...others, { path: key, name }];
      return set({ tokenizers: { listed: world.tokenizers(), opened, beside: key } });
    }
    case 'endComparison':
      return ended(state);
    case 'compareInTurn': {
      const { request } = nowOf(state, world);
      return only({ ...state, second: second(state.second, { type: 'runInTurn', request }) });
    }
  }
}

/** What is wrong with an expression; null if nothing is. */
function faultOf(expression: string, { l10n }: World) {
  const parsed = parseExpression(expression, l10n);
  return 'fault' in parsed ? parsed.fault : null;
}

/** Another axis; a token that becomes one is chosen too. */
function turned(state: State, place: Intent<'chooseAxis'>['axis'], world: World): Stepped {
  const { text, model } = nowOf(state, world);
  if (place.kind !== 'token') return only(looking(state, { axis: place }));
  const { side, id } = place;
  const { position } = state.choice;
  const own = tokenOf({ position, tokenId: null }, text, model);
  const axis = { kind: 'token', ...(side && { side }) } as const;
  if (id === undefined) return only(looking(state, { axis, side }));
  const choice = { position, tokenId: id === own ? null : id };
  return [needing({ ...looking(state, { axis, side }), choice }, world), [late]];
}
