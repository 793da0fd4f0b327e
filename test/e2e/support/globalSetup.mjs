// Starts editors with the packaged extension for all end-to-end tests: a pair for each file that runs at a time.
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll } from '../../../scripts/build.mjs';
import { chromiumFlags, findOrInstallChromium } from '../../../scripts/editor/chromium.mjs';
import { installCodeServer } from '../../../scripts/editor/install.mjs';
import { install, startEditor } from '../../../scripts/editor/server.mjs';
import { temporaryFolder } from '../../../scripts/editor/temporary.mjs';
import { makePackage } from '../../../scripts/package.mjs';
import { extensionIdOf, isOurs, readIdentity } from '../../../scripts/release/identity.mjs';
import { makeHome } from './home.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** @param {import('vitest/node').TestProject} project */
export default async function setup({ provide, vitest }) {
  const vsix = process.env.VECTORSCOPE_VSIX ?? (await buildThePackage());
  const executable = await findOrInstallChromium();
  // Once, before several would do it at the same time.
  await installCodeServer();
  const pictures = join(root, 'test', 'output');
  await mkdir(pictures, { recursive: true });
  const installed = await temporaryFolder('installed');
  const extensions = await install(vsix, installed.path);
  const [extension = ''] = (await readdir(extensions)).filter((name) => isOurs(name));
  const started = await Promise.all(
    Array.from({ length: Math.max(...vitest.projects.map(({ config }) => config.maxWorkers)) }, () =>
      startPair(join(extensions, extension)),
    ),
  );
  const files = { sample: join(root, 'media', 'sample.md'), pictures };
  provide(
    'editors',
    started.map(({ node, web, folder, home }) => ({
      node: { origin: node.origin, userDir: node.userDir, folder: folder.path, home: home.path, ...files },
      web: { origin: web.origin },
    })),
  );
  provide('output', pictures);
  provide('browser', { executable, flags: chromiumFlags });
  provide('drawsPictures', vitest.config.snapshotOptions.updateSnapshot === 'all');
  return async () => {
    await Promise.all(started.map(({ stop }) => stop()));
    await installed.remove();
  };
}

/**
 * An editor for either extension host.
 * @param {string} extension the folder that it is installed in
 */
async function startPair(extension) {
  const folder = await temporaryFolder('e2e');
  const home = await temporaryFolder('home');
  const environment = await makeHome(home.path);
  const [node, web] = await Promise.all([
    // One thread: several wait for each other on a busy machine, and these tests ask what is shown, not how soon.
    startEditor({ extension, folder: folder.path, environment, settings: { 'vectorscope.threads': 1 } }),
    startEditor({
      extension,
      folder: folder.path,
      settings: { 'remote.extensionKind': { [extensionIdOf(readIdentity())]: ['web'] } },
    }),
  ]);
  const stop = async () => {
    await Promise.all([node.stop(), web.stop()]);
    await folder.remove();
    await home.remove();
  };
  return { node, web, folder, home, stop };
}

async function buildThePackage() {
  await buildAll();
  return makePackage();
}
