// What is shipped gives other extensions nothing. The host tests need an interface to the extension, which is put into
// the installed one.
import { build } from 'esbuild';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeBundles, webBundles } from '../build/bundles.mjs';
import { isOurs } from '../release/identity.mjs';

/**
 * @param {import('esbuild').BuildOptions} shipped
 * @returns {import('esbuild').BuildOptions} the same with the interface, and without the place where it is put
 */
function forTests(shipped) {
  /** @type {import('esbuild').BuildOptions} */
  const options = {
    ...shipped,
    define: { ...shipped.define, forTests: 'true' },
    entryPoints: ['src/extension/extension.ts'],
  };
  for (const place of /** @type {const} */ (['outfile', 'outdir', 'outExtension'])) delete options[place];
  return options;
}

/**
 * What stands in for the bundles of a package in tests, by their place in it.
 * @type {Readonly<Record<string, import('esbuild').BuildOptions>>}
 */
export const testBundles = {
  'dist/extension.cjs': forTests(nodeBundles.extension),
  'dist/web/extension.cjs': forTests(webBundles.extension),
};

/** @param {string} extensions the folder that the package was installed into */
export async function addTestInterface(extensions) {
  const installed = (await readdir(extensions)).find(isOurs);
  if (!installed) throw new Error(`The extension is not among those in ${extensions}.`);
  for (const [file, options] of Object.entries(testBundles))
    await build({ ...options, write: true, outfile: join(extensions, installed, file) });
}
