// The host tests in the extension host of a browser, where there is no Node, on a page that is cross-origin isolated.
import { appendFile, cp } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { chromium } from 'playwright-core';
import { chromiumFlags, findOrInstallChromium } from '../editor/chromium.mjs';
import { install } from '../editor/server.mjs';
import { temporaryFolder } from '../editor/temporary.mjs';
import { startWebEditor } from '../editor/webEditor.mjs';
import { bundleTests } from './bundle.mjs';
import { isOurs } from './logs.mjs';
import { quietPage, runInPage } from './page.mjs';
import { addTestInterface } from './testInterface.mjs';

/**
 * @param {Omit<import('./host.mjs').Run, 'tests'>} options
 * @returns {Promise<string | undefined>} what went wrong, if anything
 */
export async function runInWeb({ vsix, workspace, results, runner, kind }) {
  const temporary = await temporaryFolder('web');
  const receiver = await receiveInto(results);
  /** @type {import('playwright-core').Browser | undefined} */
  let browser;
  /** @type {import('../editor/webEditor.mjs').WebEditor | undefined} */
  let editor;
  try {
    const extensions = await install(vsix, temporary.path);
    await addTestInterface(extensions);
    // The editor runs tests of an extension alone, so they are given one.
    await cp(runner, join(extensions, 'runner'), { recursive: true });
    const tests = join(extensions, 'runner', 'index.js');
    await bundleTests('web', tests, {
      kind,
      environment: { VECTORSCOPE_TEST_RESULTS: receiver.url, VECTORSCOPE_GREP: process.env.VECTORSCOPE_GREP ?? '' },
    });
    editor = await startWebEditor({ extensions, tests, folder: workspace });
    browser = await chromium.launch({ executablePath: await findOrInstallChromium(), args: chromiumFlags });
    const context = await browser.newContext({ ...quietPage, permissions: ['clipboard-read', 'clipboard-write'] });
    const { trouble, logged } = await runInPage({ page: await context.newPage(), url: editor.url });
    if (trouble) return trouble;
    const exceptions = logged
      .filter((entry) => entry.type === 'error' && isOurs(entry.text))
      .map((entry) => entry.text);
    return exceptions.length === 0
      ? undefined
      : `The tests passed, but the editor logged exceptions of ours:\n${exceptions.join('\n')}`;
  } finally {
    await browser?.close();
    editor?.stop();
    receiver.stop();
    await temporary.remove();
  }
}

/**
 * Takes what the tests post, since their host has no file system, and appends it to the file of results.
 * @param {string} file
 * @returns {Promise<{ url: string, stop: () => void }>}
 */
async function receiveInto(file) {
  const server = createServer((request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    text(request)
      .then((line) => appendFile(file, `${line}\n`))
      .then(
        () => response.writeHead(204).end(),
        () => response.writeHead(500).end(),
      );
  });
  await new Promise((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('The system gave no port for the results of the tests.');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
