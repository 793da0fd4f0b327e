// The host tests in the extension host of Node, as code-server runs it.
import { chromium } from 'playwright-core';
import { chromiumFlags, findOrInstallChromium } from '../editor/chromium.mjs';
import { startEditor } from '../editor/server.mjs';
import { exceptionsIn } from './logs.mjs';
import { quietPage, runInPage } from './page.mjs';
import { addTestInterface } from './testInterface.mjs';

const given = (/** @type {string} */ name) => (process.env[name] ? { [name]: process.env[name] } : {});

/**
 * @param {Omit<import('./host.mjs').Run, 'kind'>} options
 * @returns {Promise<string | undefined>} what went wrong, if anything
 */
export async function runInServer({ vsix, workspace, results, runner, tests }) {
  const browser = await chromium.launch({ executablePath: await findOrInstallChromium(), args: chromiumFlags });
  /** @type {import('../editor/server.mjs').Editor | undefined} */
  let editor;
  try {
    editor = await startEditor({
      extension: vsix,
      installed: addTestInterface,
      folder: workspace,
      smokeTest: true,
      environment: { VECTORSCOPE_TEST_RESULTS: results, ...given('VECTORSCOPE_GREP'), ...given('VECTORSCOPE_KILLS') },
    });
    const remote = `vscode-remote://127.0.0.1:${editor.port}`;
    const payload = [
      ['extensionDevelopmentPath', remote + runner],
      ['extensionTestsPath', remote + tests],
    ];
    const url = `${editor.url}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
    const { trouble } = await runInPage({
      page: await browser.newPage(quietPage),
      url,
      exited: editor.exited,
      serverLog: editor.log,
    });
    if (trouble) return trouble;
    const exceptions = await exceptionsIn(editor.userDir);
    return exceptions.length === 0
      ? undefined
      : `The tests passed, but the editor's logs hold exceptions of ours:\n${exceptions.join('\n')}`;
  } finally {
    await browser.close();
    await editor?.stop();
  }
}
