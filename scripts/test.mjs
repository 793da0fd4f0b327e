// Runs every test there is. A part that fails does not stop the others; the last line counts them all.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endAllWhenInterrupted } from './editor/processes.mjs';
import { temporaryFolder } from './editor/temporary.mjs';
import { pathOfPackage } from './package.mjs';
import { runHostTests } from './test/host.mjs';

/** @typedef {{ passed: number, failed: number }} Counts */

const root = fileURLToPath(new URL('..', import.meta.url));
const longestPart = 10 * 60_000;
const reports = await temporaryFolder('reports');
/** @type {string | undefined} */
let vsix;

/** @typedef {readonly [string, (say: (text: string) => void) => Promise<Counts>]} Part */

/**
 * These run at once, since each needs little more than one core.
 * @type {readonly Part[]}
 */
const checks = [
  ['lint', (say) => countAsOne(say, 'node_modules/eslint/bin/eslint.js', '.')],
  ['types', (say) => countAsOne(say, 'node_modules/typescript/bin/tsc', '-b')],
  ['package', makeVsix],
];
/**
 * One after another: there are tests in each that measure time.
 * @type {readonly Part[]}
 */
const tests = [
  ['unit tests', () => runVitest('vitest.config.ts')],
  ['host tests', () => runHostTests(needVsix())],
  ['end-to-end tests', () => runVitest('vitest.e2e.config.ts', { VECTORSCOPE_VSIX: needVsix() })],
];

/**
 * @param {readonly string[]} args a script below the root, and what it is given
 * @param {{ environment?: NodeJS.ProcessEnv, say?: (text: string) => void }} [options] `say` is told what the script prints, in place of the terminal
 * @returns {Promise<number>} the exit code; 1 when it had to be ended
 */
function runScript(args, { environment = {}, say } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { cwd: root, stdio: say ? ['ignore', 'pipe', 'pipe'] : 'inherit', timeout: longestPart, env: { ...process.env, ...environment } });
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', say ?? (() => {}));
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/**
 * @param {(text: string) => void} say
 * @param {...string} args
 * @returns {Promise<Counts>}
 */
async function countAsOne(say, ...args) {
  const code = await runScript(args, { say });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * @param {string} config
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<Counts>}
 */
async function runVitest(config, environment = {}) {
  const report = join(reports.path, `${config}.json`);
  const code = await runScript(['node_modules/vitest/vitest.mjs', 'run', '--config', config, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], { environment });
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(await readFile(report, 'utf8'));
  // A test that is skipped shows nothing, so it does not pass for one.
  const failed = numFailedTests + numPendingTests + numTodoTests;
  // A file that cannot be read or an error between the tests fails the run, but counts no test.
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}

/**
 * @param {(text: string) => void} say
 * @returns {Promise<Counts>}
 */
async function makeVsix(say) {
  const counts = await countAsOne(say, 'scripts/package.mjs');
  // One of an earlier run is not the product that is tested.
  if (counts.failed === 0) vsix = await pathOfPackage();
  return counts;
}

function needVsix() {
  if (!vsix) throw new Error('There is no package to test.');
  return vsix;
}

endAllWhenInterrupted();
const total = { passed: 0, failed: 0 };
/** @type {string[]} */
const summary = [];

/**
 * @param {Part} part
 * @param {(text: string) => void} say
 */
async function runPart([name, run], say) {
  const from = performance.now();
  const counts = await run(say).catch((error) => {
    say(`${error instanceof Error ? error.message : error}\n`);
    return { passed: 0, failed: 1 };
  });
  if (counts.passed + counts.failed === 0) {
    say('No test was found.\n');
    counts.failed = 1;
  }
  total.passed += counts.passed;
  total.failed += counts.failed;
  summary.push(`${name.padEnd(17)} ${((performance.now() - from) / 1000).toFixed(1).padStart(6)} s  ${counts.passed} passed, ${counts.failed} failed`);
}

const title = (/** @type {string} */ name) => console.log(`\n── ${name}`);
await Promise.all(
  checks.map(async (part) => {
    let said = '';
    await runPart(part, (text) => void (said += text));
    // As one block, so that what they say is not mixed.
    title(part[0]);
    process.stdout.write(said);
  }),
);
for (const part of tests) {
  title(part[0]);
  await runPart(part, (text) => process.stdout.write(text));
}
await reports.remove();
console.log(`\n${summary.join('\n')}\n\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
