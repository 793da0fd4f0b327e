// Bundles the product into dist/: the extension (CommonJS, as VS Code loads it), the engine's worker, the command line (both ESM,
// so that an encoding is a file of its own and is read only when asked for) and the panel's page.
import { build } from 'esbuild';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildKernels } from './kernels.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
/** @type {import('esbuild').BuildOptions} */
// The kernels are a few kB, and stand in the bundles themselves.
const common = { absWorkingDir: root, loader: { '.wasm': 'binary' }, bundle: true, minify: true, sourcemap: 'linked', sourcesContent: false, logLevel: 'warning', target: 'es2023' };
/** @type {import('esbuild').BuildOptions} */
const node = { ...common, platform: 'node', target: 'node20', sourcemap: false };
/** Dependencies written as CommonJS call `require`, which an ES module does not have. */
const requireInModules = { js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);" };

export async function buildEngine() {
  await buildKernels();
  await build({ ...node, format: 'esm', splitting: true, outdir: 'dist/node', outExtension: { '.js': '.mjs' }, banner: requireInModules, entryPoints: { worker: 'src/engine/node/worker.ts', kernelThread: 'src/engine/node/kernelThreadMain.ts', cli: 'src/cli/inspectMain.ts', lab: 'src/cli/labMain.ts' } });
  // The bundle for browsers takes them from here too.
  for (const file of ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm']) await copyRuntime(file, 'node');
}

/**
 * The interface for tests is no part of what is shipped; `scripts/test/testInterface.mjs` bundles it in.
 * @type {import('esbuild').BuildOptions}
 */
const shipped = { define: { forTests: 'false' } };
/** @type {import('esbuild').BuildOptions} */
export const extensionBundle = { ...node, ...shipped, format: 'cjs', external: ['vscode'], outfile: 'dist/extension.cjs', entryPoints: ['src/extension/extension.ts'] };

export async function buildExtension() {
  await build(extensionBundle);
}

const encodings = ['o200k_base', 'cl100k_base', 'r50k_base'];
/** @type {import('esbuild').BuildOptions} */
const browser = { ...common, platform: 'browser', sourcemap: false, outdir: 'dist/web', alias: { 'node:path': 'pathe', 'onnxruntime-web': 'onnxruntime-web/wasm' } };
/**
 * What is made for browsers: one file for the extension, one for its engine, one for the GPU's worker, and each vocabulary of OpenAI's apart.
 * @type {Readonly<Record<'extension' | 'worker' | 'gpu' | 'vocabularies', import('esbuild').BuildOptions>>}
 */
export const webBundles = {
  // By its ending a browser's host sees that it is no ES module, which it could not load.
  extension: { ...browser, ...shipped, format: 'cjs', external: ['vscode'], entryPoints: { extension: 'src/extension/extension.ts' }, outExtension: { '.js': '.cjs' } },
  // The host starts it as a classic script.
  worker: { ...browser, format: 'iife', conditions: ['onnxruntime-web-use-extern-wasm'], define: { 'import.meta.url': 'self.location.href' }, entryPoints: { worker: 'src/engine/web/worker.ts' } },
  // Its runtime is another build, which knows the GPU. A page that lends its GPU may fetch all of their folder.
  gpu: { ...browser, outdir: 'dist/gpu', format: 'iife', alias: { ...browser.alias, 'onnxruntime-web': 'onnxruntime-web/webgpu' }, conditions: ['onnxruntime-web-use-extern-wasm'], define: { 'import.meta.url': 'self.location.href' }, entryPoints: { gpu: 'src/engine/web/gpuWorker.ts' } },
  vocabularies: { ...browser, format: 'esm', entryPoints: Object.fromEntries(encodings.map((name) => [name, `gpt-tokenizer/bpeRanks/${name}`])) },
};

export async function buildWeb() {
  await Promise.all(Object.values(webBundles).map((options) => build(options)));
  for (const file of ['ort-wasm-simd-threaded.asyncify.mjs', 'ort-wasm-simd-threaded.asyncify.wasm']) await copyRuntime(file, 'gpu');
}

/**
 * @param {string} file
 * @param {'node' | 'gpu'} folder
 */
async function copyRuntime(file, folder) {
  await mkdir(new URL(`../dist/${folder}/`, import.meta.url), { recursive: true });
  await copyFile(new URL(`../node_modules/onnxruntime-web/dist/${file}`, import.meta.url), new URL(`../dist/${folder}/${file}`, import.meta.url));
}

export async function buildWebview() {
  await build({ ...common, format: 'esm', target: 'es2022', sourcemap: false, jsx: 'automatic', jsxImportSource: 'preact', outdir: 'dist/webview', entryPoints: { panel: 'src/webview/panel.tsx' } });
}

/** Makes the whole product anew. */
export async function buildAll() {
  for (const made of ['extension.cjs', 'node', 'gpu', 'web', 'webview']) await rm(new URL(`../dist/${made}`, import.meta.url), { recursive: true, force: true });
  await buildKernels();
  await Promise.all([buildEngine(), buildExtension(), buildWeb(), buildWebview()]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildAll();
