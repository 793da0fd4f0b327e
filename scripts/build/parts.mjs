// The parts that dist is made of: the files that each is made from, and how. Loaded only where something has to be
// made.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileKernels } from '../kernels.mjs';
import { debuggable, nodeBundles, offlineBundle, pythonBundle, siteBundles, webBundles } from './bundles.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @typedef {import('./place.mjs').Output} Output
 * @typedef {import('./freshness.mjs').PartName} PartName
 */

/**
 * How each part is made: as it is shipped, or for debugging.
 * @type {Readonly<Record<PartName, (forDebugging: boolean) => Promise<readonly Output[]>>>}
 */
export const make = {
  kernels: compileKernels,
  runtime: () => runtime('onnx'),
  // The bundle for browsers takes the vocabularies from here too.
  engine: async (forDebugging) => [
    ...(await outputsOf(webBundles.vocabularies, forDebugging)),
    ...(await outputsOf(nodeBundles.engine, forDebugging)),
  ],
  commandLine: (forDebugging) => outputsOf(nodeBundles.commandLine, forDebugging),
  extension: async (forDebugging) => [
    ...(await outputsOf(nodeBundles.extension, forDebugging)),
    ...(await outputsOf(pythonBundle('dist'), forDebugging)),
  ],
  web: async (forDebugging) =>
    (
      await Promise.all(
        [webBundles.extension, webBundles.worker, webBundles.gpu].map((bundle) => outputsOf(bundle, forDebugging)),
      )
    ).flat(),
  webview: (forDebugging) => outputsOf(nodeBundles.webview, forDebugging),
  site: async (forDebugging) => {
    const made = (await Promise.all(siteBundles('dist/site').map((bundle) => outputsOf(bundle, forDebugging)))).flat();
    const offline = offlineBundle('dist/site', ...pageOf(made));
    return [...(await runtime('site/onnx')), ...made, ...(await outputsOf(offline, forDebugging))];
  },
};

/**
 * @param {readonly Output[]} made
 * @returns {[files: string[], contents: string]} the files that every visit needs, from the root of the site, and a
 * hash of them
 */
function pageOf(made) {
  const files = made.filter(({ path }) =>
    /^site\/(?!onnx\/|engine\/(?!worker\.js)|guide\.css).*(?<!\.map)$/.test(path),
  );
  const hash = createHash('sha256');
  for (const { path, contents } of files) hash.update(path).update(contents);
  const names = files.map(({ path }) => path.replace('site/', '').replace(/^index\.html$/, './'));
  return [names, hash.digest('hex').slice(0, 16)];
}

/**
 * @param {import('./bundles.mjs').Bundle} bundle
 * @param {boolean} forDebugging
 * @returns {Promise<Output[]>} with the entries last: whoever finds one finds what it imports
 */
async function outputsOf(bundle, forDebugging) {
  const { outputFiles = [] } = await build({ ...(forDebugging ? debuggable(bundle) : bundle), write: false });
  const isEntry = (/** @type {{ path: string }} */ { path }) =>
    Object.keys(bundle.entryPoints).includes(basename(path).replace(/\.\w+$/, ''));
  const outputs = outputFiles.map(({ path, contents }) => ({
    path: relative(join(root, 'dist'), path).split(sep).join('/'),
    contents,
  }));
  return [...outputs.filter((output) => !isEntry(output)), ...outputs.filter(isEntry)];
}

/**
 * @param {string} folder
 * @returns {Promise<Output[]>} the one build of the inference runtime
 */
export const runtime = (folder) =>
  Promise.all(
    ['mjs', 'wasm'].map(async (ending) => ({
      path: `${folder}/ort-wasm-simd-threaded.asyncify.${ending}`,
      contents: await readFile(
        join(root, `node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.asyncify.${ending}`),
      ),
    })),
  );
