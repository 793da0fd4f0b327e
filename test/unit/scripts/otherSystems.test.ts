import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, win32 } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addressOf } from '../../../scripts/build/turn.mjs';
import { programsOf, usualPlaces } from '../../../scripts/editor/desktop.mjs';
import { endGroup } from '../../../scripts/editor/groups.mjs';
import { temporaryFolder } from '../../../scripts/editor/temporary.mjs';
import { failedPicture } from '../support/failedPicture';

describe('all that a process started ends with it', () => {
  const told: unknown[] = [];
  const system = (platform: string) => ({
    platform,
    kill: (...given: readonly unknown[]) => told.push(given),
    run: (program: string, args: readonly string[]) => told.push([program, ...args]),
  });
  beforeEach(() => void (told.length = 0));

  it.each(['linux', 'darwin'])('by its group on %s', (platform) => {
    endGroup(7, 'SIGTERM', system(platform));
    expect(told).toEqual([[-7, 'SIGTERM']]);
  });

  it('by taskkill on Windows', () => {
    endGroup(7, 'SIGTERM', system('win32'));
    expect(told).toEqual([['taskkill', '/pid', '7', '/t', '/f']]);
  });

  it('or has ended already, or never began', () => {
    const gone = () => {
      throw Object.assign(new Error('gone'), { code: 'ESRCH' });
    };
    expect(() => endGroup(7, 'SIGTERM', { platform: 'linux', kill: gone })).not.toThrow();
    endGroup(undefined, 'SIGTERM', system('linux'));
    expect(told).toEqual([]);
  });
});

it('the turn of a build is a pipe on Windows, and on a Mac a socket whose path is short enough', () => {
  expect(addressOf('C:\\clone', 'win32')).toMatch(/^\\\\\.\\pipe\\vectorscope-[0-9a-f]{16}$/);
  expect(addressOf('/clone', 'linux')).toMatch(/^\0vectorscope-[0-9a-f]{16}$/);
  // A Mac allows 103 characters, and its temporary folder has about 50.
  expect(addressOf('/clone', 'darwin').slice(tmpdir().length)).toMatch(/^[\\/]vectorscope-[0-9a-f]{16}\.sock$/);
});

it('the picture of a failed test has a name that every system allows', () => {
  expect(failedPicture('opens C:\\a, "b" or <c>: what? */|')).toBe('failed, opens C__a, _b_ or _c__ what_ ___');
  expect(failedPicture('a'.repeat(500))).toHaveLength('failed, '.length + 150);
});

describe('a temporary folder', () => {
  let folder = '';
  beforeEach(() => void (folder = mkdtempSync(join(realpathSync.native(tmpdir()), 'vectorscope-temporary-'))));
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });

  it('has its full path, where that of the system is a link', async () => {
    const [real, link] = [join(folder, 'real'), join(folder, 'link')];
    mkdirSync(real);
    symlinkSync(real, link, 'junction');
    for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, link);
    const made = await temporaryFolder('test');
    expect(dirname(made.path)).toBe(real);
    await made.remove();
  });
});

describe('VS Code for the desktop is looked for', () => {
  it('on Windows where its installers for one user and for all put it', () => {
    const env = { LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local', ProgramFiles: 'C:\\Program Files' };
    const machine = { platform: 'win32', home: 'C:\\Users\\me', env, path: win32 };
    expect(usualPlaces(machine)).toEqual([
      'C:\\Users\\me\\AppData\\Local\\Programs\\Microsoft VS Code\\bin\\code.cmd',
      'C:\\Program Files\\Microsoft VS Code\\bin\\code.cmd',
    ]);
    expect(programsOf('C:\\Program Files\\Microsoft VS Code\\bin\\code.cmd', machine)).toEqual([
      'C:\\Program Files\\Microsoft VS Code\\Code.exe',
    ]);
    expect(usualPlaces({ ...machine, env: {} })).toEqual([]);
  });

  it('on a Mac among all applications and those of the user', () => {
    const machine = { platform: 'darwin', home: '/Users/me', env: {}, path: posix };
    const inside = 'Visual Studio Code.app/Contents';
    expect(usualPlaces(machine)).toEqual([
      `/Applications/${inside}/Resources/app/bin/code`,
      `/Users/me/Applications/${inside}/Resources/app/bin/code`,
    ]);
    expect(programsOf(`/Applications/${inside}/Resources/app/bin/code`, machine)).toEqual([
      `/Applications/${inside}/MacOS/Code`,
      `/Applications/${inside}/MacOS/Electron`,
    ]);
  });
});
