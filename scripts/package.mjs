// Makes vectorscope-VERSION.vsix, the file that an editor installs.
import { copyFile, link, mkdir, readdir, readFile, rename, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAll, inBuildTurn, packagedFiles } from './build.mjs';
import { isPreRelease } from './release/commands.mjs';
import { addressesOf, readIdentity } from './release/identity.mjs';
import { unfinishedFolder } from './unfinished.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns {Promise<string>} the version that the manifest names */
export async function versionOfPackage() {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return version;
}

/** @returns {Promise<string>} path of the VSIX, whether it was made or not */
export const pathOfPackage = async () => join(root, `vectorscope-${await versionOfPackage()}.vsix`);

/**
 * What a version's package says of itself to a marketplace, which refuses pictures without an https address.
 * @param {string} version
 */
export const marketplaceOptions = (version) => ({
  ...addressesOf(readIdentity(), version),
  preRelease: isPreRelease(version),
  // “#1” in our pages is a place in a list and never an issue.
  gitHubIssueLinking: false,
});

/**
 * Bytes that a package may have more than its model's file. Packed, the model is some 5 MB smaller than the file, so
 * the other files may take that much more.
 */
const mostOverModel = 6_000_000;

/**
 * @param {number} whole bytes of a package
 * @param {number} model bytes of the model's file
 * @throws {Error} where the package is too large
 */
export function checkSize(whole, model) {
  const megabytes = (/** @type {number} */ bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
  const over = whole - model;
  if (over > mostOverModel)
    throw new Error(
      `The package is ${megabytes(over)} larger than its model's file; at most ${megabytes(mostOverModel)} were expected. Leave something out in .vscodeignore.`,
    );
}

/**
 * Packages what is in dist. Its files are first gathered while nothing builds, since packing takes longer than a build
 * does.
 * @param {{ scanned?: boolean }} [options] `scanned`: looked through for keys and passwords before it is published,
 * which takes longer than all the rest
 * @returns {Promise<string>} path of the VSIX
 */
export async function makePackage({ scanned = false } = {}) {
  // Loaded only where something is packed.
  const { createVSIX } = await import('@vscode/vsce');
  const packagePath = await pathOfPackage();
  const aside = await unfinishedFolder(join(root, 'dist', 'package'));
  try {
    const gathered = join(aside.path, 'extension');
    await inBuildTurn(async () => {
      const shipped = await shippedFiles();
      if (shipped.some((file) => file.endsWith('.map')))
        throw new Error('Another process has built for debugging meanwhile. Run npm run package again.');
      for (const file of [...shipped, '.vscodeignore']) await linkOrCopy(join(root, file), join(gathered, file));
    });
    const made = join(aside.path, basename(packagePath));
    await createVSIX({
      cwd: gathered,
      packagePath: made,
      dependencies: false,
      ...marketplaceOptions(await versionOfPackage()),
      allowPackageAllSecrets: !scanned,
      allowPackageEnvFile: !scanned,
    });
    const models = join(gathered, 'models');
    const model = (await readdir(models)).find((file) => file.endsWith('.gguf')) ?? '';
    checkSize((await stat(made)).size, (await stat(join(models, model))).size);
    await rename(made, packagePath);
  } finally {
    await aside.remove();
  }
  return packagePath;
}

/**
 * What .vscodeignore lets in, without the files of earlier builds that still lie in dist. vsce goes by that file again
 * as it packs; to have it list the whole tree would take it seconds.
 * @returns {Promise<string[]>} paths from the root
 */
export async function shippedFiles() {
  const built = packagedFiles();
  const lines = (await readFile(join(root, '.vscodeignore'), 'utf8')).split('\n');
  const letIn = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const pattern = letIn.map((glob) =>
    glob.replaceAll('.', '\\.').replace(/\*+/g, (stars) => (stars === '**' ? '.*' : '[^/]*')),
  );
  const isLetIn = new RegExp(`^(${pattern.join('|')})$`);
  const folders = new Set(letIn.filter((glob) => glob.includes('/')).map((glob) => glob.split('/')[0] ?? ''));
  const found = [
    ...(await readdir(root)),
    ...(await Promise.all([...folders].map((folder) => filesIn(folder)))).flat(),
  ];
  return found.filter((file) => isLetIn.test(file) && (!file.startsWith('dist/') || built.has(file)));
}

/** @param {string} folder at the root */
async function filesIn(folder) {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
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
  const scanned = !process.argv.includes('--unscanned');
  // vsce itself prints the list of files and the size, and the path that the package had while it was made.
  console.log(`The package is ${await makePackage({ scanned })}`);
}
