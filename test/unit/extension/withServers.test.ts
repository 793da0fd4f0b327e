import { describe, expect, it, vi } from 'vitest';
import { LayersBackend } from '../../../src/extension/backend/backend';
import { RememberedSpeeds } from '../../../src/extension/backend/rememberedSpeeds';
import { EngineWorker, type WorkerProcess } from '../../../src/extension/engineWorker';
import { logEntry } from '../../../src/extension/plainText';
import { NotTrusted, sendsText, withServers } from '../../../src/extension/served';
import { ServerKeys } from '../../../src/extension/servers/keys';
import { engineFrom } from '../../../src/shared/engine';
import { EngineError } from '../../../src/shared/errors';
import { loadKey, modelKey, type LoadRequest } from '../../../src/shared/model';
import { address, serverInfo } from '../support/controller';
import { FakeEngine } from '../support/fakeEngine';
import { Memento } from '../support/layersBackend';

const secret = 'sk-very-secret';
const load: LoadRequest = { path: address, server: { address, matrices: '/m/one.gguf' } };

function setUp(key: string | undefined = secret) {
  const fake = new FakeEngine();
  const given = { isTrusted: true };
  const keyOf = vi.fn(async () => key);
  const engine = withServers(fake.engine, {
    keyOf,
    isTrusted: () => given.isTrusted,
    notTrusted: () => 'It is not trusted.',
  });
  return { fake, given, keyOf, engine };
}

/** The secret storage of an editor. */
const storage = () => {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (name: string) => kept.get(name),
    store: async (name: string, value: string) => void kept.set(name, value),
    delete: async (name: string) => void kept.delete(name),
  };
};

describe('a load of a model on a server', () => {
  it('gets the key of its address, and no other load does', async () => {
    const { engine, fake, keyOf } = setUp();
    await engine.load(load);
    expect(fake.last('load')?.request).toEqual({ ...load, server: { ...load.server, key: secret } });
    expect(keyOf.mock.calls).toEqual([[address]]);
    await engine.load({ path: '/m/one.gguf' });
    expect(fake.last('load')?.request).toEqual({ path: '/m/one.gguf' });
    expect(keyOf).toHaveBeenCalledOnce();
  });

  it('has no key where the server needs none', async () => {
    const fake = new FakeEngine();
    const owner = { keyOf: async () => undefined, isTrusted: () => true, notTrusted: () => '' };
    await withServers(fake.engine, owner).load(load);
    expect(fake.last('load')?.request).toEqual(load);
  });

  it('has the same keys with and without the secret, which neither contains', () => {
    const withKey = { ...load, server: { address, matrices: '/m/one.gguf', key: secret } };
    expect([modelKey(withKey), loadKey(withKey)]).toEqual([modelKey(load), loadKey(load)]);
    expect(loadKey(withKey)).not.toContain(secret);
  });

  it('leaves the secret out of all lines of the log, also when it fails', async () => {
    const lines: string[] = [];
    const log = { info: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) };
    const posted: unknown[] = [];
    let answer: (message: unknown) => void = () => undefined;
    const process: WorkerProcess = {
      post: (message) => void posted.push(message),
      onMessage: (listener) => (answer = listener),
      onNote: () => undefined,
      onEnd: (listener) => void ends.push(listener),
      terminate: async () => undefined,
    };
    const ends: ((how: string) => void)[] = [];
    const worker = new EngineWorker(() => process, log, {
      lost: () => 'The engine was lost.',
      hung: () => 'It hung.',
      idleMinutes: () => 0,
    });
    const served = withServers(worker.engine, {
      keyOf: async () => secret,
      isTrusted: () => true,
      notTrusted: () => '',
    });
    const backend = new LayersBackend(served, {
      choice: () => 'auto',
      pageIsThere: () => false,
      remembered: new RememberedSpeeds(new Memento(), 'here', '1.0.0'),
      log,
    });
    const failed = backend.engine.load(load).catch((error: unknown) => void lines.push(logEntry(error)));
    await vi.waitFor(() => expect(JSON.stringify(posted)).toContain(secret));
    answer('a message of no known form');
    for (const end of ends) end('its process ended');
    await failed;
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join('\n')).not.toContain(secret);
  });
});

describe('an untrusted workspace', () => {
  it('connects to nothing, reads no key, and still loads files', async () => {
    const { engine, fake, given, keyOf } = setUp();
    given.isTrusted = false;
    await expect(engine.load(load)).rejects.toThrow(NotTrusted);
    await expect(engine.load(load)).rejects.toMatchObject({ code: 'bad-request', message: 'It is not trusted.' });
    expect([fake.calls, keyOf.mock.calls]).toEqual([[], []]);
    await engine.load({ path: '/m/one.gguf' });
    await engine.tokenise({ text: 'abc' });
    await engine.run({ text: 'abc' });
    expect(fake.count('run')).toBe(1);
  });

  it('asks a model that is loaded nothing, whatever it is asked', async () => {
    const { engine, fake, given } = setUp();
    await engine.load(load);
    await engine.run({ text: 'abc' });
    given.isTrusted = false;
    const inspection = { text: 'abc', neighbours: 0, top: 1, layers: false, centred: false };
    for (const asked of [
      () => engine.tokenise({ text: 'abc' }),
      () => engine.run({ text: 'abc' }),
      () => engine.contrasts({ text: 'abc' }),
      () => engine.inspect(inspection),
    ])
      await expect(asked()).rejects.toThrow(NotTrusted);
    expect([fake.count('tokenise'), fake.count('run'), fake.count('inspect')]).toEqual([0, 1, 0]);
    await engine.encode({ encoding: 'o200k_base', text: 'abc' });
    expect(fake.count('encode')).toBe(1);
  });
});

it('the backend of the layers is not chosen for a model on a server', async () => {
  const { engine, fake } = setUp();
  fake.model = { trunk: null, server: serverInfo };
  const backend = new LayersBackend(engine, {
    choice: () => 'webgpu',
    pageIsThere: () => true,
    remembered: new RememberedSpeeds(new Memento(), 'here', '1.0.0'),
    log: { info: () => undefined, error: () => undefined },
  });
  await backend.engine.load(load);
  backend.choiceChanged();
  backend.pageCame();
  await backend.engine.run({ text: 'abc' });
  expect([fake.count('useBackend'), backend.isMeasured]).toEqual([0, false]);
});

it('a failure passes through as it is', async () => {
  const error = new EngineError('server-failed', 'No server answers.');
  const engine = engineFrom(() => Promise.reject(error));
  const served = withServers(engine, { keyOf: async () => secret, isTrusted: () => true, notTrusted: () => '' });
  await expect(served.load(load)).rejects.toBe(error);
});

it('a model sends texts if a server runs it, by its own field and not by the look of its path', () => {
  expect([null, { path: 'https://example.org/a.gguf' }, load, { server: serverInfo }].map(sendsText)).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

it('keys are kept under their addresses, and an empty one is none', async () => {
  const secrets = storage();
  const keys = new ServerKeys(secrets);
  await keys.keep(address, secret);
  await keys.keep('https://example.org', 'other');
  expect([await keys.of(address), await keys.of('https://example.org'), await keys.of('http://a')]).toEqual([
    secret,
    'other',
    undefined,
  ]);
  await keys.keep(address, '');
  await keys.forget('https://example.org');
  expect([...secrets.kept]).toEqual([]);
});
