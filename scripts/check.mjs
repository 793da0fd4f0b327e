// `npm run check`, for daily work: lint, types, the workflows, and the unit tests that are not slow, at once. Only the
// tests that import a file which was changed since the last commit, or all of them with `--all`. What each part says is
// shown when it has ended. `npm test` runs everything.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { seconds } from './test/durations.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @type {readonly (readonly [name: string, ...args: string[]])[]} */
const parts = [
  ['lint', 'scripts/lint.mjs'],
  ['types', 'node_modules/typescript/bin/tsc', '-b'],
  ['workflows', 'scripts/workflows.mjs'],
  [
    'unit',
    'node_modules/vitest/vitest.mjs',
    'run',
    ...['--project', 'sharing', '--project', 'replacing'],
    ...['--exclude', '**/*.slow.test.ts', '--reporter=dot'],
    ...(process.argv.includes('--all') ? [] : ['--changed']),
  ],
];

/**
 * @param {typeof parts[number]} part
 * @returns {Promise<boolean>} whether it passed
 */
function run([name, ...args]) {
  return new Promise((resolve, reject) => {
    const from = performance.now();
    let said = '';
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => void (said += text));
    }
    child.on('error', reject).on('close', (code) => {
      const outcome = code === 0 ? 'passed' : 'failed';
      console.log(`${code === 0 ? '' : said}${seconds(performance.now() - from)}  ${name} ${outcome}`);
      resolve(code === 0);
    });
  });
}

const passed = await Promise.all(parts.map(run));
process.exitCode = passed.every(Boolean) ? 0 : 1;
