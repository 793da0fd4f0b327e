// Bundles programs of test/.
import { build } from 'esbuild';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { placeFiles } from './place.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The inference runtime finds its binary beside itself only where it is not bundled. The same holds for what our
 * scripts read.
 * @type {import('esbuild').BuildOptions}
 */
const standing = { packages: 'external', external: ['./scripts/*'], sourcemap: 'inline' };

/**
 * Bundles programs for Node and puts them into a folder of dist, where others may be running them.
 * @param {string} folder
 * @param {Record<string, string>} entryPoints the programs' sources by their names
 * @param {import('esbuild').BuildOptions} [options] by default packages stay outside
 * @returns {Promise<readonly string[]>} absolute paths of the programs, in their order
 */
export async function placePrograms(folder, entryPoints, options = standing) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    loader: { '.wasm': 'binary', '.bin': 'binary' },
    logLevel: 'warning',
    outExtension: { '.js': '.mjs' },
    ...options,
    entryPoints,
    outdir: join('dist', folder),
    write: false,
  });
  await placeFiles(
    join(root, 'dist'),
    outputFiles.map(({ path, contents }) => ({
      path: relative(join(root, 'dist'), path).split(sep).join('/'),
      contents,
    })),
  );
  return Object.keys(entryPoints).map((name) => join(root, 'dist', folder, `${name}.mjs`));
}
