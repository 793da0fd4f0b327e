// Runs all tests: with six cores or more several parts at once, otherwise one after another. A failed part does not
// stop the rest, and the last line counts all tests.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOrInstallChromium } from './editor/chromium.mjs';
import { detached, endGroup } from './editor/groups.mjs';
import { codeServerRunsHere, installCodeServer } from './editor/install.mjs';
import { endAllWhenInterrupted } from './editor/processes.mjs';
import { temporaryFolder } from './editor/temporary.mjs';
import { pathOfPackage } from './package.mjs';
import { keepDurations, seconds, slowestLines } from './test/durations.mjs';
import { outcomeOf } from './test/vitestReport.mjs';

/**
 * @typedef {{ passed: number, failed: number, lines?: readonly string[], times?: readonly Timed[] }} Counts what came
 * of a part, what the counts alone do not say, and how long its tests took
 *
 * @typedef {import('./test/durations.mjs').Timed} Timed
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const started = performance.now();
const minutes = 60_000;
/** Only there so that a hang ends. A slow machine that does other work too needs a part of it. */
const longestPart = 60 * minutes;
/** Unit tests leave no core idle: on two, they and hosts at once took a quarter longer than one after the other. */
const lanesPay = availableParallelism() >= 6;
/** Several checkers in one project each check its declarations: on two cores that costs a third more. */
const fewCheckers = lanesPay ? [] : ['--checkers', '1'];
/** The linter, the type checker and the bundler are Go programs: a quarter of their time goes into saving memory. */
const roomForGo = { GOGC: '400', GOMEMLIMIT: '2GiB' };
const reports = await temporaryFolder('reports');
/** @type {string | undefined} */
let vsix;

/**
 * @typedef {(text: string) => void} Say
 * @typedef {readonly [string, (say: Say) => Promise<Counts>]} Part
 */

/** Only VS Code for the desktop runs on every system; code-server also installs the package for browsers. */
const nodeHosts = codeServerRunsHere ? ['server', 'desktop'] : ['desktop'];
const needsCodeServer = (/** @type {Part} */ [name]) => /web|end-to-end/.test(name);

/**
 * These run at once, since each needs little more than one core.
 * @type {readonly Part[]}
 */
const checks = [
  ['lint', (say) => countAsOne(say, 'scripts/lint.mjs')],
  ['types', (say) => countAsOne(say, 'node_modules/typescript/bin/tsc', '-b', ...fewCheckers)],
  ['package', makeVsix],
];
/** @type {Part} */
const unit = ['unit', (say) => runVitest(say, 'vitest.config.ts', 'sharing', 'replacing')];
/**
 * `npm run verify -- web-host` asks the host of the web; here one tour in a browser stands for it.
 * @type {Part}
 */
const hosts = ['hosts of Node', (say) => runHosts(say, ...nodeHosts)];
/** @type {Part} */
const page = ['page', (say) => runVitest(say, 'vitest.config.ts', 'page')];
/** @type {Part} */
const endToEnd = ['end-to-end', (say) => runVitest(say, 'vitest.e2e.config.ts', 'e2e')];
/**
 * At once, and within each one after another. Two cores have nothing to spare: the page's tests beside those in an
 * editor took as long as one after the other, and editors too busy to answer failed.
 * @type {readonly (readonly Part[])[]}
 */
const lanes = lanesPay ? [[unit], [hosts], [page, endToEnd]] : [[unit, hosts, page, endToEnd]];

/**
 * @param {readonly string[]} args a script below the root, and what it is given
 * @param {Say} say told what the script prints
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<number>} the exit code; 1 when it had to be ended
 */
function runScript(args, say, environment = {}) {
  return new Promise((resolve, reject) => {
    // A group of its own, since a test runner that is ended leaves its workers.
    const child = spawn(process.execPath, [...args], {
      cwd: root,
      detached,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...roomForGo, ...environment },
    });
    const stop = () => endGroup(child.pid, 'SIGTERM');
    const tooLate = setTimeout(() => {
      say(`It was ended after ${(longestPart / minutes).toFixed(1)} minutes.\n`);
      stop();
    }, longestPart);
    process.on('exit', stop);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', say);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(tooLate);
      process.off('exit', stop);
      resolve(code ?? 1);
    });
  });
}

/**
 * @param {Say} say
 * @param {...string} args
 * @returns {Promise<Counts>}
 */
async function countAsOne(say, ...args) {
  const code = await runScript(args, say);
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * @param {Say} say
 * @param {string} config
 * @param {...string} projects all where none is given
 * @returns {Promise<Counts>}
 */
async function runVitest(say, config, ...projects) {
  const report = join(reports.path, `${[config, ...projects].join('.')}.json`);
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    config,
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=./scripts/test/vitestReporter.mjs',
  ];
  const isEndToEnd = config === 'vitest.e2e.config.ts';
  const code = await runScript(args, say, {
    VECTORSCOPE_REPORT: report,
    ...(lanesPay && { VECTORSCOPE_LANES: 'yes' }),
    ...(isEndToEnd && { VECTORSCOPE_VSIX: needVsix() }),
  });
  const read = await readReport(report);
  return { ...outcomeOf(read, code), times: read?.times };
}

/**
 * @param {Say} say
 * @param {...string} names of the hosts
 * @returns {Promise<Counts>}
 */
async function runHosts(say, ...names) {
  const report = join(reports.path, `hosts.${names.join('.')}.json`);
  const args = ['scripts/test/host.mjs', needVsix(), ...names];
  const code = await runScript(args, say, { VECTORSCOPE_REPORT: report });
  const counts = (await readReport(report)) ?? { passed: 0, failed: 0 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/**
 * @param {string} file
 * @returns {Promise<any>} null if the run ended before it wrote one
 */
async function readReport(file) {
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : null;
}

/**
 * @param {Say} say
 * @returns {Promise<Counts>}
 */
async function makeVsix(say) {
  const counts = await countAsOne(say, 'scripts/package.mjs', '--unscanned');
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
/** @type {import('./test/durations.mjs').Part[]} */
const durations = [];

/**
 * What a part says is shown as one block, so that it is not mixed with what others say.
 * @param {Part} part
 */
async function runPart([name, run]) {
  console.log(`── ${name} begins`);
  const from = performance.now();
  let said = '';
  const say = (/** @type {string} */ text) => void (said += text);
  const counts = await run(say).catch((error) => {
    say(`${error instanceof Error ? error.message : error}\n`);
    return /** @type {Counts} */ ({ passed: 0, failed: 1 });
  });
  if (counts.passed + counts.failed === 0) {
    say('No test was found.\n');
    counts.failed = 1;
  }
  total.passed += counts.passed;
  total.failed += counts.failed;
  const { passed, failed, times = [] } = counts;
  const milliseconds = performance.now() - from;
  durations.push({ name, milliseconds, passed, failed, times });
  const line = `${seconds(milliseconds)}  ${passed} passed, ${failed} failed`;
  const more = counts.lines?.map((text) => `\n    ${text}`).join('') ?? '';
  summary.push(`${name.padEnd(22)} ${line}${more}`);
  process.stdout.write(`\n── ${name}\n${said}── ${name}:${line}${more}\n\n`);
}

/** @param {readonly Part[]} parts */
async function oneAfterAnother(parts) {
  for (const part of parts) {
    if (codeServerRunsHere || !needsCodeServer(part)) await runPart(part);
    else summary.push(`${part[0].padEnd(22)} not run: it needs code-server, which runs on Linux x64 alone`);
  }
}

/** Once, before several lanes would do it at the same time. */
async function installEditors() {
  for (const install of [installCodeServer, findOrInstallChromium]) {
    // What cannot be installed fails in the part that needs it.
    await install().catch((error) => console.log(error instanceof Error ? error.message : error));
  }
}

// An installation waits for other machines, and the checks need no editor.
await Promise.all([...checks.map(runPart), installEditors()]);
await Promise.all(lanes.map(oneAfterAnother));
await reports.remove();
const whole = performance.now() - started;
await keepDurations(join(root, 'dist', 'test', 'durations.json'), whole, durations);
console.log(`The slowest tests (all are in dist/test/durations.json):\n${slowestLines(durations).join('\n')}\n`);
console.log(
  `${summary.join('\n')}\n${(whole / minutes).toFixed(1)} minutes\n\n${total.passed} passed, ${total.failed} failed`,
);
process.exitCode = total.failed > 0 ? 1 : 0;
