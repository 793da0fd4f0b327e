// Bundles the host tests into one file for the extension host that runs them.
import { build } from 'esbuild';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { placeFiles } from '../build/place.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tests = join(root, 'test', 'host');

/**
 * @typedef {'node' | 'web'} Place
 * @typedef {'test' | 'long' | 'bench'} Kind the tests, those that take long, or the measurements, whose times fail
 * nothing
 */

/** @type {Readonly<Record<Place, import('esbuild').BuildOptions>>} */
const options = {
  node: {
    platform: 'node',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    alias: { '#place': './test/host/place/node.ts' },
  },
  // There is no Node built-in there: an import of one fails here.
  web: {
    platform: 'browser',
    target: 'es2023',
    external: ['vscode'],
    alias: { '#place': './test/host/place/web.ts', 'node:assert/strict': './test/host/place/assert.ts' },
  },
};

/**
 * @param {Place} place
 * @param {string} outfile
 * @param {{ kind: Kind, environment?: Readonly<Record<string, string>> }} options `environment`: variables of a host
 * that has none
 */
export async function bundleTests(place, outfile, { kind, environment = {} }) {
  const files = (await readdir(tests, { recursive: true }))
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith(`.${kind}.ts`) && isFor(place, file));
  // In the order of their names, so that `activation` sees an extension that nothing has activated yet.
  const contents = ['./run', ...files.toSorted().map((file) => `./${file}`)].map((file) => `import '${file}';`);
  const {
    outputFiles: [bundle],
  } = await build({
    ...options[place],
    absWorkingDir: root,
    stdin: {
      contents: [...contents, "export { run } from './run';"].join('\n'),
      resolveDir: tests,
      sourcefile: 'tests.ts',
      loader: 'ts',
    },
    define: Object.fromEntries(
      Object.entries(environment).map(([name, value]) => [`process.env.${name}`, JSON.stringify(value)]),
    ),
    outfile,
    loader: { '.gguf': 'binary' },
    bundle: true,
    format: 'cjs',
    logLevel: 'warning',
    write: false,
  });
  // Hosts of another run may be reading the file.
  if (bundle) await placeFiles(dirname(outfile), [{ path: basename(outfile), contents: bundle.contents }]);
}

/**
 * Files at the top level run in every host; those in a place's folder run only there.
 * @param {Place} place
 * @param {string} file
 */
const isFor = (place, file) => !file.includes('/') || file.startsWith(`${place}/`);
