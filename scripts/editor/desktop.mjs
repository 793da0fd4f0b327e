// Finds a VS Code that is installed on this machine.
import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import * as nodePath from 'node:path';
import { isExecutable, which } from './commands.mjs';

/**
 * @typedef {{ executable: string, cli: string }} Desktop the program itself, and the command `code` beside it
 *
 * @typedef {object} Machine
 * @property {string} platform
 * @property {string} home
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {Pick<import('node:path').PlatformPath, 'join' | 'dirname'>} path
 */

/** @returns {Desktop | undefined} */
export function findDesktop() {
  const machine = { platform: process.platform, home: homedir(), env: process.env, path: nodePath };
  const cli = which('code') ?? usualPlaces(machine).find(isExecutable);
  if (!cli) return undefined;
  const executable = programsOf(realpathSync(cli), machine).find((path) => existsSync(path) && isExecutable(path));
  return executable ? { executable, cli } : undefined;
}

/**
 * Where the command `code` is if it is not on PATH.
 * @param {Machine} machine
 * @returns {readonly string[]}
 */
export function usualPlaces({ platform, home, env, path: { join } }) {
  if (platform === 'darwin') {
    const inside = 'Visual Studio Code.app/Contents/Resources/app/bin/code';
    return [join('/Applications', inside), join(home, 'Applications', inside)];
  }
  if (platform === 'win32') {
    return [env.LOCALAPPDATA && join(env.LOCALAPPDATA, 'Programs'), env.ProgramFiles].flatMap((folder) =>
      folder ? [join(folder, 'Microsoft VS Code', 'bin', 'code.cmd')] : [],
    );
  }
  return ['/usr/share/code/bin/code', '/snap/bin/code', '/opt/visual-studio-code/bin/code'];
}

/**
 * Where the program of a command may be. The command is a script in the program's folder. Where it is not (in a remote
 * terminal, say), it opens nothing of use here.
 * @param {string} cli
 * @param {Pick<Machine, 'platform' | 'path'>} machine
 * @returns {readonly string[]}
 */
export function programsOf(cli, { platform, path: { dirname, join } }) {
  const folder = dirname(dirname(cli));
  if (platform === 'darwin') return ['Code', 'Electron'].map((program) => join(folder, '..', '..', 'MacOS', program));
  if (platform === 'win32') return [join(folder, 'Code.exe')];
  return [join(folder, 'code'), '/snap/code/current/usr/share/code/code'];
}
