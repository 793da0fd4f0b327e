import { describe, expect, it } from 'vitest';
import {
  clear,
  fenced,
  here,
  withClearance,
  type Clearance,
  type ClearedEngine,
  type TextCall,
} from '../../../src/shared/consent';
import type { LoadRequest } from '../../../src/shared/model';
import { address, serverInfo } from '../support/controller';
import { FakeEngine } from '../support/fakeEngine';

const other = 'http://localhost:9090';
const local: LoadRequest = { path: '/m/one.gguf' };
const served: LoadRequest = { path: address, server: { address } };
const all = () => true;
const none = () => false;
const user = (server: string | null) => ({ by: 'user', server }) as const;
const button = (server: string) => ({ by: 'button', server }) as const;
const itself = { by: 'itself' } as const;

it.each([
  ['here, whatever the cause', local, itself, none, { clearance: { address: null } }],
  ['here, whatever server was meant', local, button(other), none, { clearance: { address: null } }],
  ['to a server that the user meant and has agreed to', served, user(address), all, { clearance: { address } }],
  ['not to one that the user has not agreed to', served, user(address), none, { held: address }],
  ['not to one that was chosen since, in place of another', served, user(other), all, { held: address }],
  ['not to one that was chosen since, in place of a model of this machine', served, user(null), all, { held: address }],
  ['to a server whose button was pressed', served, button(address), none, { clearance: { address } }],
  ['not to another than the button named', served, button(other), all, { held: address }],
  ['not to a server by itself', served, itself, all, { held: address }],
] as const)('a text goes %s', (_, model, cause, isAgreed, found) => {
  expect(clear(model, cause, isAgreed)).toEqual(found);
});

it('nothing that nobody asked for goes to a server, and there is none before a model is loaded', () => {
  expect([null, local, served, { server: serverInfo }].map(here)).toEqual([
    { clearance: { address: null } },
    { clearance: { address: null } },
    null,
    null,
  ]);
});

/** What lets a text go to the server at an address. */
function leave(to: string): Clearance {
  const found = clear({ server: { address: to } }, button(to), none);
  if ('held' in found) throw new Error('The button agrees.');
  return found.clearance;
}

describe('the fence', () => {
  const setUp = (loaded: LoadRequest | null) => {
    const fake = new FakeEngine();
    return { fake, engine: fenced(fake.engine, () => loaded) };
  };
  const text = { text: 'abc' };
  const axis = { centred: false, count: 1, axis: { kind: 'residual', text, position: 0, layer: 0 } } as const;
  const asked: readonly ((engine: ClearedEngine, clearance: Clearance) => Promise<unknown>)[] = [
    (engine, clearance) => engine.tokenise({ ...text, clearance }),
    (engine, clearance) => engine.renderChat({ ...text, generationPrompt: true, clearance }),
    (engine, clearance) => engine.measureWindow({ ids: Int32Array.of(1, 2), from: 0, clearance }),
    (engine, clearance) => engine.scope({ ...axis, clearance }),
    (engine, clearance) => engine.twoTexts({ run: '{"text":"abc"}', other: text, clearance }),
    (engine, clearance) => withClearance(engine, clearance).journey({ ...text, position: 1 }),
  ];

  it.each(asked)(
    'lets a text go to the server that it is cleared for alone, and says nothing of it (%#)',
    async (ask) => {
      const { fake, engine } = setUp(served);
      await ask(engine, leave(address));
      expect(fake.calls).toHaveLength(1);
      expect(fake.calls[0]?.asked).not.toHaveProperty('clearance');
      await expect(ask(engine, leave(other))).rejects.toMatchObject({ code: 'cancelled' });
      expect(fake.calls).toHaveLength(1);
    },
  );

  it('lets no text go to a server that was cleared for this machine, or not at all', async () => {
    const { fake, engine } = setUp(served);
    await expect(engine.tokenise({ text: 'abc' })).rejects.toMatchObject({ code: 'cancelled' });
    const leaveHere = here(local);
    await expect(engine.run({ text: 'abc', ...leaveHere })).rejects.toMatchObject({ code: 'cancelled' });
    expect(fake.calls).toEqual([]);
  });

  it('does not stand in the way of a run that is known, of tokens, of OpenAI’s encodings and of a model here', async () => {
    const { engine, fake } = setUp(served);
    await engine.journey({ run: '{"text":"abc"}', position: 1 });
    await engine.token(7);
    await engine.encode({ encoding: 'o200k_base', text: 'abc' });
    for (const loaded of [local, null]) await setUp(loaded).engine.tokenise({ text: 'abc' });
    expect(fake.calls.map(({ method }) => method)).toEqual(['journey', 'token', 'encode']);
  });
});

/** What must not compile. It is never called. */
export const refusedByTheCompiler = async (engine: ClearedEngine, run: string): Promise<void> => {
  // @ts-expect-error A clearance cannot be written by hand.
  const made: Clearance = { address };
  void made;
  // @ts-expect-error A text needs one.
  await engine.tokenise({ text: 'abc' });
  // @ts-expect-error So does the text of a run,
  await engine.journey({ text: 'abc', position: 1 });
  // @ts-expect-error and a text that stands inside of a request,
  await engine.vector({ expression: 'h', centred: false, count: 1, place: { text: { text: 'abc' }, position: 0 } });
  // @ts-expect-error in an axis,
  await engine.scope({
    centred: false,
    count: 1,
    axis: { kind: 'residual', text: { text: 'abc' }, position: 0, layer: 0 },
  });
  // @ts-expect-error in the options of an experiment,
  await engine.lab({ name: 'length', options: { text: 'abc', plain: false } });
  // @ts-expect-error beside a run that is known,
  await engine.twoTexts({ run, other: { text: 'abc' } });
  // @ts-expect-error or as ids.
  await engine.measureWindow({ ids: Int32Array.of(1), from: 0 });
  await engine.journey({ run, position: 1 });
  await engine.scope({ centred: false, count: 1, axis: { kind: 'token', id: 1 } });
  await engine.scope({ centred: false, count: 1, axis: { kind: 'residual', text: { run }, position: 0, layer: 0 } });
  await engine.vector({ expression: 'king', centred: false, count: 1 });
  await engine.lab({ name: 'extremes', options: {} });
  await engine.releaseOther({});
  const calls: readonly TextCall[] = ['tokenise', 'renderChat', 'run', 'documentTokens', 'measureWindow', 'inspect'];
  const others: readonly TextCall[] = ['twoTexts', 'twoPositions', 'patch', 'patchCell', 'textInBoth'];
  // @ts-expect-error A question about a run needs no text.
  const question: TextCall = 'journey';
  void [calls, others, question];
};
