import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { installOnce } from '../../../scripts/editor/once.mjs';
import { beginningOf, removeAbandoned, unfinishedFolder } from '../../../scripts/unfinished.mjs';

let cache = '';
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'vectorscope-cache-'));
  vi.stubEnv('VECTORSCOPE_CACHE', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true });
});

const leave = (name: string, hoursAgo = 0) => {
  const path = join(cache, name);
  mkdirSync(path);
  writeFileSync(join(path, 'half'), '');
  const then = new Date(Date.now() - hoursAgo * 60 * 60_000);
  utimesSync(path, then, then);
};
const ended = spawnSync(process.execPath, ['--version']).pid;
const own = `${process.pid}-${beginningOf(process.pid)}`;

it('a process is told from the one that had its id before', () => {
  expect(beginningOf(process.pid)).toBe(beginningOf(process.pid));
  // Only Linux says when one began.
  if (process.platform === 'linux') expect(beginningOf(process.ppid)).not.toBe(beginningOf(process.pid));
  expect(beginningOf(ended)).toBeUndefined();
});

it.each([
  ['its process ended', `editor-1.${ended}-5.aBc123.unfinished`, 0],
  ['its process ended, with the name of an earlier version', `editor-1.${ended}.unfinished`, 0],
  ['another process has its id now', `editor-1.${process.pid}-5.aBc123.unfinished`, 0],
  ['another process may have its id now', `editor-1.${process.pid}.unfinished`, 25],
  ['it is older than a day', `editor-1.${own}.aBc123.unfinished`, 25],
])('a folder is removed when %s', async (_, name, hoursAgo) => {
  leave(name, hoursAgo);
  await removeAbandoned(cache);
  expect(readdirSync(cache)).toEqual([]);
});

it('a folder that is in use stays, and so does all that is finished', async () => {
  const names = [
    `editor-1.${own}.aBc123.unfinished`,
    `editor-2.${process.pid}.unfinished`,
    'editor-1.5',
    'notes.unfinished',
  ];
  for (const name of names) leave(name, 23);
  await removeAbandoned(cache);
  expect(readdirSync(cache).sort()).toEqual(names.sort());
});

it('no two folders are the same, and each is gone when it is no longer needed', async () => {
  const folders = await Promise.all(Array.from({ length: 5 }, () => unfinishedFolder(join(cache, 'new', 'editor-1'))));
  expect(new Set(folders.map(({ path }) => path)).size).toBe(5);
  for (const { path } of folders) expect(existsSync(path)).toBe(true);
  await Promise.all(folders.map((folder) => folder.remove()));
  expect(readdirSync(join(cache, 'new'))).toEqual([]);
});

it('an installation leaves the finished folder alone, several at once too, and one that failed leaves none', async () => {
  leave(`editor-1.${process.pid}-5.aBc123.unfinished`);
  const install = (content: string) =>
    installOnce(
      'editor-1',
      'Installing',
      async (folder) => writeFileSync(join(folder, content), ''),
      () => {},
    );
  expect(new Set(await Promise.all([install('whole'), install('whole'), install('whole')]))).toEqual(
    new Set([join(cache, 'editor-1')]),
  );
  await expect(
    installOnce(
      'editor-2',
      'Installing',
      () => Promise.reject(new Error('no network')),
      () => {},
    ),
  ).rejects.toThrow('no network');
  expect(readdirSync(cache)).toEqual(['editor-1']);
  expect(readdirSync(join(cache, 'editor-1'))).toEqual(['whole']);
});
