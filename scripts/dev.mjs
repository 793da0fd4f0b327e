// Builds, watches and serves the page without an editor: a saved change is in the browser within a second.
import { context } from 'esbuild';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildKernels } from './build.mjs';
import { debuggable, siteBundles } from './build/bundles.mjs';
import { runtime } from './build/parts.mjs';
import { placeFiles } from './build/place.mjs';
import { addFiles } from './site/files.mjs';
import { serveSite } from './site/serve.mjs';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const reload = '/reload';
const usualPort = 4173;

/** @type {Set<import('node:http').ServerResponse>} the pages that wait for a change */
const waiting = new Set();
const changed = () => {
  for (const page of waiting) page.write('data: changed\n\n');
};

/**
 * Builds a bundle, and again whenever one of its files is saved.
 * @param {import('./build/bundles.mjs').Bundle} bundle
 * @returns {Promise<void>} resolves after the first build
 */
async function watch(bundle) {
  /** @type {() => void} */
  let tellFirst = () => {};
  const first = new Promise((resolve) => (tellFirst = () => resolve(undefined)));
  let isFirst = true;
  const teller = {
    name: 'reload',
    setup: (/** @type {import('esbuild').PluginBuild} */ build) =>
      build.onEnd(({ errors }) => {
        if (!isFirst && errors.length === 0) changed();
        isFirst = false;
        tellFirst();
      }),
  };
  const isPage = bundle.entryPoints['page'] !== undefined;
  const building = await context({
    ...debuggable(bundle),
    write: true,
    metafile: false,
    plugins: [teller],
    ...(isPage && {
      define: { ...bundle.define, isOffered: 'false' },
      banner: { js: `new EventSource(${JSON.stringify(reload)}).onmessage = () => location.reload();` },
    }),
  });
  await building.watch();
  await first;
}

const { values } = parseArgs({ options: { port: { type: 'string', default: String(usualPort) } } });
const started = performance.now();
await buildKernels();
await Promise.all([
  ...siteBundles('dist/dev').map(watch),
  runtime('dev/onnx').then((files) => placeFiles(dist, files)),
  addFiles(join(dist, 'dev')),
]);
const served = serveSite(join(dist, 'dev'), {
  port: Number(values.port),
  answer(request, response) {
    if (request.url !== reload) return false;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    waiting.add(response);
    request.on('close', () => waiting.delete(response));
    return true;
  },
});
try {
  const { origin } = await served;
  console.log(
    `The page is at\n\n  ${origin}\n\nbuilt in ${((performance.now() - started) / 1000).toFixed(1)} s. It reloads when a file is saved. Press Ctrl+C to stop.`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  // The builds would go on watching.
  process.exit(1);
}
