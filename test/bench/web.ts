import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { chromiumFlags, findOrInstallChromium } from '../../scripts/editor/chromium.mjs';
import { defaultModel } from '../../src/shared/defaultModel';
import { EngineInBrowser } from '../e2e/support/enginePage';
import { report, timed } from './measure';

// `npm run bench:web`: what a browser has to fetch, and the default model in a browser on WASM with one thread and on
// the GPU's adapter there, with the tests' flags a program on the processor. Never fails on a time.

const root = process.cwd();
const model = readFileSync(defaultModel.path);
const text = 'The capital of France is';

const browser = await EngineInBrowser.open({ executable: await findOrInstallChromium(), flags: chromiumFlags, root });
const bytes = async (...files: string[]) =>
  (await Promise.all(files.map((file) => stat(`dist/${file}`)))).reduce((sum, { size }) => sum + size, 0);
const kilobytes = (count: number) => `${(count / 1000).toFixed(0)} kB`;
try {
  let tab: Awaited<ReturnType<typeof browser.load>> | undefined;
  const loading = await timed(async () => (tab = await browser.load(model)));
  if (!tab) throw new Error('The page was not opened.');
  const open = tab;
  const expected = await open.run(text);
  let state: Awaited<ReturnType<typeof open.useBackend>> | undefined;
  const moving = await timed(async () => (state = await open.useBackend('webgpu')));
  await open.run('Paris');
  const found = await open.run(text);
  const apart = Math.max(
    ...found.map(
      (value, i) => Math.abs(value - (expected[i] as number)) / Math.max(1, Math.abs(expected[i] as number)),
    ),
  );
  report([
    [
      'bundle without model and WASM',
      kilobytes(await bytes('web/extension.cjs', 'web/worker.js', 'onnx/gpu.js')),
      '< 1500 kB',
    ],
    ['load of the default model, fetched and kept', `${loading.toFixed(0)} ms`, ''],
    ['to the GPU and compared', `${moving.toFixed(0)} ms`, ''],
    ['adapter', state?.adapter ?? 'none', ''],
    ['runs on', state?.backend ?? '', ''],
    ['least cosine of a residual', String(state?.agreement?.cosine), '> 0.9999'],
    ['longest difference of a residual, share of its length', String(state?.agreement?.deviation), ''],
    ['largest difference of a number in h', apart.toExponential(1), ''],
  ]);
} finally {
  await browser.close();
}
