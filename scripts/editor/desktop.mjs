// Finds a VS Code that is installed on this machine.
import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isExecutable, which } from './commands.mjs';

/** @typedef {{ executable: string, cli: string }} Desktop the program itself, and the command `code` beside it */

/** @returns {Desktop | undefined} */
export function findDesktop() {
  const cli = which('code') ?? usualPlaces().find(isExecutable);
  if (!cli) return undefined;
  const executable = executableOf(realpathSync(cli));
  return executable ? { executable, cli } : undefined;
}

function usualPlaces() {
  if (process.platform === 'darwin') {
    const inside = 'Visual Studio Code.app/Contents/Resources/app/bin/code';
    return [join('/Applications', inside), join(homedir(), 'Applications', inside)];
  }
  if (process.platform === 'win32') {
    return [process.env.LOCALAPPDATA && join(process.env.LOCALAPPDATA, 'Programs'), process.env.ProgramFiles].flatMap(
      (folder) => (folder ? [join(folder, 'Microsoft VS Code', 'bin', 'code.cmd')] : []),
    );
  }
  return ['/usr/share/code/bin/code', '/snap/bin/code', '/opt/visual-studio-code/bin/code'];
}

/**
 * The command `code` is a script in the program's folder. Where it is not (in a remote terminal, say), it opens nothing
 * of use here.
 * @param {string} cli
 */
function executableOf(cli) {
  const folder = dirname(dirname(cli));
  const candidates =
    process.platform === 'darwin'
      ? [join(folder, '..', '..', 'MacOS', 'Code'), join(folder, '..', '..', 'MacOS', 'Electron')]
      : process.platform === 'win32'
        ? [join(folder, 'Code.exe')]
        : [join(folder, 'code'), '/snap/code/current/usr/share/code/code'];
  return candidates.find((path) => existsSync(path) && isExecutable(path));
}
