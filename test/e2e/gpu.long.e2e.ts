import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { modelPath } from '../unit/support/engine';
import { firstLayers } from '../unit/support/firstLayers';
import { writeTinyModel } from '../unit/support/tinyModel';
import { EngineInBrowser } from './support/enginePage';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The engine's worker and that of the GPU in a browser with a software adapter, and no editor around them. All
 * operators run on the adapter: the runtime is told to refuse others.
 */
describe('on a GPU', () => {
  let browser: EngineInBrowser;
  beforeAll(async () => {
    browser = await EngineInBrowser.open({ ...inject('browser'), root });
  });
  afterAll(() => browser.close());

  const apart = (found: readonly number[], expected: readonly number[]) =>
    Math.sqrt(
      found.reduce((sum, value, i) => sum + (value - (expected[i] as number)) ** 2, 0) /
        expected.reduce((sum, value) => sum + value * value, 0),
    );

  /** Of three graphs. */
  const tiny = () => {
    const { path, folder } = writeTinyModel({ layers: 12 });
    const bytes = readFileSync(path);
    rmSync(folder, { recursive: true });
    return bytes;
  };

  it.each([
    ['a small model', tiny, 'The capital of France is'],
    [
      'the first layer of the default model',
      () => firstLayers(readFileSync(modelPath), 1),
      'The capital of France is a city on the Seine',
    ],
  ])('%s agrees with WASM', async (_, model, text) => {
    const tab = await browser.load(model());
    const expected = await tab.run(text);
    const state = await tab.useBackend('webgpu');
    expect(state).toMatchObject({
      backend: 'webgpu',
      reason: { kind: 'chosen' },
      adapter: 'google swiftshader',
      agreement: { sameTop: true },
    });
    expect(state.agreement?.cosine).toBeGreaterThan(0.9999);
    expect(state.agreement?.deviation).toBeLessThan(2e-6);
    // Another text first, since what was run is kept.
    await tab.run('Paris');
    expect(apart(await tab.run(text), expected)).toBeLessThan(1e-5);
    await tab.close();
  });

  it('and the same runtime on the processor agrees with WASM', async () => {
    const tab = await browser.load(tiny());
    const text = 'The capital of France is';
    const expected = await tab.run(text);
    expect(await tab.useBackend('onnx')).toMatchObject({ backend: 'onnx', reason: { kind: 'chosen' } });
    await tab.run('Paris');
    const found = await tab.run(text);
    expect(found).not.toEqual(expected);
    expect(apart(found, expected)).toBeLessThan(1e-5);
    await tab.close();
  });
});
