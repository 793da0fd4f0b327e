// Makes vectorscope-VERSION.vsix, the file that an editor installs.
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { copyFile, link, mkdir, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll, inBuildTurn, packagedFiles } from './build.mjs';
import { unfinishedFolder } from './unfinished.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns {Promise<string>} path of the VSIX, whether it was made or not */
export async function pathOfPackage() {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return join(root, `vectorscope-${version}.vsix`);
}

/**
 * Packages what is in dist. Its files are first gathered while nothing builds, since packing takes longer than a build
 * does.
 * @returns {Promise<string>} path of the VSIX
 */
export async function makePackage() {
  const packagePath = await pathOfPackage();
  const aside = await unfinishedFolder(join(root, 'dist', 'package'));
  try {
    const gathered = join(aside.path, 'extension');
    await inBuildTurn(async () => {
      for (const file of await filesToPack()) await linkOrCopy(join(root, file), join(gathered, file));
    });
    const made = join(aside.path, basename(packagePath));
    await createVSIX({
      cwd: gathered,
      packagePath: made,
      dependencies: false,
      rewriteRelativeLinks: false,
    });
    await rename(made, packagePath);
  } finally {
    await aside.remove();
  }
  return packagePath;
}

/** What .vscodeignore lets in, without the files of earlier builds that still lie in dist. */
async function filesToPack() {
  const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
  const built = packagedFiles();
  if ([...built].some((file) => file.endsWith('.map')))
    throw new Error('Another process has built for debugging meanwhile. Run npm run package again.');
  return [...files.filter((file) => !file.startsWith('dist/') || built.has(file)), '.vscodeignore'];
}

/**
 * A build replaces files and never writes into one, so a link keeps what the file holds now.
 * @param {string} from
 * @param {string} to
 */
async function linkOrCopy(from, to) {
  await mkdir(dirname(to), { recursive: true });
  await link(from, to).catch(() => copyFile(from, to));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAll();
  // vsce itself prints the list of files and the size, and the path that the package had while it was made.
  console.log(`The package is ${await makePackage()}`);
}
