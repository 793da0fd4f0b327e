// What esbuild makes of the sources: options alone, so that tests can bundle the same.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @typedef {import('esbuild').BuildOptions & { entryPoints: Record<string, string>, outdir: string }} Bundle */

/**
 * Files stay in memory, since they get their place all together. The kernels are a few kB, and stand in the bundles
 * themselves.
 */
const common = /** @type {const} */ ({
  absWorkingDir: root,
  loader: { '.wasm': 'binary', '.bin': 'binary' },
  bundle: true,
  minify: true,
  metafile: true,
  write: false,
  logLevel: 'warning',
  target: 'es2023',
});
const node = /** @type {const} */ ({
  ...common,
  platform: 'node',
  target: 'node20',
  // Its build for Node cannot be bundled.
  alias: { 'jsonc-parser': './node_modules/jsonc-parser/lib/esm/main.js' },
});
/** Dependencies written as CommonJS call `require`, which an ES module does not have. */
const requireInModules = {
  js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);",
};
/** Both ESM, so that an encoding is a file of its own and is read only when asked for. */
const modules = /** @type {const} */ ({
  ...node,
  format: 'esm',
  splitting: true,
  outExtension: { '.js': '.mjs' },
  banner: requireInModules,
});
/** What the engine starts beside itself. */
const beside = {
  kernelThread: 'src/engine/workers/node/kernelThread.ts',
  chatProcess: 'src/engine/workers/node/chatProcess.ts',
};

/**
 * The interface for tests is no part of what is shipped; `scripts/test/testInterface.mjs` bundles it in. Nor does a
 * variable of the environment open the engine's process to a debugger there.
 */
const shipped = { define: { forTests: 'false', 'process.env.VECTORSCOPE_INSPECT_ENGINE': 'undefined' } };

const encodings = ['o200k_base', 'cl100k_base', 'r50k_base'];
const browser = /** @type {const} */ ({
  ...common,
  platform: 'browser',
  outdir: 'dist/web',
  alias: {
    'node:path': 'pathe',
    'onnxruntime-web': 'onnxruntime-web/wasm',
    // Its manifest names the build for browsers in a form that esbuild does not follow.
    '@huggingface/hub': './node_modules/@huggingface/hub/dist/browser/index.mjs',
  },
});

/**
 * What is made for browsers: one file for the extension, one for its engine, one for the GPU's worker, and each
 * vocabulary of OpenAI's apart.
 * @type {Readonly<Record<'extension' | 'worker' | 'gpu' | 'vocabularies', Bundle>>}
 */
export const webBundles = {
  // By its ending a browser's host sees that it is no ES module, which it could not load.
  extension: {
    ...browser,
    ...shipped,
    format: 'cjs',
    external: ['vscode'],
    entryPoints: { extension: 'src/extension/extension.ts' },
    outExtension: { '.js': '.cjs' },
  },
  // The host starts it as a classic script.
  worker: {
    ...browser,
    format: 'iife',
    conditions: ['onnxruntime-web-use-extern-wasm'],
    define: { 'import.meta.url': 'self.location.href' },
    entryPoints: { worker: 'src/engine/workers/web/worker.ts' },
  },
  // In the folder of the runtime: a page that lends its GPU may fetch all of it.
  gpu: {
    ...browser,
    outdir: 'dist/onnx',
    format: 'iife',
    alias: { ...browser.alias, 'onnxruntime-web': 'onnxruntime-web/webgpu' },
    conditions: ['onnxruntime-web-use-extern-wasm'],
    define: { 'import.meta.url': 'self.location.href' },
    entryPoints: { gpu: 'src/engine/backends/web/gpuWorker.ts' },
  },
  vocabularies: {
    ...browser,
    format: 'esm',
    entryPoints: Object.fromEntries(encodings.map((name) => [name, `gpt-tokenizer/bpeRanks/${name}`])),
  },
};

/**
 * In a package Node and browsers share the vocabularies, which are most of the engine's bytes.
 * @type {import('esbuild').Plugin}
 */
const sharedVocabularies = {
  name: 'shared-vocabularies',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^gpt-tokenizer\/bpeRanks\// }, ({ path }) => ({
      path: `../web/${path.split('/').at(-1)}.js`,
      external: true,
    })),
};

/**
 * The scripts of *Copy as Python*, each a file that is read when it is copied.
 * @param {string} outdir
 * @returns {Bundle}
 */
export const pythonBundle = (outdir) => ({
  ...common,
  loader: { '.py': 'copy' },
  outdir: `${outdir}/python`,
  entryPoints: Object.fromEntries(
    ['figures', 'beginnings'].flatMap((folder) =>
      readdirSync(join(root, 'src/extension/python', folder)).map((file) => [
        `${folder}/${file.replace('.py', '')}`,
        `src/extension/python/${folder}/${file}`,
      ]),
    ),
  ),
});

/** @type {Readonly<Record<'engine' | 'commandLine' | 'extension' | 'webview', Bundle>>} */
export const nodeBundles = {
  engine: {
    ...modules,
    plugins: [sharedVocabularies],
    outdir: 'dist/node',
    // The command line is here too: an editor starts its MCP server from what is packaged.
    entryPoints: { worker: 'src/engine/workers/node/worker.ts', vectorscope: 'src/cli/main.ts', ...beside },
  },
  // With threads of its own build beside it.
  commandLine: { ...modules, outdir: 'dist/cli', entryPoints: { vectorscope: 'src/cli/main.ts', ...beside } },
  // CommonJS, as VS Code loads it.
  extension: {
    ...node,
    ...shipped,
    format: 'cjs',
    external: ['vscode'],
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    entryPoints: { extension: 'src/extension/extension.ts' },
  },
  webview: {
    ...common,
    format: 'esm',
    splitting: true,
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    outdir: 'dist/webview',
    entryPoints: { panel: 'src/webview/panel.tsx' },
  },
};

/** @returns {string} the product's version */
const version = () => JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;

/**
 * What the page without an editor is made of: its own scripts and styles, and the panel and the engine as an editor in
 * a browser gets them.
 * @param {string} outdir
 * @returns {readonly Bundle[]}
 */
export const siteBundles = (outdir) => [
  {
    ...browser,
    outdir,
    format: 'esm',
    define: { version: JSON.stringify(version()), isOffered: 'true' },
    loader: { ...browser.loader, '.html': 'copy', '.svg': 'copy', '.json': 'copy' },
    entryPoints: {
      page: 'src/page/page.ts',
      themes: 'media/themes.css',
      guide: 'src/page/guide.css',
      index: 'src/page/index.html',
      panel: 'src/page/panel.html',
      icon: 'media/icon.svg',
      'bundle.l10n.de': 'l10n/bundle.l10n.de.json',
      sample: 'src/page/sample.json',
    },
  },
  // A classic script: it runs before the panel's own, which is a module.
  { ...browser, outdir, format: 'iife', entryPoints: { frame: 'src/page/frame.ts' } },
  pythonBundle(outdir),
  { ...nodeBundles.webview, outdir: `${outdir}/panel` },
  { ...webBundles.worker, outdir: `${outdir}/engine` },
  { ...webBundles.vocabularies, outdir: `${outdir}/engine` },
  { ...webBundles.gpu, outdir: `${outdir}/onnx` },
];

/**
 * The worker that keeps the page for a visit without a network.
 * @param {string} outdir
 * @param {readonly string[]} files what the page is made of, from its root
 * @param {string} contents a hash of them
 * @returns {Bundle}
 */
export const offlineBundle = (outdir, files, contents) => ({
  ...browser,
  outdir,
  format: 'iife',
  define: { files: JSON.stringify(files), contents: JSON.stringify(contents) },
  entryPoints: { offline: 'src/page/offline.ts' },
});

/**
 * @param {Bundle} bundle
 * @returns {Bundle} the same with source maps and readable names, which is never packaged
 */
export function debuggable(bundle) {
  const { 'process.env.VECTORSCOPE_INSPECT_ENGINE': _, ...define } = bundle.define ?? {};
  return { ...bundle, define, minify: false, sourcemap: true };
}
