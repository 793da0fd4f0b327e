// Runs every test there is. A part that fails does not stop the ones after it; the last line counts them all.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll } from './build.mjs';
import { endAllWhenInterrupted } from './editor/processes.mjs';
import { temporaryFolder } from './editor/temporary.mjs';
import { makePackage } from './package.mjs';
import { runHostTests } from './test/host.mjs';

/** @typedef {{ passed: number, failed: number }} Counts */

const root = fileURLToPath(new URL('..', import.meta.url));
const longestPart = 10 * 60_000;
const reports = await temporaryFolder('reports');
/** @type {string | undefined} */
let vsix;

/** @type {readonly (readonly [string, () => Promise<Counts>])[]} */
const parts = [
  ['lint', () => countAsOne('eslint/bin/eslint.js', '.')],
  ['types', () => countAsOne('typescript/bin/tsc', '-b')],
  ['unit tests', () => runVitest('vitest.config.ts')],
  ['package', makeVsix],
  ['host tests', () => runHostTests(needVsix())],
  ['end-to-end tests', () => runVitest('vitest.e2e.config.ts', { VECTORSCOPE_VSIX: needVsix() })],
];

/**
 * @param {string} program a script below node_modules
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<number>} the exit code; 1 when it had to be ended
 */
function runScript(program, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', program), ...args], { cwd: root, stdio: 'inherit', timeout: longestPart, env: { ...process.env, ...environment } });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/**
 * @param {string} program
 * @param {...string} args
 * @returns {Promise<Counts>}
 */
async function countAsOne(program, ...args) {
  const code = await runScript(program, args);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * @param {string} config
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<Counts>}
 */
async function runVitest(config, environment) {
  const report = join(reports.path, `${config}.json`);
  const code = await runScript('vitest/vitest.mjs', ['run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], environment);
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(await readFile(report, 'utf8'));
  // A test that is skipped shows nothing, so it does not pass for one.
  const failed = numFailedTests + numPendingTests + numTodoTests;
  // A file that cannot be read or an error between the tests fails the run, but counts no test.
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

/** @returns {Promise<Counts>} */
async function makeVsix() {
  await buildAll();
  vsix = await makePackage();
  return { passed: 1, failed: 0 };
}

function needVsix() {
  if (!vsix) throw new Error('There is no package to test.');
  return vsix;
}

endAllWhenInterrupted();
const total = { passed: 0, failed: 0 };
/** @type {string[]} */
const summary = [];
for (const [name, run] of parts) {
  console.log(`\n── ${name}`);
  const from = performance.now();
  const counts = await run().catch((error) => {
    console.log(error instanceof Error ? error.message : error);
    return { passed: 0, failed: 1 };
  });
  if (counts.passed + counts.failed === 0) {
    console.log('No test was found.');
    counts.failed = 1;
  }
  total.passed += counts.passed;
  total.failed += counts.failed;
  summary.push(`${name.padEnd(17)} ${((performance.now() - from) / 1000).toFixed(1).padStart(6)} s  ${counts.passed} passed, ${counts.failed} failed`);
}
await reports.remove();
console.log(`\n${summary.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
