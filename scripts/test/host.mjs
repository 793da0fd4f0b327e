// Runs test/host inside real extension hosts, against the extension as the package installs it.
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll } from '../build.mjs';
import { endAllWhenInterrupted } from '../editor/processes.mjs';
import { temporaryFolder } from '../editor/temporary.mjs';
import { makePackage } from '../package.mjs';
import { bundleTests } from './bundle.mjs';
import { runInDesktop } from './desktop.mjs';
import { followResults } from './results.mjs';
import { runInServer } from './server.mjs';
import { runInWeb } from './web.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const runner = join(root, 'test', 'host', 'runner-extension');

/**
 * @typedef {import('./results.mjs').Counts} Counts
 * @typedef {import('./bundle.mjs').Kind} Kind
 * @typedef {{ vsix: string, workspace: string, results: string, runner: string, tests: string, kind: Kind }} Run
 * absolute paths, and what runs
 */

/** @type {readonly Kind[]} */
const kinds = ['bench', 'long'];

/** @type {Readonly<Record<string, (run: Run) => Promise<string | undefined>>>} */
const hosts = { server: runInServer, desktop: runInDesktop, web: runInWeb };

/**
 * @param {string} vsix
 * @param {readonly string[]} names of the hosts
 * @param {Kind} kind
 * @returns {Promise<Counts>}
 */
async function runHostTests(vsix, names, kind) {
  // A file for each kind, so that runs of both may go on at once.
  const tests = join(root, 'dist', 'test', 'host', `${kind}.cjs`);
  await bundleTests('node', tests, { kind });
  /** @type {Counts} */
  const total = { passed: 0, failed: 0, times: [] };
  for (const [name, run] of Object.entries(hosts)) {
    if (!names.includes(name)) continue;
    console.log(`Host tests, ${name}:`);
    const from = performance.now();
    const { passed, failed, times } = await withWorkspace((workspace, results) =>
      run({ vsix, workspace, results, runner, tests, kind }),
    );
    if (passed + failed > 0)
      console.log(
        `Host tests, ${name}: ${passed} passed, ${failed} failed, ${((performance.now() - from) / 1000).toFixed(1)} s`,
      );
    total.passed += passed;
    total.failed += failed;
    total.times.push(...times.map((test) => ({ ...test, name: `${name}, ${test.name}` })));
  }
  return total;
}

/**
 * Gives a run a folder with the sample in it and a file for its results, and counts what the file then holds.
 * @param {(workspace: string, results: string) => Promise<string | undefined>} run settles with what went wrong besides
 * the tests, if anything
 * @returns {Promise<Counts>}
 */
async function withWorkspace(run) {
  const temporary = await temporaryFolder('host');
  try {
    const workspace = join(temporary.path, 'workspace');
    const file = join(temporary.path, 'results.jsonl');
    await mkdir(workspace);
    await copyFile(join(root, 'media', 'sample.md'), join(workspace, 'sample.md'));
    const results = followResults(file);
    const trouble = await run(workspace, file).catch((error) =>
      error instanceof Error ? error.message : String(error),
    );
    const counts = results.end();
    // A host that ended early is a failure of its own, whatever had passed before.
    if (!trouble || counts.failed > 0) return counts;
    console.log(trouble);
    return { ...counts, failed: 1 };
  } finally {
    await temporary.remove();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // `npm run test:host` makes the package; a path beside it tests that package instead, and names of hosts leave the
  // others out. The word bench takes the measurements in place of the tests, the word long those tests that take long,
  // and VECTORSCOPE_GREP leaves out those with other names.
  endAllWhenInterrupted();
  const given = process.argv.slice(2);
  let vsix = given.find((argument) => argument.endsWith('.vsix'));
  const kind = kinds.find((one) => given.includes(one)) ?? 'test';
  const names = given.filter((argument) => argument !== vsix && argument !== kind);
  const unknown = names.find((name) => !(name in hosts));
  if (unknown)
    throw new Error(
      `There is no host ${unknown}: name ${[...Object.keys(hosts), ...kinds].join(', ')} or the path of a .vsix file.`,
    );
  if (!vsix) {
    await buildAll();
    vsix = await makePackage();
  }
  const counts = await runHostTests(vsix, names.length > 0 ? names : Object.keys(hosts), kind);
  const { passed, failed } = counts;
  // `npm test` counts by this file.
  if (process.env.VECTORSCOPE_REPORT) await writeFile(process.env.VECTORSCOPE_REPORT, JSON.stringify(counts));
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
