// What a run of Vitest comes to: how much of it passed and failed, and what its closing lines say.
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {object} FailedSuite
 * @property {string} name the file, and the suite in it unless that is the whole file
 * @property {boolean} started whether one of its tests ran; if not, its setup failed
 * @property {string} error the first line
 *
 * @typedef {object} Report
 * @property {number} passed tests
 * @property {number} failed tests
 * @property {number} skipped tests, those of a suite that could not start among them
 * @property {readonly FailedSuite[]} suites that failed by themselves, not by a test
 * @property {readonly string[]} errors outside of suites and tests, the first line of each
 * @property {readonly Timed[]} times of all tests, and of the hooks of each file
 *
 * @typedef {import('./durations.mjs').Timed} Timed
 *
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} lines what the counts alone do not say
 */

/**
 * Vitest's own JSON report names no suite whose setup failed, and not its error.
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly { readonly message: string }[]} errors
 * @param {string} root the folder that files are named from
 * @returns {Report}
 */
export function reportOf(modules, errors, root) {
  const report = {
    passed: 0,
    failed: 0,
    skipped: 0,
    suites: /** @type {FailedSuite[]} */ ([]),
    errors: errors.map(({ message }) => firstLine(message)),
    times: /** @type {Timed[]} */ ([]),
  };
  for (const module of modules) {
    const file = relative(root, module.moduleId).replaceAll('\\', '/');
    let hooks = module.diagnostic().duration;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // One that is still pending when the run ends showed nothing either.
      report[state === 'pending' ? 'skipped' : state]++;
      const milliseconds = test.diagnostic()?.duration ?? 0;
      hooks -= milliseconds;
      report.times.push({ name: `${file}, ${test.fullName}`, milliseconds });
    }
    report.times.push({ name: `${file}, its hooks`, milliseconds: Math.max(0, hooks) });
    for (const suite of [module, ...module.children.allSuites()]) {
      const [error] = suite.errors();
      if (!error) continue;
      const started = [...suite.children.allTests()].some((test) => ['passed', 'failed'].includes(test.result().state));
      report.suites.push({
        name: suite.type === 'module' ? file : `${file}, ${suite.name}`,
        started,
        error: firstLine(error.message),
      });
    }
  }
  return report;
}

/**
 * @param {Report | null} report null if the run ended without one
 * @param {number} code the run's exit code
 * @returns {Outcome}
 */
export function outcomeOf(report, code) {
  if (!report) return { passed: 0, failed: 1, lines: [`Vitest ended with code ${code} before it could report.`] };
  const { passed, skipped, suites, errors } = report;
  // A skipped test shows nothing, so it does not count as passed.
  const failed = report.failed + skipped + suites.length + errors.length;
  const failure = (/** @type {FailedSuite} */ { name, error }) => `${name}: ${error}`;
  const lines = [
    ...counted(
      suites.filter(({ started }) => !started).map(failure),
      'suite could not start',
      'suites could not start',
    ),
    ...counted(suites.filter(({ started }) => started).map(failure), 'suite could not end', 'suites could not end'),
    ...counted(errors, 'error outside of the tests', 'errors outside of the tests'),
    ...(skipped > 0 ? [`${skipped} ${skipped === 1 ? 'test' : 'tests'} did not run.`] : []),
  ];
  if (code === 0 || failed > 0) return { passed, failed, lines };
  return { passed, failed: 1, lines: [`Vitest ended with code ${code}, and no test failed.`] };
}

/**
 * @param {readonly string[]} items
 * @param {string} one
 * @param {string} several
 * @returns {readonly string[]}
 */
function counted(items, one, several) {
  if (items.length < 2) return items.map((item) => `1 ${one}: ${item}`);
  return [`${items.length} ${several}:`, ...items.map((item) => `  ${item}`)];
}

const firstLine = (/** @type {string} */ text) => stripVTControlCharacters(text).trim().split('\n', 1)[0] ?? '';
