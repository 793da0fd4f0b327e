// The host tests once more in VS Code for the desktop, where one is installed or can be downloaded.
import { downloadAndUnzipVSCode, resolveCliPathFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import { join } from 'node:path';
import { cacheFolder } from '../editor/cache.mjs';
import { runQuietly } from '../editor/commands.mjs';
import { findDesktop } from '../editor/desktop.mjs';
import { codeServerRunsHere } from '../editor/install.mjs';
import { temporaryFolder } from '../editor/temporary.mjs';
import { addTestInterface } from './testInterface.mjs';

/**
 * @param {{ vsix: string, workspace: string, results: string, runner: string, tests: string }} options
 * @returns {Promise<string | undefined>} what went wrong, if anything; a missing VS Code is said and counts as nothing
 */
export async function runInDesktop({ vsix, workspace, results, runner, tests }) {
  const vscodeExecutablePath = await findOrDownload();
  if (!vscodeExecutablePath) return undefined;
  const data = await temporaryFolder('desktop');
  try {
    // Short, since an editor on a Mac listens at a socket in it, whose path has at most 103 characters.
    const folders = ['--user-data-dir', join(data.path, 'u'), '--extensions-dir', join(data.path, 'extensions')];
    await runQuietly(
      resolveCliPathFromVSCodeExecutablePath(vscodeExecutablePath),
      [...folders, '--no-sandbox', '--install-extension', vsix],
      { what: 'Installing the extension' },
    );
    await addTestInterface(join(data.path, 'extensions'));
    await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: runner,
      extensionTestsPath: tests,
      extensionTestsEnv: { VECTORSCOPE_TEST_RESULTS: results },
      launchArgs: [
        workspace,
        ...folders,
        '--no-sandbox',
        '--disable-gpu',
        '--disable-workspace-trust',
        '--skip-welcome',
        '--skip-release-notes',
      ],
    });
    return undefined;
  } catch (error) {
    return `The host tests in desktop VS Code did not finish: ${error instanceof Error ? error.message : String(error)}.`;
  } finally {
    await data.remove();
  }
}

/** @returns {Promise<string | undefined>} undefined where there is none, and code-server stands for it */
async function findOrDownload() {
  const skip = (/** @type {string} */ why) => {
    if (!codeServerRunsHere || process.env.VECTORSCOPE_DESKTOP === 'needed')
      throw new Error(`The host tests need VS Code for the desktop here: ${why}.`);
    console.log(`Desktop VS Code: not run, ${why}; the run in code-server counts.`);
  };
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return void skip('no display');
  const installed = findDesktop();
  if (installed) return installed.executable;
  try {
    return await downloadAndUnzipVSCode({
      version: 'stable',
      cachePath: join(cacheFolder(), 'desktop'),
      timeout: 15_000,
    });
  } catch (error) {
    return void skip(
      `none is installed and none can be downloaded (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}
