import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { inTurn } from '../../../scripts/build/turn.mjs';

const script = new URL('../../../scripts/build/turn.mjs', import.meta.url).href;
const name = `test of turns, ${process.pid}`;

/** A process that takes the turn and keeps it. */
async function startHolder(): Promise<ReturnType<typeof spawn>> {
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { inTurn } from ${JSON.stringify(script)}; await inTurn(${JSON.stringify(name)}, () => new Promise(() => console.log('mine')));`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(holder.stdout, 'data');
  return holder;
}

it('one works at a time, and each gets its turn', async () => {
  let atWork = 0;
  const most = await Promise.all(
    Array.from({ length: 8 }, () =>
      inTurn(name, async () => {
        atWork++;
        await new Promise(setImmediate);
        return atWork--;
      }),
    ),
  );
  expect(most).toEqual(Array<number>(8).fill(1));
});

it('a work that fails gives its turn back', async () => {
  await expect(inTurn(name, () => Promise.reject(new Error('no luck')))).rejects.toThrow('no luck');
  expect(await inTurn(name, () => Promise.resolve('next'))).toBe('next');
});

it('a process that is killed gives its turn back', async () => {
  const holder = await startHolder();
  let began = false;
  const waiting = inTurn(name, () => Promise.resolve((began = true)));
  // It is refused its turn, and waits.
  await expect(inTurn(name, () => Promise.resolve(began), 0)).resolves.toBe(false);
  holder.kill('SIGKILL');
  expect(await waiting).toBe(true);
});

// Windows cannot stop a process.
it.skipIf(process.platform === 'win32')('a process that was stopped holds nobody up for ever', async () => {
  const holder = await startHolder();
  holder.kill('SIGSTOP');
  expect(await inTurn(name, () => Promise.resolve('went on'), 50)).toBe('went on');
  holder.kill('SIGKILL');
});
