import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endGroup } from '../../../scripts/editor/groups.mjs';
import { temporaryFolder } from '../../../scripts/editor/temporary.mjs';

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
