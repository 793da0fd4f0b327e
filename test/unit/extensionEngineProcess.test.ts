import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEngineProcess } from '../../src/extension/node/engineProcess';
import type { WorkerNote } from '../../src/shared/engineProcess';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'process-'))));
afterAll(() => rm(folder, { recursive: true }));

async function start(program: string) {
  const entry = join(folder, `${Math.abs(program.length)}.mjs`);
  await writeFile(entry, program);
  return startEngineProcess(entry);
}

it('hands typed arrays over, both ways, apart from what the process says of itself', async () => {
  const child = await start("process.on('message', (message) => { process.send({ memory: 5 }); process.send({ t: 's', back: message.values.map((value) => value / 2) }); });");
  const notes: WorkerNote[] = [];
  child.onNote((note) => notes.push(note));
  const answer = new Promise((resolve) => child.onMessage((message) => typeof message === 'object' && message !== null && 't' in message && resolve(message)));
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
