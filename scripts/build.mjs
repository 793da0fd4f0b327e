// Builds the product into dist/: only what is out of date, and at any time. Programs that run from dist, and other
// builds, go on undisturbed. With `--debugging` the bundles have source maps and readable names.
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtIn, staleParts } from './build/freshness.mjs';

/** @typedef {import('./build/freshness.mjs').PartName} PartName */

const root = realpathSync(fileURLToPath(new URL('..', import.meta.url)));
const dist = join(root, 'dist');

/** @type {readonly PartName[]} */
const packaged = ['runtime', 'engine', 'extension', 'web', 'webview'];

/** The engine's process, and the kernels that its sources import. */
export const buildEngine = () => buildParts(['kernels', 'runtime', 'engine']);
export const buildCommandLine = () => buildParts(['kernels', 'runtime', 'commandLine']);
/** The page without an editor, but for the model. */
export const buildSite = () => buildParts(['kernels', 'site']);
export const buildKernels = () => buildParts(['kernels']);
export const buildAll = (forDebugging = false) => buildParts(['kernels', 'commandLine', ...packaged], forDebugging);

/** @param {readonly PartName[]} names @param {boolean} [forDebugging] */
async function buildParts(names, forDebugging = false) {
  if (staleParts(root, names, forDebugging).length === 0) return;
  const [{ make }, { placePart }] = await Promise.all([import('./build/parts.mjs'), import('./build/place.mjs')]);
  await inBuildTurn(async () => {
    // Another process may have built them meanwhile.
    const stale = staleParts(root, names, forDebugging);
    const place = async (/** @type {(typeof stale)[number]} */ { name, fingerprint }) =>
      placePart(dist, name, fingerprint, await make[name](forDebugging));
    // The others bundle the kernels.
    await Promise.all(stale.filter(({ name }) => name === 'kernels').map(place));
    await Promise.all(stale.filter(({ name }) => name !== 'kernels').map(place));
  });
}

/**
 * Runs a work while no other process builds this tree.
 * @param {() => Promise<void>} work
 */
export async function inBuildTurn(work) {
  const { inTurn } = await import('./build/turn.mjs');
  await inTurn(dist, work);
}

/**
 * @returns {ReadonlySet<string>} the files of dist that an editor needs, as they were built last: paths from the root
 */
export const packagedFiles = () =>
  new Set(packaged.flatMap((name) => Object.keys(builtIn(dist, name)?.files ?? {}).map((file) => `dist/${file}`)));

if (process.argv[1] && realpathSync(process.argv[1]) === join(root, 'scripts', 'build.mjs'))
  await buildAll(process.argv.includes('--debugging'));
