import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Control, Engine, Run } from '../../src/shared/engine';
import { connectEngine, engineFrom, portPair, serveEngine, type Port, type RemoteError } from '../../src/shared/enginePort';
import { EngineError } from '../../src/shared/errors';

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
const engineOf = (handler: Handler): Engine => engineFrom(async (method, request, control) => (await handler(method, request, control)) as never);

function connect(handler: Handler, pair = clonedPair()) {
  serveEngine(engineOf(handler), pair[1]);
  return connectEngine(pair[0]);
}

const untilAborted = (control: Control | undefined) =>
  new Promise<never>((_, reject) => control?.signal?.addEventListener('abort', () => reject(new EngineError('cancelled', 'Stopped.'))));

describe.each([
  ['structured clones', clonedPair],
  ['memory', portPair],
])('an engine over %s', (_, pair) => {
  it('passes requests and answers', async () => {
    const engine = connect((method, request) => ({ method, request }), pair());
    expect(await engine.find({ query: 'é😀', count: 3 })).toEqual({ method: 'find', request: { query: 'é😀', count: 3 } });
    expect(await engine.token(7)).toEqual({ method: 'token', request: 7 });
  });

  it('keeps the code and the message of an error', async () => {
    const engine = connect(() => { throw new EngineError('model-missing', 'There is no such file.'); }, pair());
    const error = await engine.load({ path: 'x' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ code: 'model-missing', message: 'There is no such file.' });
  });

  it('turns any other error into an internal one, with its place and without its message', async () => {
    const engine = connect(function tooFar() { throw new RangeError('secret'); }, pair());
    const error = await engine.token(1).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'EngineError', code: 'internal', message: 'The engine failed: RangeError.' });
    expect((error as RemoteError).detail).toMatch(/^RangeError\n\s+at .*tooFar/);
    expect((error as RemoteError).detail).not.toContain('secret');
  });

  it('says of an internal error of ours where it was thrown and why', async () => {
    const engine = connect(function summing() { throw new EngineError('internal', 'The sum is off.'); }, pair());
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
  const layers = { residualSize: [new Float64Array([1, 2])], angleToInput: [], angleToPrediction: [], attentionSize: [], feedForwardSize: [] };

  it('of an answer are moved', async () => {
    const run: Run = { length: 1, dimensions: 2, hidden: new Float32Array([3, 4]), hiddenSize: new Float64Array([5]), entropy: new Float64Array([0]), surprisal: new Float64Array([NaN]), likeliest: [], layers };
    const answer = await connect(() => run).run({ text: 'a' });
    expect([...answer.hidden]).toEqual([3, 4]);
    expect([...(answer.layers.residualSize[0] ?? [])]).toEqual([1, 2]);
    expect(run.hidden.byteLength).toBe(0);
    expect(layers.residualSize[0]?.byteLength).toBe(0);
  });

  it('of a request stay with the caller, and only the row is sent', async () => {
    const hidden = new Float32Array(1000).fill(2);
    const row = hidden.subarray(10, 12);
    const answer: unknown = await connect((_method, request) => {
      const sent = (request as { hidden: Float32Array }).hidden;
      return { values: [...sent], bytes: sent.buffer.byteLength };
    }).prediction({ hidden: row, count: 1 });
    expect(answer).toEqual({ values: [2, 2], bytes: 8 });
    expect(hidden.length).toBe(1000);
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
