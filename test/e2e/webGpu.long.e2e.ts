import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { driven } from '../page/support/driven';
import { truthAt } from '../unit/support/truth';
import { gpuFaults } from './support/gpuFaults';
import { menuSays } from './support/modelStatus';
import { predictsAsPublished } from './support/published';
import { Workbench } from './support/workbench';

const families = fileURLToPath(new URL('../fixtures/families/', import.meta.url));
const text = 'The capital of France is';

/**
 * The GPU of a browser's extension host and what may go wrong with it, made by the browser's own WebGPU. The adapter is
 * a program on the processor.
 */
describe('the GPU in a browser', () => {
  let workbench: Workbench;
  let fault = '';
  driven(async () => {
    workbench = await Workbench.open({ host: 'web' });
    await workbench.page.context().route(
      (url) => url.href.includes('gpu.js'),
      async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ response: answer, body: `${fault};${await answer.text()}` });
      },
    );
    await cp(join(families, 'qwen2.gguf'), join(workbench.folder, 'qwen2.gguf'));
    await mkdir(join(workbench.folder, '.vscode'));
    await setting('wasm');
    return workbench;
  });

  /** Without hovers nothing is fetched ahead: what runs on the GPU is the inspection. */
  const setting = (choice: string) =>
    writeFile(
      join(workbench.folder, '.vscode', 'settings.json'),
      JSON.stringify({ 'vectorscope.backend': choice, 'vectorscope.hover': 'off' }),
    );
  const inspect = async (selected: string) => {
    await workbench.selectText(selected);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
  };
  const predicts = async () => {
    await inspect(text);
    await predictsAsPublished(workbench, 5, truthAt(join(families, 'qwen2.json')));
  };
  /** Lets go of the GPU, and asks for it again. */
  const tryAgain = async (next: string) => {
    fault = next;
    await setting('wasm');
    await menuSays(workbench, 'The setting asks for WASM.');
    await setting('webgpu');
  };
  const notice = () => workbench.panel.locator('[data-notice="backend"]');

  it('predicts as published, and WASM brings a run to its end in which the GPU is lost', async () => {
    await workbench.runCommand('Vectorscope: Open Model File…');
    await workbench.chooseFile(join(workbench.folder, 'qwen2.gguf'));
    await inspect('France');
    await tryAgain(gpuFaults.lost);
    await menuSays(workbench, 'Backend: WebGPU on google swiftshader, agrees with WASM to');
    await predicts();
    expect(await notice().textContent()).toContain('WebGPU computes the layers.');
    await workbench.picture('web-gpu');
    // Another text, since the GPU has computed this one.
    await inspect('France');
    for (const frame of workbench.page.frames())
      await frame.evaluate(() => new BroadcastChannel('faults').postMessage('lose'));
    await predicts();
    expect(await notice().textContent()).toContain('The GPU was lost. WASM is used.');
    await workbench.picture('web-gpu-lost');
  });

  it.each([
    ['gives no adapter', gpuFaults.noAdapter, 'WebGPU found no GPU here. WASM is used.'],
    ['computes wrongly', gpuFaults.spoiled, 'WebGPU gave different numbers from WASM'],
  ])('%s, and WASM takes over', async (_, wrong, sentence) => {
    await tryAgain(wrong);
    await notice().filter({ hasText: sentence }).waitFor();
    await inspect('France');
    await predicts();
    await workbench.picture(`web-gpu-${wrong === gpuFaults.spoiled ? 'wrong' : 'none'}`);
  });
});
