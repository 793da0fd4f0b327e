import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call, Control, Run } from '../../src/shared/engine';
import {
  connectEngine,
  longestCancel,
  serveEngine,
  usualPatience,
  type Port,
  type RemoteError,
} from '../../src/shared/enginePort';
import { EngineError, said } from '../../src/shared/errors';
import { longestSilence } from '../../src/shared/pulse';
import { portPair } from './support/portPair';

const ports: MessagePort[] = [];
afterEach(() => ports.splice(0).forEach((port) => port.close()));

/** A real structured clone between the two ends, transfers included. */
function clonedPair(): readonly [Port, Port] {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const wrap = (port: MessagePort): Port => ({
    post: (message, transfer = []) => port.postMessage(message, transfer),
    onMessage: (listener) => void port.on('message', listener),
  });
  return [wrap(port1), wrap(port2)];
}

type Handler = (method: string, request: unknown, control: Control | undefined) => unknown;
const callOf =
  (handler: Handler): Call =>
  async (name, request, control) =>
    (await handler(name, request, control)) as never;

function connect(handler: Handler, pair = clonedPair()) {
  serveEngine(callOf(handler), pair[1]);
  return connectEngine(pair[0]);
}

const untilAborted = (control: Control | undefined) =>
  new Promise<never>((_, reject) =>
    control?.signal?.addEventListener('abort', () => reject(new EngineError('cancelled', 'Stopped.'))),
  );

describe.each([
  ['structured clones', clonedPair],
  ['memory', portPair],
])('an engine over %s', (_, pair) => {
  it('passes requests and answers', async () => {
    const engine = connect((method, request) => ({ method, request }), pair());
    expect(await engine.find({ query: 'é😀', count: 3 })).toEqual({
      method: 'find',
      request: { query: 'é😀', count: 3 },
    });
    expect(await engine.token(7)).toEqual({ method: 'token', request: 7 });
  });

  it('keeps the code, the message and the choices of an error', async () => {
    const engine = connect(() => {
      throw new EngineError('model-missing', 'There is no such file.', undefined, ['y']);
    }, pair());
    const error = await engine.load({ path: 'x' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ code: 'model-missing', message: 'There is no such file.', choices: ['y'] });
  });

  it('keeps the template of an error and its values, for whoever translates it', async () => {
    const sentence = said`There is no file ${'x'}. ${said`Choose another.`}`;
    const engine = connect(() => {
      throw new EngineError('model-missing', sentence);
    }, pair());
    await expect(engine.load({ path: 'x' })).rejects.toMatchObject({ message: sentence.message, said: sentence });
  });

  it('turns any other error into an internal one, with its place and without its message', async () => {
    const engine = connect(function tooFar() {
      throw new RangeError('secret');
    }, pair());
    const error = await engine.token(1).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'EngineError', code: 'internal', message: 'The engine failed: RangeError.' });
    expect((error as RemoteError).detail).toMatch(/^RangeError\n\s+at .*tooFar/);
    expect((error as RemoteError).detail).not.toContain('secret');
  });

  it('says of an internal error of ours where it was thrown and why', async () => {
    const engine = connect(function summing() {
      throw new EngineError('internal', 'The sum is off.');
    }, pair());
    const error = await engine.token(1).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'internal', message: 'The sum is off.' });
    expect((error as RemoteError).detail).toMatch(/^EngineError: The sum is off\.\n\s+at .*summing/);
  });

  it('sends progress to the call that it belongs to', async () => {
    const engine = connect((_method, request, control) => {
      control?.onProgress?.({ stage: 'run', fraction: request as number });
      return null;
    }, pair());
    const [first, second]: [number[], number[]] = [[], []];
    await Promise.all([
      engine.token(0.25, { onProgress: ({ fraction }) => first.push(fraction) }),
      engine.token(0.75, { onProgress: ({ fraction }) => second.push(fraction) }),
    ]);
    expect([first, second]).toEqual([[0.25], [0.75]]);
  });

  it('cancels the call whose signal is aborted, and no other', async () => {
    const engine = connect((_method, id, control) => (id === 1 ? untilAborted(control) : 'done'), pair());
    const controller = new AbortController();
    const call = engine.token(1, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'cancelled' });
    expect(await engine.token(2)).toBe('done');
  });

  it('waits for the answer to a cancelled call once the engine has said something', async () => {
    let stop: (error: Error) => void = () => {};
    const engine = connect((_method, id) => (id === 1 ? new Promise((_, reject) => (stop = reject)) : 'done'), pair());
    await engine.token(2);
    const controller = new AbortController();
    const call = engine.token(1, { signal: controller.signal });
    const told = vi.fn();
    call.catch(told);
    controller.abort();
    // Messages keep their order.
    await engine.token(3);
    expect(told).not.toHaveBeenCalled();
    stop(new EngineError('cancelled', 'Stopped late.'));
    await expect(call).rejects.toMatchObject({ message: 'Stopped late.' });
  });

  it('does not send a call that is already cancelled', async () => {
    let calls = 0;
    const engine = connect(() => ++calls, pair());
    await expect(engine.token(1, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    expect(await engine.token(1)).toBe(1);
  });

  it('rejects all that wait when it is closed, and all later calls', async () => {
    const engine = connect((_method, _request, control) => untilAborted(control), pair());
    const calls = [engine.token(1), engine.find({ query: 'a', count: 1 })];
    const reason = new EngineError('worker-lost', 'The worker ended.');
    engine.close(reason);
    for (const call of calls) await expect(call).rejects.toBe(reason);
    await expect(engine.token(2)).rejects.toBe(reason);
  });

  it('closes with a sentence of its own', async () => {
    const engine = connect(() => null, pair());
    engine.close();
    await expect(engine.token(1)).rejects.toMatchObject({ code: 'worker-lost' });
  });
});

describe('buffers', () => {
  const layers = {
    residualSize: [new Float64Array([1, 2])],
    angleToInput: [],
    angleToPrediction: [],
    attentionSize: [],
    feedForwardSize: [],
  };

  it('of an answer are moved', async () => {
    const run: Run = {
      handle: 'one',
      length: 1,
      hiddenSize: new Float64Array([5]),
      entropy: new Float64Array([0]),
      surprisal: new Float64Array([NaN]),
      likeliest: [],
      layers,
    };
    const answer = await connect(() => run).run({ text: 'a' });
    expect([...answer.hiddenSize]).toEqual([5]);
    expect([...(answer.layers.residualSize[0] ?? [])]).toEqual([1, 2]);
    expect(run.hiddenSize.byteLength).toBe(0);
    expect(layers.residualSize[0]?.byteLength).toBe(0);
  });
});

it('rejects when an answer cannot cross', async () => {
  await expect(connect(() => ({ cannot: () => 'be cloned' })).token(1)).rejects.toMatchObject({ code: 'internal' });
});

it('ignores messages of another form', async () => {
  const [near, far] = portPair();
  const engine = connect(() => 'fine', [near, far]);
  for (const message of [null, 'text', 1, {}, []]) far.post(message);
  expect(await engine.token(1)).toBe('fine');
});

it('a call that is cancelled ends at once while the engine has said nothing yet: it may still be starting', async () => {
  const posted: unknown[] = [];
  const engine = connectEngine({ post: (message) => void posted.push(message), onMessage: () => undefined });
  const controller = new AbortController();
  const call = engine.token(1, { signal: controller.signal });
  const other = engine.token(2);
  controller.abort();
  await expect(call).rejects.toMatchObject({ code: 'cancelled' });
  expect(posted).toMatchObject([{ m: 'call' }, { m: 'call' }, { m: 'cancel' }]);
  engine.close();
  await expect(other).rejects.toMatchObject({ code: 'worker-lost' });
});

describe('an engine that does not answer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** An engine that has said something once, and whose event loop stands still while `isStuck`. */
  async function setUp() {
    const [near, far] = portPair();
    const held: unknown[] = [];
    const state = { isStuck: false, handler: (() => 'done') as Handler };
    const listeners: ((message: unknown) => void)[] = [];
    far.onMessage((message) =>
      state.isStuck ? held.push(message) : listeners.forEach((listener) => listener(message)),
    );
    serveEngine(
      callOf((...call) => state.handler(...call)),
      { post: (message) => far.post(message), onMessage: (listener) => void listeners.push(listener) },
    );
    const hung: string[] = [];
    const engine = connectEngine(near, (method, after) => hung.push(after === 'cancel' ? method : `${method}, silent`));
    await engine.token(0);
    const goOn = () => {
      state.isStuck = false;
      for (const message of held.splice(0)) listeners.forEach((listener) => listener(message));
    };
    return { engine, state, hung, goOn };
  }

  const silence = 1000 * longestSilence;

  it('lets a cancelled call go after a while, drops its late answer, and counts as hung after a longer silence', async () => {
    const { engine, state, hung } = await setUp();
    state.isStuck = true;
    const [controller, told] = [new AbortController(), vi.fn()];
    engine.run({ text: 'a' }, { signal: controller.signal }).catch(told);
    controller.abort();
    await vi.advanceTimersByTimeAsync(longestCancel - 1);
    expect(told).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(told.mock.calls).toMatchObject([[{ code: 'cancelled' }]]);
    await vi.advanceTimersByTimeAsync(silence - 1);
    expect(hung).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(hung).toEqual(['run']);
  });

  it('is busy, and not hung, where it answers before that: what it says of the cancelled call is dropped', async () => {
    const { engine, state, hung, goOn } = await setUp();
    state.isStuck = true;
    const [controller, told] = [new AbortController(), vi.fn()];
    engine.token(1, { signal: controller.signal }).then(told, told);
    controller.abort();
    await vi.advanceTimersByTimeAsync(longestCancel + silence - 600);
    goOn();
    await vi.advanceTimersByTimeAsync(10 * silence);
    expect(told.mock.calls).toMatchObject([[{ code: 'cancelled' }]]);
    expect(hung).toEqual([]);
    expect(await engine.token(2)).toBe('done');
  });

  it('is not hung where it goes on with a call that was cancelled, but reads its messages', async () => {
    const { engine, state, hung } = await setUp();
    state.handler = (_method, id) => (id === 1 ? new Promise(() => {}) : 'done');
    const controller = new AbortController();
    const call = engine.token(1, { signal: controller.signal }).catch((error: unknown) => error);
    controller.abort();
    await vi.advanceTimersByTimeAsync(longestCancel);
    expect(await call).toMatchObject({ code: 'cancelled' });
    await vi.advanceTimersByTimeAsync(10 * silence);
    expect(hung).toEqual([]);
  });

  it('is asked again as soon as it has answered', async () => {
    const { engine, state, hung, goOn } = await setUp();
    const cancelOne = async () => {
      const controller = new AbortController();
      engine.token(1, { signal: controller.signal }).catch(() => undefined);
      controller.abort();
      await vi.advanceTimersByTimeAsync(longestCancel);
    };
    state.isStuck = true;
    await cancelOne();
    goOn();
    await vi.advanceTimersByTimeAsync(0);
    state.isStuck = true;
    await cancelOne();
    await vi.advanceTimersByTimeAsync(silence);
    expect(hung).toEqual(['token']);
  });

  it('is told of once, however many calls were cancelled, and not at all once it was closed', async () => {
    const { engine, state, hung } = await setUp();
    state.isStuck = true;
    const cancelSome = () => {
      const controller = new AbortController();
      for (const id of [1, 2, 3]) engine.token(id, { signal: controller.signal }).catch(() => undefined);
      controller.abort();
    };
    cancelSome();
    await vi.advanceTimersByTimeAsync(longestCancel + silence);
    expect(hung).toEqual(['token']);
    cancelSome();
    await vi.advanceTimersByTimeAsync(longestCancel);
    engine.close();
    await vi.advanceTimersByTimeAsync(10 * silence);
    expect(hung).toEqual(['token']);
  });

  describe('while nobody cancels', () => {
    const patience = 1000 * usualPatience.call;

    it('counts as hung after a longer silence, and every call that waits settles', async () => {
      const { engine, state, hung } = await setUp();
      state.isStuck = true;
      const [load, token] = [vi.fn(), vi.fn()];
      engine.load({ path: 'a' }).catch(load);
      engine.token(1).catch(token);
      await vi.advanceTimersByTimeAsync(patience - 1);
      expect([hung, load.mock.calls]).toEqual([[], []]);
      await vi.advanceTimersByTimeAsync(1);
      expect(hung).toEqual(['load, silent']);
      for (const told of [load, token]) expect(told.mock.calls).toMatchObject([[{ code: 'worker-lost' }]]);
      // So does a later one.
      engine.token(2).catch(token);
      await vi.advanceTimersByTimeAsync(patience);
      expect(token).toHaveBeenCalledTimes(2);
    });

    it('is not hung where it is silent for less, or answers pings during a long call', async () => {
      const { engine, state, hung, goOn } = await setUp();
      const told = vi.fn();
      let answer: (value: unknown) => void = () => {};
      state.handler = (_method, id) => (id === 1 ? new Promise((resolve) => (answer = resolve)) : 'done');
      engine.token(1).then(told, told);
      await vi.advanceTimersByTimeAsync(10 * patience);
      state.isStuck = true;
      await vi.advanceTimersByTimeAsync(patience - 1);
      goOn();
      await vi.advanceTimersByTimeAsync(10 * patience);
      expect([hung, told.mock.calls]).toEqual([[], []]);
      answer('late');
      await vi.advanceTimersByTimeAsync(0);
      expect(told.mock.calls).toEqual([['late']]);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('has longer for its start', async () => {
      const told = vi.fn();
      const engine = connectEngine({ post: () => undefined, onMessage: () => undefined });
      engine.token(1).catch(told);
      await vi.advanceTimersByTimeAsync(1000 * usualPatience.start - 1);
      expect(told).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(told.mock.calls).toMatchObject([[{ code: 'worker-lost' }]]);
    });
  });
});
