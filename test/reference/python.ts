import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The path of Python with packages, which pip installs into a folder of the cache on first use; each entry of
 * `installs` holds the arguments of one call. `VECTORSCOPE_PYTHON` names another Python, which has the packages.
 */
export function pythonWith(name: string, installs: readonly (readonly string[])[]): string {
  const own = process.env['VECTORSCOPE_PYTHON'];
  if (own) return own;
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'vectorscope', name);
  const isWindows = process.platform === 'win32';
  const python = join(folder, isWindows ? 'Scripts/python.exe' : 'bin/python');
  const isWhole = join(folder, 'installed');
  if (existsSync(isWhole)) return python;
  mkdirSync(folder, { recursive: true });
  const steps = [
    [isWindows ? 'python' : 'python3', '-m', 'venv', '--clear', folder],
    ...installs.map((install) => [python, '-m', 'pip', 'install', ...install]),
  ];
  for (const [command = '', ...given] of steps) {
    const { status } = spawnSync(command, given, { stdio: 'inherit' });
    if (status !== 0) throw new Error('Python or its packages could not be installed. Set VECTORSCOPE_PYTHON.');
  }
  writeFileSync(isWhole, '');
  return python;
}

/** That of the reference. */
export const numpyPython = (): string => pythonWith('python-numpy-2.4.6', [['numpy==2.4.6', 'gguf==0.19.0']]);
