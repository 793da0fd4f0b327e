// The packaged extension in the editors that run extensions in the browser.
import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll } from '../build.mjs';
import { makePackage } from '../package.mjs';
import { extensionIdOf, isOurs, readIdentity } from '../release/identity.mjs';
import { install, startEditor } from './server.mjs';
import { temporaryFolder } from './temporary.mjs';
import { startWebEditor } from './webEditor.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Builds the extension, packages it and installs the package in a temporary folder.
 * @returns {Promise<import('./packagedWeb.d.mts').PackagedWeb>}
 */
export async function packageForWeb() {
  await buildAll();
  const vsix = await makePackage();
  const installed = await temporaryFolder('installed');
  const extensions = await install(vsix, installed.path);
  return { start: (kind) => start(kind, extensions), remove: installed.remove };
}

/**
 * @param {import('./packagedWeb.d.mts').WebEditorKind} kind
 * @param {string} extensions the folder with the installed extension
 * @returns {Promise<import('./packagedWeb.d.mts').RunningEditor>}
 */
async function start(kind, extensions) {
  const folder = await temporaryFolder('document');
  await copyFile(join(root, 'media', 'sample.md'), join(folder.path, 'sample.md'));
  const editor =
    kind === 'isolated'
      ? await startWebEditor({ extensions, folder: folder.path })
      : await startCodeServer(extensions, folder.path);
  const stop = async () => {
    await editor.stop();
    await folder.remove();
  };
  return { url: editor.url, stop };
}

/**
 * @param {string} extensions
 * @param {string} folder
 */
async function startCodeServer(extensions, folder) {
  const [extension = ''] = (await readdir(extensions)).filter((name) => isOurs(name));
  return startEditor({
    extension: join(extensions, extension),
    folder,
    settings: { 'remote.extensionKind': { [extensionIdOf(readIdentity())]: ['web'] } },
  });
}
