import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { EngineWorker, type Thread } from '../../src/extension/engineWorker';
import type { Engine } from '../../src/shared/engine';
import { portPair, serveEngine, type Port } from '../../src/shared/enginePort';
import { FakeEngine } from './support/fakeEngine';

/** A thread in memory that serves an engine until it is ended. */
class FakeThread extends EventEmitter implements Thread {
  terminated = false;
  readonly #near: Port;

  constructor(engine: Engine) {
    super();
    const [near, far] = portPair();
    this.#near = near;
    near.onMessage((message) => !this.terminated && this.emit('message', message));
    serveEngine(engine, far);
  }

  postMessage(message: unknown): void {
    if (!this.terminated) this.#near.post(message);
  }

  async terminate(): Promise<number> {
    if (!this.terminated) {
      this.terminated = true;
      this.emit('exit', 1);
    }
    return 1;
  }
}

function setUp() {
  const fake = new FakeEngine();
  const threads: FakeThread[] = [];
  const lines: string[] = [];
  const log = { info: (line: string) => void lines.push(line), error: (line: string) => void lines.push(line) };
  const spawn = () => {
    const thread = new FakeThread(fake.engine);
    threads.push(thread);
    return thread;
  };
  return { fake, threads, lines, worker: new EngineWorker(spawn, log, () => 'The engine stopped.') };
}

it('starts with the first call and serves all later ones', async () => {
  const { worker, threads } = setUp();
  expect(worker.started).toBe(false);
  await worker.engine.load({ path: 'a' });
  await worker.engine.find({ query: 'a', count: 1 });
  expect(worker.started).toBe(true);
  expect(threads).toHaveLength(1);
});

it.each([
  ['exit', 9],
  ['error', new RangeError('the text of the user')],
  ['messageerror', new Error('the text of the user')],
])('is replaced after the event %s, rejects what waits and logs no text', async (event, argument) => {
  const { worker, threads, fake, lines } = setUp();
  const called = fake.called('token');
  fake.close('token');
  const waiting = worker.engine.token(1);
  await called;
  threads[0]?.emit(event, argument);
  await expect(waiting).rejects.toMatchObject({ code: 'worker-lost', message: 'The engine stopped.' });
  expect(threads[0]?.terminated).toBe(true);
  expect(await worker.engine.find({ query: 'a', count: 1 })).toMatchObject({ total: 1 });
  expect(threads).toHaveLength(2);
  expect(lines.join('\n')).not.toContain('the text of the user');
  expect(lines.filter((line) => line.includes('lost'))).toHaveLength(1);
});

it('ends with its owner and takes no call after that', async () => {
  const { worker, threads, fake, lines } = setUp();
  fake.close('token');
  const called = fake.called('token');
  const waiting = worker.engine.token(1);
  await called;
  await worker.dispose();
  await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  await expect(worker.engine.token(1)).rejects.toMatchObject({ code: 'cancelled' });
  expect(threads.map(({ terminated }) => terminated)).toEqual([true]);
  expect(lines.some((line) => line.includes('lost'))).toBe(false);
});

it('starts anew for another number of threads, once what runs has ended', async () => {
  const { worker, threads, fake, lines } = setUp();
  await worker.engine.load({ path: 'a' });
  await worker.engine.load({ path: 'b' });
  expect(threads).toHaveLength(1);
  const open = fake.close('token');
  const called = fake.called('token');
  const running = worker.engine.token(1);
  await called;
  const loaded = worker.engine.load({ path: 'b', threads: 2 });
  expect(threads[0]?.terminated).toBe(false);
  open();
  await expect(running).resolves.toBeDefined();
  await loaded;
  expect(threads.map(({ terminated }) => terminated)).toEqual([true, false]);
  expect(fake.last('load')?.request).toEqual({ path: 'b', threads: 2 });
  await worker.engine.load({ path: 'c', threads: 2 });
  await worker.engine.find({ query: 'a', count: 1 });
  expect(threads).toHaveLength(2);
  await worker.engine.load({ path: 'c' });
  expect(threads).toHaveLength(3);
  expect(lines.some((line) => line.includes('lost'))).toBe(false);
});

it('ends no worker for a number of threads before its first load', async () => {
  const { worker, threads } = setUp();
  await worker.engine.encode({ encoding: 'o200k_base', text: 'a' });
  await worker.engine.load({ path: 'a', threads: 2 });
  expect(threads).toHaveLength(1);
});
