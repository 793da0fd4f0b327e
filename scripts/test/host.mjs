// Runs test/host inside a real extension host, against the extension as the package installs it.
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll } from '../build.mjs';
import { chromiumFlags, findOrInstallChromium } from '../editor/chromium.mjs';
import { endAllWhenInterrupted } from '../editor/processes.mjs';
import { startEditor } from '../editor/server.mjs';
import { makePackage } from '../package.mjs';
import { temporaryFolder } from '../editor/temporary.mjs';
import { runInDesktop } from './desktop.mjs';
import { exceptionsIn } from './logs.mjs';
import { followResults } from './results.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const tests = join(root, 'dist', 'test', 'host', 'index.cjs');
const runner = join(root, 'test', 'host', 'runner-extension');
const minutes = 8;

/** @typedef {{ passed: number, failed: number }} Counts */

/**
 * @param {string} vsix
 * @returns {Promise<Counts>}
 */
export async function runHostTests(vsix) {
  await bundleTests();
  const server = await withWorkspace((workspace, results) => runInServer(vsix, workspace, results));
  const desktop = await withWorkspace((workspace, results) => runInDesktop({ vsix, workspace, results, runner, tests }));
  return { passed: server.passed + desktop.passed, failed: server.failed + desktop.failed };
}

async function bundleTests() {
  const outdir = join(root, 'dist', 'test', 'host');
  await rm(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    // The second is a pattern, so that a new test is found without being listed.
    entryPoints: ['test/host/index.ts', 'test/host/**/*.test.ts'],
    outbase: 'test/host',
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
}

/**
 * Gives a run a folder with the sample in it and a file for its results, and counts what the file then holds.
 * @param {(workspace: string, results: string) => Promise<string | undefined>} run settles with what went wrong besides the tests, if anything
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
    const trouble = await run(workspace, file).catch((error) => (error instanceof Error ? error.message : String(error)));
    const { passed, failed } = results.end();
    // A host that ended early is a failure of its own, whatever had passed before.
    if (!trouble || failed > 0) return { passed, failed };
    console.log(trouble);
    return { passed, failed: 1 };
  } finally {
    await temporary.remove();
  }
}

/**
 * @param {string} vsix
 * @param {string} folder
 * @param {string} results
 * @returns {Promise<string | undefined>} what went wrong, if anything
 */
async function runInServer(vsix, folder, results) {
  const executablePath = await findOrInstallChromium();
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  /** @type {string[]} */
  const logged = [];
  /** @type {import('../editor/server.mjs').Editor | undefined} */
  let editor;
  try {
    editor = await startEditor({ extension: vsix, folder, smokeTest: true, environment: { VECTORSCOPE_TEST_RESULTS: results, ...(process.env.VECTORSCOPE_GREP && { VECTORSCOPE_GREP: process.env.VECTORSCOPE_GREP }) } });
    const page = await browser.newPage();
    const code = new Promise((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
    // What the editor logs is of use only when the tests did not come to their end.
    await page.exposeFunction('codeAutomationLog', (/** @type {string} */ _type, /** @type {unknown[]} */ args) => void logged.push(args.join(' ')));
    const remote = `vscode-remote://127.0.0.1:${editor.port}`;
    const payload = [
      ['extensionDevelopmentPath', remote + runner],
      ['extensionTestsPath', remote + tests],
    ];
    await page.goto(`${editor.url}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    const ended = await Promise.race([code, tooLate(), editor.exited.then(() => 'the server ended'), new Promise((resolve) => page.once('crash', () => resolve('the page crashed')))]);
    if (ended === 0) {
      const exceptions = await exceptionsIn(editor.userDir);
      return exceptions.length === 0 ? undefined : `The tests passed, but the editor's logs hold exceptions of ours:\n${exceptions.join('\n')}`;
    }
    const what = typeof ended === 'string' ? ended : `the extension host ended with code ${ended}`;
    return `The host tests did not come to their end: ${what}. The editor's last words:\n${[...logged.slice(-20), editor.log()].join('\n')}`;
  } finally {
    await browser.close();
    await editor?.stop();
  }
}

/** @returns {Promise<string>} */
function tooLate() {
  return new Promise((resolve) => setTimeout(() => resolve(`${minutes} minutes passed`), minutes * 60_000).unref());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  // `npm run test:host` makes the package; a path beside it tests that package instead. VECTORSCOPE_GREP names the tests to run.
  endAllWhenInterrupted();
  let vsix = process.argv[2];
  if (!vsix) {
    await buildAll();
    vsix = await makePackage();
  }
  const { passed, failed } = await runHostTests(vsix);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}
