import { describe, expect, it } from 'vitest';
import { lookingIntents, type Event, type Slot } from '../../../../src/extension/inspection/events';
import { nowOf } from '../../../../src/extension/inspection/now';
import { fill } from '../../../../src/extension/inspection/question';
import { noSecond, second, type Second, type SecondEvent } from '../../../../src/extension/inspection/second';
import { restOf, stageOf } from '../../../../src/extension/inspection/stage';
import { initialState, type State, type World } from '../../../../src/extension/inspection/state';
import { missing, step } from '../../../../src/extension/inspection/step';
import { TrackedText } from '../../../../src/extension/inspection/trackedText';
import { emptyState } from '../../../../src/extension/inspection/views';
import type { OtherModel } from '../../../../src/shared/both';
import { usualChat, type ChatOptions } from '../../../../src/shared/chat/view';
import type { Cause } from '../../../../src/shared/consent';
import { EngineError } from '../../../../src/shared/errors';
import { english } from '../../../../src/shared/translator';
import { subject } from '../../support/controller';
import { FakeEngine } from '../../support/fakeEngine';
import { initialOptions } from '../../support/manifest';
import { textOf } from '../../support/pages';

const heart = 'src/extension/inspection';
const page = textOf('src/extension/README.md').split(/^## /m)[1] ?? '';
const [, picture = ''] = page.split('```');

/** The lines under a title of the picture. */
const partOf = (title: string): string => picture.split(/\n(?=[A-Z])/).find((part) => part.startsWith(title)) ?? '';

/** The words of a part of the picture that stand between its first column and a bar. */
const wordsOf = (title: string): readonly string[] =>
  partOf(title)
    .split('\n')
    .slice(1)
    .flatMap((line) => line.slice(12).split('│')[0]?.match(/\w+/g) ?? []);

/** The values of a field in an exported union of the source. */
function namesIn(file: string, type: string, field: string): readonly string[] {
  const [, rest = ''] = textOf(`${heart}/${file}`).split(`export type ${type} =`);
  const [union = ''] = rest.split(/;\n\n/);
  return [...union.matchAll(new RegExp(`readonly ${field}: ('\\w+'(?: \\| '\\w+')*)`, 'g'))].flatMap(
    ([, names = '']) => names.match(/\w+/g) ?? [],
  );
}

const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].toSorted();

interface Arrow {
  readonly from: string;
  readonly event: string;
  /** When it is taken, where the event alone does not say; empty: always. */
  readonly when: string;
  readonly to: string;
}

/** `─event, event (when)─►` between names of states. `groups`: names that stand for several states. */
function arrowsOf(title: string, groups: Readonly<Record<string, readonly string[]>>): readonly Arrow[] {
  const chains = partOf(title)
    .replace(/.*\n/, '')
    .split(/\n| {3,}/)
    .filter((chain) => chain.includes('─►'));
  return chains.flatMap((chain) => {
    const [first = '', ...rest] = chain.trim().split(/\s*─(?=\w)|─►\s*/);
    let from = first.split(', ');
    const arrows: Arrow[] = [];
    for (let at = 0; at < rest.length; at += 2) {
      const [, events = '', when = ''] = /^([\w, ]+?)(?: \((.+)\))?$/.exec(rest[at] ?? '') ?? [];
      const to = (rest[at + 1] ?? '').trim();
      for (const one of from.flatMap((name) => groups[name] ?? [name]))
        for (const event of events.split(', ')) arrows.push({ from: one, event, when, to });
      from = [to];
    }
    return arrows;
  });
}

/** What each event does to a state, by its condition. */
type Plays<S> = Readonly<Record<string, Readonly<Record<string, (scene: S, name: string) => S | Promise<S>>>>>;

/**
 * Plays every event in every state, and says what differs from the drawn arrows. An arrow with a condition goes
 * before one without; where none is drawn, the state stays.
 */
async function differences<S>(
  arrows: readonly Arrow[],
  scenes: Readonly<Record<string, S>>,
  plays: Plays<S>,
  where: (scene: S) => string,
): Promise<readonly string[]> {
  const told = arrows.flatMap(({ from, event, when, to }) =>
    plays[event]?.[when] && scenes[from] && scenes[to] ? [] : [`nothing plays ${from} ─${event} (${when})─► ${to}`],
  );
  for (const [name, scene] of Object.entries(scenes)) {
    expect(where(scene)).toBe(name);
    for (const [event, variants] of Object.entries(plays))
      for (const [when, play] of Object.entries(variants)) {
        const drawn = arrows.filter((arrow) => arrow.from === name && arrow.event === event);
        const by = (condition: string) => drawn.findLast((arrow) => arrow.when === condition)?.to;
        const [wanted, found] = [by(when) ?? by('') ?? name, where(await play(scene, name))];
        if (found !== wanted) told.push(`${name} ─${event} (${when})─► ${found}, drawn: ${wanted}`);
      }
  }
  return told;
}

describe('the picture of the machine', () => {
  it('fits on a page', () => {
    expect(page.trimEnd().split('\n').length).toBeLessThanOrEqual(80);
    expect(page.split('\n').filter((line) => line.length > 150)).toEqual([]);
  });

  it('names every event, and none that is not there', () => {
    const inCode = sorted([...lookingIntents, ...namesIn('events.ts', 'Event', 'type')]);
    expect(inCode.length).toBeGreaterThan(40);
    expect(sorted(wordsOf('EVENTS'))).toEqual(inCode);
  });

  it('names every effect, and none that is not there', () => {
    expect(sorted(wordsOf('EFFECTS'))).toEqual(sorted(namesIn('events.ts', 'Effect', 'do')));
  });

  it('names every stage, what it asks, and where it rests', () => {
    const [, slots = ''] = /stageSlots = \[(.*)\]/.exec(textOf(`${heart}/events.ts`)) ?? [];
    const [, rests = ''] = /kind: ('cancelled'[^}]*)\}/.exec(textOf(`${heart}/state.ts`)) ?? [];
    const { asks = '', rests: resting = '' } = groupsOf();
    expect(sorted(partOf('STAGES').match(/^ {2}\w+/gm) ?? []).map((name) => name.trim())).toEqual(
      sorted(namesIn('stage.ts', 'Stage', 'is')),
    );
    expect(sorted(asks)).toEqual(sorted(slots.match(/\w+/g) ?? []));
    expect(resting).toEqual(expect.arrayContaining(rests.match(/[\w-]+/g) ?? []));
  });

  it('quotes the lines that let a text go', () => {
    const quotes = [...partOf('LEAVING').matchAll(/(\S+\.ts), (\S+): {3}(.+)/g)];
    expect(quotes.length).toBeGreaterThan(3);
    for (const [, file = '', name = '', line = ''] of quotes) {
      const text = textOf(file.startsWith('src/') ? file : `${heart}/${file}`);
      expect(text, file).toContain(line.trim());
      expect(text, file).toMatch(new RegExp(`${name}\\b`));
    }
  });

  it('agrees with the rule of consent, which takes three sentences', () => {
    const [, rest = ''] = textOf('SECURITY.md').split('- **A server gets a text only');
    const [rule = ''] = rest.split('\n- **');
    expect(rule.match(/\.(?=\s|$)/g)).toHaveLength(3);
    expect(rule).toContain('`clear` in `src/shared/consent.ts`');
  });
});

function groupsOf() {
  const named = (name: string) =>
    new RegExp(`^ {2}${name} +([\\w, -]+)`, 'm').exec(partOf('STAGES'))?.[1]?.trim().split(', ') ?? [];
  const [asks, rests] = [named('asks'), named('rests')];
  return { asks, rests, any: [...asks, 'waits', 'reading', ...rests] };
}

describe('the arrows of the second model', () => {
  const request = { path: '/models/b.gguf' };
  const [asked, said] = [{ request, name: 'b' }, 'It failed.'];
  const held = { ...asked, other: { runs: 'together' } as OtherModel };
  const scenes: Readonly<Record<Second['is'], Second>> = {
    none: noSecond,
    wanted: { is: 'wanted', asked, before: null },
    comingBack: { is: 'comingBack', asked, before: held, said },
    held: { is: 'held', held, inTurn: null, said: null },
    gone: { is: 'gone', held },
  };
  const by = (event: SecondEvent) => (now: Second) => second(now, event);
  const beside = (now: Second): Second => (now.is === 'wanted' ? { ...now, before: held } : now);
  const ended = { type: 'ended', wasRunning: false, isLoading: false } as const;
  const fails = { type: 'loadFailed', said, firstIsHere: true } as const;
  const plays: Record<SecondEvent['type'], Plays<Second>[string]> = {
    compare: { '': by({ type: 'compare', asked, isLoading: false }) },
    loaded: { '': by({ type: 'loaded', other: held.other }) },
    loadFailed: {
      '': by(fails),
      'of two': (now) => second(beside(now), fails),
      cancelled: (now) => second(beside(now), { ...fails, said: null }),
      'first gone': (now) => second(beside(now), { ...fails, firstIsHere: false }),
    },
    questionFailed: { '': by({ type: 'questionFailed', said }) },
    ended: {
      '': by(ended),
      'both ran': by({ ...ended, wasRunning: true }),
      loading: by({ ...ended, isLoading: true }),
    },
    firstIsBack: { '': by({ type: 'firstIsBack' }) },
    firstIsOther: { '': by({ type: 'firstIsOther', said: String }) },
    scaled: { '': by({ type: 'scaled', other: held.other }) },
    runInTurn: { '': by({ type: 'runInTurn', request: null }) },
    text: { '': by({ type: 'text', differs: true }) },
    end: { '': by({ type: 'end' }) },
  };

  it('are those of the code', async () => {
    const states = sorted(namesIn('second.ts', 'Second', 'is'));
    expect(sorted(Object.keys(scenes))).toEqual(states);
    const arrows = arrowsOf('SECOND', { any: states });
    expect(arrows.length).toBeGreaterThan(20);
    expect(await differences(arrows, scenes, plays, ({ is }) => is)).toEqual([]);
    const stay = partOf('SECOND').split('stays')[1]?.match(/\w+/g) ?? [];
    expect(sorted([...arrows.map(({ event }) => event), ...stay])).toEqual(
      sorted(namesIn('second.ts', 'SecondEvent', 'type')),
    );
  });
});

interface Scene {
  readonly state: State;
  readonly world: World;
}

const address = 'http://localhost:8080';
const local: World = {
  ...{ wanted: { path: '/models/a.gguf' }, backend: null, lab: emptyState(initialOptions).lab, l10n: english },
  tokenizers: () => null,
  isAgreed: () => false,
  comparisonEnded: String,
};
const another: World = { ...local, wanted: { path: '/models/c.gguf' } };
const served: World = { ...local, wanted: { path: address, server: { address } } };
const fake = new FakeEngine();

const flying = ({ state, world }: Scene) =>
  missing(state, world, new Set()).flatMap(({ slot, question }) => (question ? [{ slot, question }] : []));
const failure = { message: 'It failed.', help: null };

/** A step with all in flight that is missing. What failed is reported as the controller does. */
function send(scene: Scene, event: Event): Scene {
  const { world } = scene;
  const inFlight = new Set(flying(scene).map(({ slot }) => slot));
  const [state, effects] = step(scene.state, event, world, inFlight);
  const next = { state, world };
  const isShown = (effect: (typeof effects)[number]) =>
    effect.do === 'fail' || (effect.do === 'report' && ['done', 'rests'].includes(stageOf(state, world).is));
  return effects.some(isShown) ? send(next, { type: 'reported', failure }) : next;
}

async function answered(scene: Scene, only?: Slot, given?: unknown): Promise<Scene> {
  let now = scene;
  for (const { slot, question } of flying(scene).filter((one) => !only || one.slot === only)) {
    const ask = async () => {
      if (question.call === 'read') return subject('read');
      if (question.call === 'describe') return { name: 'a', bytes: 98 };
      const request = fill(question.request, nowOf(now.state, now.world).of);
      return (fake.engine[question.call] as (request: unknown) => Promise<unknown>)(request);
    };
    const value = given ?? (await ask());
    now = send(now, { type: 'answered', slot, question, value: question.take ? question.take(value) : value });
  }
  return now;
}

const byUser: Cause = { by: 'user', server: null };
const inspect = (text: string, chat: ChatOptions | null = null): Event => ({
  type: 'inspect',
  wanted: {
    ...{ subject: subject(text), tracked: new TrackedText(subject(text)), chat, cause: byUser, asks: true },
    choosing: { to: 'first' },
  },
});
const read: Event = {
  type: 'read',
  reading: { place: subject('abca'), cause: byUser, asks: true, resumed: null, grows: false },
};
const cancel: Event = { type: 'cancel', isFetching: false };

/** Every state that a text can be in, and some that are named alike. */
async function textScenes() {
  const empty: Scene = { state: initialState(initialOptions), world: local };
  const describing = send(empty, inspect('abca'));
  const load = await answered(describing);
  const tokenise = await answered(load);
  const waits = await answered(tokenise);
  const run = await answered(waits);
  const predicting = await answered(run);
  const ready = await answered(predicting);
  const chat = await answered(send(empty, inspect('abca', usualChat)));
  const notDownloaded = await answered(describing, 'describe', { name: 'a', bytes: 98, download: { bytes: 98 } });
  const scenes = {
    ...{ empty, describe: describing, load, renderChat: await answered(chat), tokenise, waits, run, ready },
    ...{
      reading: send(ready, read),
      cancelled: send(load, cancel),
      failed: send(tokenise, { type: 'reported', failure }),
    },
    ...{ 'not-downloaded': notDownloaded, 'not-sent': send({ ...empty, world: served }, inspect('abca')) },
  } satisfies Record<string, Scene>;
  return { scenes, chat, predicting };
}

function whereText({ state, world }: Scene): string {
  if (state.reading) return 'reading';
  const stage = stageOf(state, world);
  return stage.is === 'asks' ? stage.slot : stage.is === 'waits' ? stage.is : restOf(state, world).kind;
}

describe('the arrows of a text', () => {
  it('are those of the code', async () => {
    const { scenes, chat, predicting } = await textScenes();
    const { memory, shown, numbersOf, choice, drawn, answers } = scenes.ready.state;
    if (!shown || !numbersOf) throw new Error('Nothing is shown.');
    const without = ({ state, world }: Scene): Scene => ({ state: { ...state, memory: null }, world });
    const having = ({ state }: Scene): Scene => ({ state: { ...state, memory, numbersOf }, world: local });
    const groups = groupsOf();
    const resting = (scene: Scene, name: string) => (groups.rests.includes(name) ? without(scene) : scene);
    const by = (event: Event) => (scene: Scene) => send(scene, event);
    const on = (world: World, event: Event) => (scene: Scene) => send({ ...scene, world }, event);
    const plays: Plays<Scene> = {
      inspect: {
        'no model': (scene) => send({ ...without(scene), world: local }, inspect('other')),
        'model here': (scene) => send(having(scene), inspect('other')),
        chat: (scene) => send(having(scene), inspect('other', usualChat)),
        'server, no yes': on(served, inspect('other')),
      },
      read: { '': by(read) },
      answered: {
        '': (scene) => answered(scene),
        chat: (scene, name) => answered(name === 'load' ? chat : scene),
        prediction: (scene, name) => answered(name === 'waits' ? predicting : scene),
        'no yes to a download': (scene, name) =>
          name === 'describe'
            ? answered(scene, 'describe', { name: 'a', bytes: 98, download: { bytes: 98 } })
            : answered(scene),
        'server, no yes': (scene, name) => answered(name === 'reading' ? { ...scene, world: served } : scene),
      },
      failed: {
        '': (scene) => {
          const [first] = flying(scene);
          if (!first) return scene;
          const { slot, question } = first;
          const error = new EngineError('internal', 'It failed.');
          return send(scene, { type: 'failed', slot, key: question.key, error, thrown: error, said: '' });
        },
      },
      dropped: {
        '': (scene) => {
          const [first] = flying(scene);
          return first ? send(scene, { type: 'dropped', slot: first.slot }) : scene;
        },
      },
      reported: { '': by({ type: 'reported', failure }) },
      refuse: { '': by({ type: 'refuse', failure }) },
      cancel: { '': by(cancel) },
      need: { 'no model': (scene, name) => send(resting(scene, name), { type: 'need', told: true }) },
      agree: { 'no model': (scene, name) => send(resting(scene, name), { type: 'agree' }) },
      settings: { 'another model': on(another, { type: 'settings' }), server: on(served, { type: 'settings' }) },
      ended: { '': by({ type: 'ended' }) },
      restored: {
        '': by({ type: 'restored', shown, options: initialOptions, numbersOf, choice, drawn, answers }),
      },
      reset: { '': by({ type: 'reset' }) },
    };
    expect(sorted(groups.any)).toEqual(sorted(Object.keys(scenes)));
    const arrows = arrowsOf('TEXT ', groups);
    expect(arrows.length).toBeGreaterThan(80);
    expect(await differences(arrows, scenes, plays, whereText)).toEqual([]);
  });
});

describe('the arrows of the model, and of edits that are followed', () => {
  const on: Event = { type: 'follow', on: true };
  const toServer = ({ state }: Scene): Scene => ({ state, world: served });

  it('are those of the code', async () => {
    const { ready, load } = (await textScenes()).scenes;
    const ended = { '': (scene: Scene) => send(scene, { type: 'ended' }) };
    const models: Plays<Scene> = {
      answered: { '': (scene) => answered(scene) },
      ended,
      settings: { '': (scene) => send({ ...scene, world: another }, { type: 'settings' }) },
    };
    const memory = ({ state }: Scene) => (state.memory ? 'here' : 'nothing');
    expect(await differences(arrowsOf('MODEL', {}), { nothing: load, here: ready }, models, memory)).toEqual([]);
    const follows: Plays<Scene> = {
      follow: {
        on: (scene) => send(scene, on),
        off: (scene) => send(scene, { type: 'follow', on: false }),
        server: (scene) => send(toServer(scene), on),
      },
      followed: {
        '': (scene) => send(scene, { type: 'followed' }),
        server: (scene) => send(toServer(scene), { type: 'followed' }),
      },
      ended,
      reset: { '': (scene) => send(scene, { type: 'reset' }) },
    };
    const follow = ({ state }: Scene) => (state.followsEdits ? 'on' : 'off');
    expect(await differences(arrowsOf('EDITS', {}), { off: ready, on: send(ready, on) }, follows, follow)).toEqual([]);
  });
});
