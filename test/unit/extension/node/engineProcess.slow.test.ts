import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { EngineWorker } from '../../../../src/extension/engineWorker';
import { startEngineProcess } from '../../../../src/extension/node/engineProcess';
import type { WorkerNote } from '../../../../src/shared/engineProcess';
import { blockedEngine } from '../../support/blockedEngine';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'process-'))));
afterAll(() => rm(folder, { recursive: true }));

async function start(program: string, untilKilled?: number) {
  const entry = join(folder, `${Math.abs(program.length)}.mjs`);
  await writeFile(entry, program);
  return startEngineProcess(entry, false, untilKilled);
}

it('hands typed arrays over, both ways, apart from what the process says of itself', async () => {
  const child = await start(
    "process.on('message', (message) => { process.send({ memory: 5 }); process.send({ t: 's', back: message.values.map((value) => value / 2) }); });",
  );
  const notes: WorkerNote[] = [];
  child.onNote((note) => notes.push(note));
  const answer = new Promise((resolve) =>
    child.onMessage((message) => typeof message === 'object' && message !== null && 't' in message && resolve(message)),
  );
  child.post({ values: Float64Array.of(1, NaN, 3) });
  expect(await answer).toEqual({ t: 's', back: Float64Array.of(0.5, NaN, 1.5) });
  expect(notes).toEqual([{ memory: 5 }]);
  await child.terminate();
  child.post({ values: Float64Array.of(1) });
});

it('tells how it ended', async () => {
  const child = await start('process.exitCode = 3; process.disconnect();');
  expect(await new Promise((resolve) => child.onEnd(resolve))).toBe('its process ended with code 3');
});

it('tells that there is nothing to start', async () => {
  const child = startEngineProcess(join(folder, 'missing.mjs'));
  expect(await new Promise((resolve) => child.onEnd(resolve))).toBe('its process ended with code 1');
  await child.terminate();
});

it('opens the process to a debugger of this machine where the environment names a port, and only that of the model', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const entry = join(folder, 'inspected.mjs');
  await writeFile(
    entry,
    "import { url } from 'node:inspector'; process.on('message', () => {}); process.send({ t: 's', address: url() ?? null });",
  );
  const addressOf = async (beside: boolean) => {
    const child = startEngineProcess(entry, beside);
    const message = await new Promise((resolve) => child.onMessage((one) => resolve(one)));
    await child.terminate();
    return (message as { address: string | null }).address;
  };
  vi.stubEnv('VECTORSCOPE_INSPECT_ENGINE', String(port));
  try {
    expect(await addressOf(false)).toMatch(new RegExp(`^ws://127\\.0\\.0\\.1:${port}/`));
    expect(await addressOf(true)).toBeNull();
    vi.stubEnv('VECTORSCOPE_INSPECT_ENGINE', '0.0.0.0:9230');
    expect(await addressOf(false)).toBeNull();
  } finally {
    vi.unstubAllEnvs();
  }
});

/** Starts a program that tells its process id, and gives that. */
async function started(program: string) {
  const child = await start(`${program}; process.send({ t: 's', pid: process.pid });`, 300);
  const pid = await new Promise<number>((resolve) =>
    child.onMessage((message) => 'pid' in (message as object) && resolve((message as { pid: number }).pid)),
  );
  return { child, pid };
}

const signalled = it.skipIf(process.platform === 'win32');

signalled(
  'kills what was asked to end and does not: a process that is stopped, and one that does not want to',
  async () => {
    const [stopped, unwilling] = await Promise.all([
      started("process.on('message', () => undefined)"),
      started("process.on('SIGTERM', () => undefined).on('message', () => undefined)"),
    ]);
    process.kill(stopped.pid, 'SIGSTOP');
    const ends = vi.fn();
    for (const { child } of [stopped, unwilling]) child.onEnd(ends);
    await Promise.all([stopped.child.terminate(), unwilling.child.terminate()]);
    expect(ends.mock.calls).toEqual([['its process ended with SIGKILL'], ['its process ended with SIGKILL']]);
    for (const { pid } of [stopped, unwilling]) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  },
);

it('gets less memory and yields to others where it works beside one that holds a model', async () => {
  const entry = join(folder, 'heap.mjs');
  await writeFile(
    entry,
    "import { getHeapStatistics } from 'node:v8'; process.on('message', () => undefined); process.send({ t: 's', heap: getHeapStatistics().heap_size_limit, pid: process.pid });",
  );
  const child = startEngineProcess(entry, true);
  const { heap, pid } = await new Promise<{ heap: number; pid: number }>((resolve) =>
    child.onMessage((message) => resolve(message as { heap: number; pid: number })),
  );
  expect(heap / 2 ** 20).toBeLessThan(1200);
  expect(getPriority(pid)).toBeGreaterThanOrEqual(constants.priority.PRIORITY_BELOW_NORMAL);
  await child.terminate();
});

it('ends an engine that hangs in its first call, once that was cancelled', async () => {
  const hang = join(folder, 'hang.mjs');
  await writeFile(hang, blockedEngine());
  const built = fileURLToPath(new URL('../../../../dist/node/worker.mjs', import.meta.url));
  const before = process.env['NODE_OPTIONS'];
  const spawn = () => {
    process.env['NODE_OPTIONS'] = `--import ${pathToFileURL(hang).href}`;
    try {
      return startEngineProcess(built);
    } finally {
      if (before === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = before;
    }
  };
  const [noted, ended, log] = [vi.fn(), vi.fn(), { info: () => undefined, error: vi.fn() }];
  const worker = new EngineWorker(
    spawn,
    log,
    {
      lost: () => '',
      hung: () => 'It hung.',
      idleMinutes: () => 0,
    },
    { cancel: 200, silence: 0.5, call: 30, start: 30 },
  );
  worker.listen({ ended, noted });
  const controller = new AbortController();
  const load = worker.engine.load({ path: '/nowhere.gguf' }, { signal: controller.signal });
  await vi.waitFor(() => expect(noted).toHaveBeenCalled(), 10_000);
  controller.abort();
  await expect(load).rejects.toMatchObject({ code: 'cancelled' });
  await expect(worker.engine.token(1)).rejects.toMatchObject({ code: 'worker-lost', message: 'It hung.' });
  expect([ended.mock.calls.length, log.error.mock.calls.length]).toEqual([1, 1]);
});

signalled('is ended where it is stopped and nobody cancels: the call that waits says it', async () => {
  const built = new URL('../../../../dist/node/worker.mjs', import.meta.url);
  const { child, pid } = await started(`await import(${JSON.stringify(built.href)})`);
  const worker = new EngineWorker(
    () => child,
    { info: () => undefined, error: () => undefined },
    { lost: () => '', hung: () => 'It hung.', idleMinutes: () => 0 },
    { cancel: 200, silence: 0.5, call: 0.5, start: 30 },
  );
  await expect(worker.engine.load({ path: '/nowhere.gguf' })).rejects.toMatchObject({ code: 'model-missing' });
  process.kill(pid, 'SIGSTOP');
  await expect(worker.engine.load({ path: '/nowhere.gguf' })).rejects.toMatchObject({
    code: 'worker-lost',
    message: 'It hung.',
  });
});

signalled('computes with 128 bits after a process whose compiler failed', async () => {
  const kernelsOf = async () => {
    const child = await start(
      "process.on('message', () => process.kill(process.pid, 'SIGTRAP')); process.send({ t: 's', kernels: process.env.VECTORSCOPE_KERNELS ?? null });",
    );
    const kernels = await new Promise((resolve) => child.onMessage(resolve));
    return { child, kernels };
  };
  const first = await kernelsOf();
  expect(first.kernels).toEqual({ t: 's', kernels: null });
  const ended = new Promise((resolve) => first.child.onEnd(resolve));
  first.child.post({});
  expect(await ended).toBe('its process ended with SIGTRAP; the next one computes with 128 bits');
  const second = await kernelsOf();
  expect(second.kernels).toEqual({ t: 's', kernels: '128' });
  await second.child.terminate();
});
