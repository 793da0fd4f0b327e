import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { blockedEngine } from '../support/blockedEngine';

const engine = fileURLToPath(new URL('../../../dist/node/worker.mjs', import.meta.url));

/** Starts the engine as the extension does, and tells its process id once it computes. */
const parent = `
import { fork } from 'node:child_process';
const [, , engine, busy] = process.argv;
const child = fork(engine, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: ['--import', busy] });
child.on('message', (message) => message === 'computes' && console.log(child.pid));
child.send({ t: 'q', m: 'ping', i: '1', a: [] });
`;

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'watchdog-'))));
afterAll(() => rm(folder, { recursive: true }));

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('an engine that computes ends within ten seconds of its parent', async () => {
  const [program, block] = [join(folder, 'parent.mjs'), join(folder, 'busy.mjs')];
  await Promise.all([writeFile(program, parent), writeFile(block, blockedEngine("process.send('computes', block)"))]);
  const editor = spawn(process.execPath, [program, engine, pathToFileURL(block).href], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = Number(
    await new Promise<string>((resolve, reject) => {
      editor.once('exit', () => reject(new Error('The parent ended early.')));
      createInterface({ input: editor.stdout }).once('line', resolve);
    }),
  );
  try {
    expect(isAlive(pid)).toBe(true);
    editor.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000, interval: 100 });
  } finally {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
});
