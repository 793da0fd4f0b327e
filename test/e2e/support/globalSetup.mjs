// Starts one editor with the packaged extension for all end-to-end tests.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll } from '../../../scripts/build.mjs';
import { chromiumFlags, findOrInstallChromium } from '../../../scripts/editor/chromium.mjs';
import { startEditor } from '../../../scripts/editor/server.mjs';
import { temporaryFolder } from '../../../scripts/editor/temporary.mjs';
import { makePackage } from '../../../scripts/package.mjs';
import { makeHome } from './home.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** @param {import('vitest/node').TestProject} project */
export default async function setup({ provide }) {
  const vsix = process.env.VECTORSCOPE_VSIX ?? (await buildThePackage());
  const executable = await findOrInstallChromium();
  const folder = await temporaryFolder('e2e');
  const pictures = join(root, 'test', 'output');
  await mkdir(pictures, { recursive: true });
  // One thread: several wait for each other on a busy machine, and these tests ask what is shown, not how soon.
  const home = await temporaryFolder('home');
  const environment = await makeHome(home.path);
  const editor = await startEditor({ extension: vsix, folder: folder.path, environment, settings: { 'vectorscope.threads': 1 } });
  const web = await startEditor({ extension: vsix, folder: folder.path, settings: { 'remote.extensionKind': { 'vectorscope.vectorscope': ['web'] } } });
  provide('webEditor', { origin: web.origin });
  provide('editor', { origin: editor.origin, folder: folder.path, sample: join(root, 'media', 'sample.md'), pictures, userDir: editor.userDir });
  provide('browser', { executable, flags: chromiumFlags });
  return async () => {
    await Promise.all([editor.stop(), web.stop()]);
    await folder.remove();
    await home.remove();
  };
}

async function buildThePackage() {
  await buildAll();
  return makePackage();
}
