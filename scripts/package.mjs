// Makes vectorscope-VERSION.vsix, the file that an editor installs.
import { createVSIX } from '@vscode/vsce';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns {Promise<string>} path of the VSIX, whether it was made or not */
export async function pathOfPackage() {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return join(root, `vectorscope-${version}.vsix`);
}

/** @returns {Promise<string>} path of the VSIX that was made from what is in dist */
export async function makePackage() {
  const packagePath = await pathOfPackage();
  await createVSIX({ cwd: root, packagePath, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false });
  return packagePath;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAll();
  // vsce itself prints the list of files and the size.
  await makePackage();
}
