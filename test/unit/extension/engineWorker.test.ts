import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineWorker } from '../../../src/extension/engineWorker';
import type { BackendState } from '../../../src/shared/backend';
import { clear, here } from '../../../src/shared/consent';
import type { Engine } from '../../../src/shared/engine';
import { longestCancel, usualPatience } from '../../../src/shared/enginePort';
import { EngineError } from '../../../src/shared/errors';
import type { GpuDown } from '../../../src/shared/gpu';
import { longestSilence } from '../../../src/shared/pulse';
import { FakeEngine } from '../support/fakeEngine';
import { FakeProcess } from '../support/fakeProcess';

function setUp() {
  const fake = new FakeEngine();
  const processes: FakeProcess[] = [];
  const lines: string[] = [];
  const log = { info: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) };
  const spawn = () => {
    const started = new FakeProcess(fake.call);
    processes.push(started);
    return started;
  };
  const owner = { minutes: 0, ended: 0, noted: 0, backends: [] as BackendState[], gpu: [] as GpuDown[] };
  const worker = new EngineWorker(spawn, log, {
    lost: () => 'The engine stopped.',
    hung: () => 'The engine hung.',
    idleMinutes: () => owner.minutes,
  });
  worker.listen({
    ended: () => void owner.ended++,
    noted: () => void owner.noted++,
    backend: (state) => void owner.backends.push(state),
    gpu: (message, answer) => {
      owner.gpu.push(message);
      answer({ session: message.session, kind: 'ended', why: 'no-page' });
    },
  });
  return { fake, processes, lines, owner, worker };
}

it('starts with the first call and serves all later ones', async () => {
  const { worker, processes } = setUp();
  expect(worker.started).toBe(false);
  await worker.engine.load({ path: 'a' });
  await worker.engine.find({ query: 'a', count: 1 });
  expect(worker.started).toBe(true);
  expect(processes).toHaveLength(1);
});

it('does not start for a count that nobody asked for', async () => {
  const { worker, processes } = setUp();
  await expect(worker.aside.encode({ encoding: 'o200k_base', text: 'a' })).rejects.toMatchObject({ code: 'cancelled' });
  expect([worker.started, processes]).toEqual([false, []]);
});

it('gets no text that is not cleared for its server, neither asked for nor in a count', async () => {
  const { worker, fake } = setUp();
  const served = { path: 'a', server: { address: 'http://a' } };
  const text = { text: 'abc', ...clear(served, { by: 'user', server: 'http://a' }, () => true) };
  const other = { text: 'abc', clearance: { ...here(null)?.clearance, address: 'http://b' } };
  await worker.engine.load({ path: 'a' });
  await worker.engine.tokenise(other);
  await worker.engine.load(served);
  for (const engine of [worker.engine, worker.aside as Pick<Engine, 'tokenise'>]) {
    await expect(engine.tokenise({ text: 'abc' })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(engine.tokenise(other)).rejects.toMatchObject({ code: 'cancelled' });
    await engine.tokenise(text);
  }
  expect(fake.calls.map(({ method }) => method)).toEqual(['load', 'tokenise', 'load', 'tokenise', 'tokenise']);
  expect(fake.last('tokenise')?.asked).toEqual({ text: 'abc' });
});

it('is replaced when it ends by itself: what waits rejects, and the log says how it ended', async () => {
  const { worker, processes, fake, lines, owner } = setUp();
  const called = fake.called('token');
  fake.close('token');
  const waiting = worker.engine.token(1);
  await called;
  processes[0]?.note({ failure: 'RangeError at engine.mjs:1' });
  processes[0]?.end('its process ended with code 1');
  processes[0]?.end('its process ended with code 1');
  await expect(waiting).rejects.toMatchObject({ code: 'worker-lost', message: 'The engine stopped.' });
  expect(owner.ended).toBe(1);
  expect(await worker.engine.find({ query: 'a', count: 1 })).toMatchObject({ total: 1 });
  expect(processes).toHaveLength(2);
  expect(lines.filter((line) => /lost|failed/.test(line))).toEqual([
    'The engine failed: RangeError at engine.mjs:1.',
    'The engine was lost: its process ended with code 1.',
  ]);
});

it('says what memory it takes, once that is known', async () => {
  const { worker, processes, owner } = setUp();
  expect(worker.memory).toBeNull();
  await worker.engine.load({ path: 'a' });
  expect(worker.memory).toBeNull();
  processes[0]?.note({ memory: 7e8 });
  expect([worker.memory, owner.noted]).toEqual([7e8, 1]);
  await worker.unload();
  expect(worker.memory).toBeNull();
});

it('tells what its layers run on by themselves, and hands on what it says to a GPU, until it has ended', async () => {
  const { worker, processes, owner } = setUp();
  await worker.engine.load({ path: 'a' });
  const [first] = processes;
  const backend: BackendState = {
    backend: 'wasm',
    reason: { kind: 'lost' },
    adapter: null,
    agreement: null,
    times: null,
  };
  first?.note({ backend });
  first?.fromGpu({ session: '0', kind: 'start' });
  expect(first?.toGpu).toEqual([{ session: '0', kind: 'ended', why: 'no-page' }]);
  await worker.unload();
  first?.note({ backend });
  first?.fromGpu({ session: '0', kind: 'end' });
  expect([owner.backends, owner.gpu]).toEqual([[backend], [{ session: '0', kind: 'start' }]]);
});

it('is busy with a call, but not with trying a backend, which gives way to others', async () => {
  const { worker, fake } = setUp();
  await worker.engine.load({ path: 'a' });
  const [openTrial, openToken] = [fake.close('useBackend'), fake.close('token')];
  const trial = worker.engine.useBackend({ choice: 'auto' });
  expect(worker.busy).toBe(false);
  const token = worker.engine.token(1);
  expect(worker.busy).toBe(true);
  openToken();
  await token;
  expect(worker.busy).toBe(false);
  openTrial();
  await trial;
  expect(worker.busy).toBe(false);
});

it('ends with its owner and takes no call after that', async () => {
  const { worker, processes, fake, lines } = setUp();
  const { done: waiting } = await fake.held('token', () => worker.engine.token(1));
  await worker.dispose();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  await expect(worker.engine.token(1)).rejects.toMatchObject({ code: 'cancelled' });
  expect(processes.map(({ terminated }) => terminated)).toEqual([true]);
  expect(lines.some((line) => line.includes('lost'))).toBe(false);
});

it('starts anew for another number of threads, once what runs has ended', async () => {
  const { worker, processes, fake, lines } = setUp();
  await worker.engine.load({ path: 'b' });
  expect(processes).toHaveLength(1);
  const { open, done: running } = await fake.held('token', () => worker.engine.token(1));
  const loaded = worker.engine.load({ path: 'b', threads: 2 });
  expect(processes[0]?.terminated).toBe(false);
  open();
  await expect(running).resolves.toBeDefined();
  await loaded;
  expect(processes.map(({ terminated }) => terminated)).toEqual([true, false]);
  expect(fake.last('load')?.request).toEqual({ path: 'b', threads: 2 });
  await worker.engine.load({ path: 'b', threads: 2 });
  await worker.engine.find({ query: 'a', count: 1 });
  expect(processes).toHaveLength(2);
  await worker.engine.load({ path: 'b' });
  expect(processes).toHaveLength(3);
  expect(lines.some((line) => line.includes('lost'))).toBe(false);
});

it('starts anew for another model, at once, so that the memory of the old one is given back', async () => {
  const { worker, processes, fake, lines, owner } = setUp();
  await worker.engine.load({ path: 'a' });
  await worker.engine.load({ path: 'a' });
  expect(processes).toHaveLength(1);
  const { done: outcome } = await fake.held('run', () =>
    expect(worker.engine.run({ text: 'a' })).rejects.toMatchObject({ code: 'cancelled' }),
  );
  await worker.engine.load({ path: 'b' });
  await outcome;
  expect(processes.map(({ terminated }) => terminated)).toEqual([true, false]);
  expect(owner.ended).toBe(1);
  await worker.engine.load({ path: 'b', geometryOnly: true });
  expect(processes).toHaveLength(3);
  expect(lines.some((line) => line.includes('lost'))).toBe(false);
});

it('loads one model a worker, however soon the next is asked for', async () => {
  const { worker, processes, fake } = setUp();
  const loads = await Promise.allSettled([worker.engine.load({ path: 'a' }), worker.engine.load({ path: 'b' })]);
  expect(loads.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(loads[0]).toMatchObject({ reason: { code: 'cancelled' } });
  expect(processes.map(({ terminated }) => terminated)).toEqual([true, false]);
  expect(fake.calls.map(({ request }) => request)).toEqual([{ path: 'b' }]);
});

it('loads the geometry of a model that was refused in the same worker, which has nothing to give back', async () => {
  const { worker, processes, fake } = setUp();
  fake.failures.set('load', new EngineError('geometry-only', 'It needs 9 GB.'));
  await expect(worker.engine.load({ path: 'a' })).rejects.toMatchObject({ code: 'geometry-only' });
  fake.failures.clear();
  await worker.engine.load({ path: 'a', geometryOnly: true });
  expect(processes).toHaveLength(1);
  await worker.engine.load({ path: 'b' });
  expect(processes).toHaveLength(2);
});

it('ends no worker for a number of threads before its first load', async () => {
  const { worker, processes } = setUp();
  await worker.engine.encode({ encoding: 'o200k_base', text: 'a' });
  await worker.engine.load({ path: 'a', threads: 2 });
  expect(processes).toHaveLength(1);
});

it('asks nothing of a worker for a call that was cancelled before', async () => {
  const { worker } = setUp();
  await expect(worker.engine.load({ path: 'a' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect(worker.started).toBe(false);
});

describe('of several wishes the newest decides', () => {
  it('an unload ends a load that waits for what runs', async () => {
    const { worker, fake, processes } = setUp();
    await worker.engine.load({ path: 'a' });
    const { open, done: running } = await fake.held('token', () => worker.engine.token(1).catch(() => undefined));
    const load = worker.engine.load({ path: 'a', threads: 2 });
    const outcome = expect(load).rejects.toMatchObject({ code: 'cancelled', message: 'The model was unloaded.' });
    await worker.unload();
    open();
    await Promise.all([outcome, running]);
    expect([processes.length, fake.count('load')]).toEqual([1, 1]);
  });

  it('a load ends one of another model that waits for what runs', async () => {
    const { worker, fake, processes } = setUp();
    await worker.engine.load({ path: 'a' });
    const called = fake.called('token');
    fake.close('token');
    const running = worker.engine.token(1).catch(() => undefined);
    await called;
    const outcome = expect(worker.engine.load({ path: 'a', threads: 2 })).rejects.toMatchObject({
      code: 'cancelled',
      message: 'Another model is loaded.',
    });
    await worker.engine.load({ path: 'b' });
    await Promise.all([outcome, running]);
    expect(processes.map(({ terminated }) => terminated)).toEqual([true, false]);
    expect(fake.calls.flatMap(({ method, request }) => (method === 'load' ? [request] : []))).toEqual([
      { path: 'a' },
      { path: 'b' },
    ]);
  });

  it.each(['cancelled', 'unloaded'])(
    'a load that waits for the end of the worker before and is %s starts none',
    async (how) => {
      const { worker, processes } = setUp();
      await worker.engine.load({ path: 'a' });
      let ended = () => {};
      if (processes[0]) processes[0].ending = new Promise((resolve) => (ended = resolve));
      const controller = new AbortController();
      const outcome = expect(worker.engine.load({ path: 'b' }, { signal: controller.signal })).rejects.toMatchObject({
        code: 'cancelled',
      });
      if (how === 'cancelled') controller.abort();
      else await worker.unload();
      if (how === 'cancelled') await outcome;
      ended();
      await outcome;
      expect(processes).toHaveLength(1);
    },
  );
});

describe('a worker that hangs', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is ended once a cancelled call was not answered: the log says what hung, a request that waits says it to the person, and the next starts another', async () => {
    const { worker, processes, lines, owner } = setUp();
    await worker.engine.load({ path: 'a' });
    processes[0]?.stop();
    const controller = new AbortController();
    const cancelled = expect(
      worker.engine.tokenise({ text: 'secret' }, { signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    controller.abort();
    await vi.advanceTimersByTimeAsync(longestCancel);
    await cancelled;
    const waiting = expect(worker.engine.find({ query: 'a', count: 1 })).rejects.toMatchObject({
      code: 'worker-lost',
      message: 'The engine hung.',
    });
    expect(worker.busy).toBe(true);
    await vi.advanceTimersByTimeAsync(1000 * longestSilence);
    await waiting;
    expect([owner.ended, worker.busy, processes[0]?.terminated]).toEqual([1, false, true]);
    expect(lines.at(-1)).toBe(
      'The engine hung and was ended: a call of “tokenise” was cancelled, and 6.5 seconds later it had not answered.',
    );
    expect(await worker.engine.load({ path: 'a' })).toMatchObject({ name: 'a' });
    expect(processes).toHaveLength(2);
  });

  it('is ended where nobody cancels, also during the load of the model that it has', async () => {
    const { worker, processes, lines } = setUp();
    await worker.engine.load({ path: 'a' });
    processes[0]?.stop();
    const waiting = expect(worker.engine.load({ path: 'a' })).rejects.toMatchObject({
      code: 'worker-lost',
      message: 'The engine hung.',
    });
    await vi.advanceTimersByTimeAsync(1000 * usualPatience.call);
    await waiting;
    expect([processes[0]?.terminated, worker.busy]).toEqual([true, false]);
    expect(lines.at(-1)).toBe(
      'The engine hung and was ended: a call of “load” waited, and nothing came for 30 seconds.',
    );
    expect(await worker.engine.load({ path: 'a' })).toMatchObject({ name: 'a' });
  });

  it('that was unloaded meanwhile leaves the one after it alone', async () => {
    const { worker, processes, owner } = setUp();
    await worker.engine.load({ path: 'a' });
    processes[0]?.stop();
    const controller = new AbortController();
    const cancelled = expect(worker.engine.token(1, { signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    controller.abort();
    await vi.advanceTimersByTimeAsync(longestCancel);
    await cancelled;
    await worker.unload();
    await worker.engine.load({ path: 'a' });
    await vi.advanceTimersByTimeAsync(10_000 * longestSilence);
    expect([owner.ended, processes.map(({ terminated }) => terminated)]).toEqual([1, [true, false]]);
  });
});

describe('unloading', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('ends the worker, rejects what waits, says so, and the next call starts another', async () => {
    const { worker, fake, processes, owner } = setUp();
    await worker.unload();
    expect(owner.ended, 'nothing was loaded').toBe(0);
    const load = worker.engine.load({ path: 'a' });
    await load;
    fake.close('run');
    const waiting = worker.engine.run({ text: 'a' });
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await worker.unload();
    await outcome;
    expect([owner.ended, processes[0]?.terminated]).toEqual([1, true]);
    await worker.engine.load({ path: 'a' });
    expect(processes).toHaveLength(2);
  });

  it('happens after the idle time, which every call begins anew', async () => {
    const { worker, processes, owner } = setUp();
    owner.minutes = 10;
    await worker.engine.load({ path: 'a' });
    await vi.advanceTimersByTimeAsync(9 * 60_000);
    await worker.engine.find({ query: 'a', count: 1 });
    await vi.advanceTimersByTimeAsync(9 * 60_000);
    expect(processes[0]?.terminated).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(processes[0]?.terminated).toBe(true);
    expect(owner.ended).toBe(1);
  });

  it('does not wait for a count that nobody asked for, which does not begin the idle time anew', async () => {
    const { worker, fake, processes, owner } = setUp();
    owner.minutes = 10;
    await worker.engine.load({ path: 'a' });
    await vi.advanceTimersByTimeAsync(9 * 60_000);
    expect(await worker.aside.encode({ encoding: 'o200k_base', text: 'abc', most: 0 })).toMatchObject({ count: 3 });
    fake.close('encode');
    const text = { encoding: 'o200k_base', text: 'abcd' } as const;
    const outcome = expect(worker.aside.encode(text)).rejects.toMatchObject({ code: 'cancelled' });
    expect([worker.busy, worker.calls]).toEqual([false, 1]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(processes[0]?.terminated).toBe(true);
    await outcome;
  });

  it.each(['run', 'useBackend'] as const)('waits for a %s that takes longer than the idle time', async (method) => {
    const { worker, fake, processes, owner } = setUp();
    owner.minutes = 1;
    await worker.engine.load({ path: 'a' });
    const open = fake.close(method);
    const running = method === 'run' ? worker.engine.run({ text: 'a' }) : worker.engine.useBackend({ choice: 'auto' });
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(processes[0]?.terminated).toBe(false);
    open();
    await running;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(processes[0]?.terminated).toBe(true);
  });

  it('never happens by itself where the setting says 0, and at once after a change of it counts anew', async () => {
    const { worker, processes, owner } = setUp();
    await worker.engine.load({ path: 'a' });
    await vi.advanceTimersByTimeAsync(1440 * 60_000);
    expect(processes[0]?.terminated).toBe(false);
    owner.minutes = 2;
    worker.rest();
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(processes[0]?.terminated).toBe(true);
  });
});
