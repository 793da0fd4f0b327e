import { describe, expect, it } from 'vitest';
import { Asking, type ToolOwner } from '../../../../src/extension/agents/asking';
import { DownloadNeeded } from '../../../../src/extension/inspection/surroundings';
import { EngineError } from '../../../../src/shared/errors';
import { modelKey, type LoadRequest } from '../../../../src/shared/model';
import { wordsOf } from '../../../../src/tools/fit';
import { tools } from '../../../../src/tools/list';
import { address, serverInfo } from '../../support/controller';
import { FakeEngine } from '../../support/fakeEngine';

/** Nobody cancels. */
const never = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };
const tool = (name: string) => {
  const found = tools.find((one) => one.name === name);
  if (!found) throw new Error(`There is no tool ${name}.`);
  return found;
};

/** Tools over a fake engine, whose user has chosen a model. */
async function setUp(more: Partial<ToolOwner> = {}, request: LoadRequest = { path: '/model.gguf' }) {
  const fake = new FakeEngine();
  if (request.server) fake.model = { server: serverInfo };
  const model = await fake.engine.load(request);
  const events: string[] = [];
  const asking = new Asking({
    engine: fake.engine,
    wanted: () => request,
    ready: () => Promise.resolve(void events.push('ready')),
    model: () => model,
    isLoaded: () => true,
    idle: () => Promise.resolve(void events.push('idle')),
    mayUseServers: () => false,
    ...more,
  });
  return { fake, asking, events };
}

const served: LoadRequest = { path: address, server: { address } };

describe('a tool in the editor', () => {
  it('loads the chosen model, and waits for the user', async () => {
    const { asking, events } = await setUp();
    const answer = await asking.ask(tool('neighbours'), { token: 7, neighbours: 3 }, null, never);
    expect(events).toEqual(['ready', 'idle']);
    expect(answer.json(3)).toMatchObject({ token: { id: 7 } });
  });

  it.each(['tokens', 'predict', 'neighbours', 'why', 'model'])('asks no server unless it may: %s', async (name) => {
    const { asking, events, fake } = await setUp({}, served);
    const given = { tokens: { text: 'a' }, predict: { text: 'a' }, neighbours: { token: 5 }, model: {} };
    const asked = name === 'why' ? { text: 'a', a: 1, b: 2 } : given[name as keyof typeof given];
    await expect(asking.ask(tool(name), asked, null, never)).rejects.toMatchObject({
      code: 'bad-request',
      message:
        'The chosen model runs on the server localhost:8080, and tools may not send texts there. Ask the user to turn on the setting vectorscope.toolsUseServers, or to choose a model that runs on this machine.',
    });
    expect(events).toEqual([]);
    expect(fake.calls.filter(({ method }) => method !== 'load')).toEqual([]);
  });

  it.each([
    ['nobody was asked', null],
    ['the user agreed to another model', modelKey({ path: address, server: { address, model: 'other' } })],
  ])('sends no text to a server if %s', async (_, agreed) => {
    const { asking, events, fake } = await setUp({ mayUseServers: () => true }, served);
    await expect(asking.ask(tool('predict'), { text: 'a' }, agreed, never)).rejects.toMatchObject({
      code: 'bad-request',
      message:
        'The chosen model runs on the server localhost:8080, and the user has not agreed to send it this text. Nothing was sent. Call the tool again: the user is asked then.',
    });
    expect(events).toEqual([]);
    expect(fake.calls.filter(({ method }) => method !== 'load')).toEqual([]);
  });

  it('sends no text to a server that the user chose while the call waited', async () => {
    let request: LoadRequest = { path: '/model.gguf' };
    const idle = async () => void (request = served);
    const { asking, fake } = await setUp({ mayUseServers: () => true, wanted: () => request, idle });
    await expect(asking.ask(tool('tokens'), { text: 'a' }, null, never)).rejects.toThrow('has not agreed');
    expect(fake.calls.filter(({ method }) => method !== 'load')).toEqual([]);
  });

  it('sends the text to the server that the user agreed to', async () => {
    const { asking, fake } = await setUp({ mayUseServers: () => true }, served);
    await asking.ask(tool('neighbours'), { token: 7 }, modelKey(served), never);
    expect(fake.count('neighbours')).toBe(1);
    const text = asking.ask(tool('tokens'), { text: 'a' }, modelKey(served), never);
    await expect(text).resolves.toBeDefined();
    expect(fake.last('tokenise')?.asked).toMatchObject({ text: 'a', clearance: { address } });
  });

  it('names the server that it asked', async () => {
    const { asking } = await setUp({ mayUseServers: () => true }, served);
    const answer = await asking.ask(tool('model'), {}, null, never);
    expect(wordsOf(answer, 1)).toContain(`layers run on the server ${address}: texts are sent there`);
  });

  it('starts anew when the user’s inspection cancelled it, and gives up in the end', async () => {
    const { asking, events, fake } = await setUp();
    fake.failures.set('neighbours', new EngineError('cancelled', 'A newer run.'));
    await expect(asking.ask(tool('neighbours'), { token: 7 }, null, never)).rejects.toThrow(
      'The user keeps the engine busy.',
    );
    expect(events.filter((event) => event === 'idle')).toHaveLength(10);
    fake.failures.clear();
    await expect(asking.ask(tool('neighbours'), { token: 7 }, null, never)).resolves.toBeDefined();
  });

  it('does not load a model again whose load the user stopped', async () => {
    let loads = 0;
    const ready = () => {
      loads++;
      return Promise.reject(new EngineError('cancelled', 'The load was cancelled.'));
    };
    const { asking } = await setUp({ ready });
    await expect(asking.ask(tool('neighbours'), { token: 7 }, null, never)).rejects.toMatchObject({
      code: 'cancelled',
      message:
        'The user stopped the load of the model or unloaded it, so there is no answer. Ask the user before you call the tool again.',
    });
    expect(loads).toBe(1);
  });

  it('does not load a model again that the user unloaded during the call', async () => {
    const { asking, events, fake } = await setUp({ isLoaded: () => false });
    fake.failures.set('neighbours', new EngineError('cancelled', 'The model was unloaded.'));
    await expect(asking.ask(tool('neighbours'), { token: 7 }, null, never)).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(events).toEqual(['ready', 'idle']);
  });

  it('loads the model that the user chose instead', async () => {
    const requests: LoadRequest[] = [{ path: '/first.gguf' }, { path: '/second.gguf' }];
    let chosen = 0;
    const ready = async () => {
      if (chosen++ === 0) throw new EngineError('cancelled', 'Another model was chosen.');
    };
    const wanted = () => requests[Math.min(chosen, 1)] as LoadRequest;
    const { asking } = await setUp({ ready, wanted, isLoaded: () => false });
    await expect(asking.ask(tool('neighbours'), { token: 7 }, null, never)).resolves.toBeDefined();
    expect(chosen).toBe(2);
  });

  it('takes all numbers of an answer from one model', async () => {
    const local: LoadRequest = { path: '/first.gguf' };
    let request = local;
    const { asking, fake } = await setUp({ wanted: () => request });
    const { open, done: answer } = await fake.held('tokenise', () =>
      asking.ask(tool('why'), { text: 'ab', a: 'a', b: 'b' }, null, never),
    );
    request = served;
    open();
    await expect(answer).rejects.toMatchObject({ code: 'bad-request' });
    expect(fake.calls.filter(({ method }) => method !== 'load')).toHaveLength(1);
  });

  it('passes on that the model is not downloaded', async () => {
    const needed = new DownloadNeeded({ name: 'it', bytes: 5, from: 'here' } as never);
    const { asking } = await setUp({ ready: () => Promise.reject(needed) });
    await expect(asking.ask(tool('model'), {}, null, never)).rejects.toThrow('The model is not downloaded yet.');
  });

  it('is cancelled while it waits, without ending the others', async () => {
    let free = () => {};
    const { asking, fake } = await setUp({ idle: () => new Promise((resolve) => (free = resolve)) });
    const controller = new AbortController();
    const first = asking.ask(tool('neighbours'), { token: 7 }, null, controller.signal);
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    const second = asking.ask(tool('neighbours'), { token: 8 }, null, never);
    // The first lets go of its turn, and the second waits for the user.
    for (let turns = 0; turns < 20; turns++) {
      free();
      await Promise.resolve();
    }
    await expect(second).resolves.toBeDefined();
    expect(fake.calls.filter(({ method }) => method === 'neighbours')).toHaveLength(1);
  });

  it('refuses wrong arguments without a model', async () => {
    const { asking, events } = await setUp();
    await expect(asking.ask(tool('predict'), { text: 'a', top: 0 }, null, never)).rejects.toThrow('top is 0.');
    expect(events).toEqual([]);
  });
});
