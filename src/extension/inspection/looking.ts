import type { Intent } from '../../shared/intents';
import { without } from './answers';
import type { Effect, Event, Stepped } from './events';
import { stepped } from './history';
import { nowOf, type Now } from './now';
import { tokenOf, type Looking, type OtherText, type State, type World } from './state';
import { patience } from './status';
import { pairOf } from './textsQuestions';

const only = (state: State): Stepped => [state, []];
/** A choice that must wait is drawn without its numbers. */
export const late: Effect = { do: 'after', slot: 'late', milliseconds: patience, event: { type: 'late' } };

export const looking = (state: State, change: Partial<Looking>): State => ({
  ...state,
  looking: { ...state.looking, ...change },
});

/** A second text beside the present run: what was known beside another one is over. */
const otherText = (
  { text, from }: Pick<OtherText, 'text' | 'from'>,
  { request, asRead }: Pick<Now, 'request' | 'asRead'>,
): OtherText => ({
  ...{ text, from, of: request, other: request && asRead && { ...asRead, text } },
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

/** The parameters of questions. */
export function looked(
  state: State,
  event: Extract<
    Event,
    { type: 'inView' | 'look' | 'turn' | 'stepAxis' | 'otherText' | 'patch' | 'stopPatch' | 'openPatch' }
  >,
  world: World,
): Stepped {
  const { history, side, texts, matrices } = state.looking;
  switch (event.type) {
    case 'inView': {
      const { bothRows, bothNeighbours } = event.sight;
      const rows = bothRows?.matrix ?? matrices.rows;
      const neighbours = bothNeighbours?.matrix ?? matrices.neighbours;
      return only({ ...looking(state, { matrices: { rows, neighbours } }), sight: event.sight });
    }
    case 'look':
      return only(looking(state, event.looking));
    case 'turn': {
      const { axis } = event;
      return turned(state, axis.kind === 'token' && !axis.side && side ? { ...axis, side } : axis, world);
    }
    case 'stepAxis': {
      const there = stepped(history, event.by);
      if (!there) return only(state);
      return turned(looking(state, { history: there.history }), there.entry, world);
    }
    case 'otherText': {
      if (event.texts === null)
        return [looking(state, { texts: null }), texts && state.memory ? [{ do: 'endTexts' }] : []];
      const { text, from = null, ...change } = event.texts;
      if (text === undefined) return only(texts ? looking(state, { texts: { ...texts, ...change } }) : state);
      // Two texts are compared by what follows them.
      const now = nowOf(state, world);
      const choice = now.run ? { position: now.run.length - 1, tokenId: null } : state.choice;
      const isSame = texts?.text === text && texts.of === now.request;
      const next = isSame ? { ...texts, from, position: null, failure: null } : otherText({ text, from }, now);
      return [{ ...looking(state, { texts: next }), choice }, [late]];
    }
    case 'patch': {
      if (!texts) return only(state);
      const { patch } = texts;
      const isSame = (['part', 'layer', 'tokens'] as const).every(
        (name) => String(event.patch?.[name]) === String(patch?.[name]),
      );
      const pair = pairOf(nowOf(state, world));
      const next =
        isSame && patch
          ? { ...patch, isStopped: false }
          : event.patch && { ...event.patch, pair, isStopped: false, open: null };
      const cleared = isSame ? state : without(state, 'patch', 'patchCell');
      return only(looking(cleared, { texts: { ...texts, failure: null, patch: next } }));
    }
    case 'stopPatch':
      return only(
        texts?.patch ? looking(state, { texts: { ...texts, patch: { ...texts.patch, isStopped: true } } }) : state,
      );
    case 'openPatch': {
      if (!texts?.patch) return only(state);
      return only(looking(state, { texts: { ...texts, failure: null, patch: { ...texts.patch, open: event.cell } } }));
    }
  }
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
  return [{ ...looking(state, { axis, side }), choice: { position, tokenId: id === own ? null : id } }, [late]];
}
