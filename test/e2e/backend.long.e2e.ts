import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { menuSays } from './support/modelStatus';
import { ModelsView } from './support/modelsView';
import { Workbench } from './support/workbench';

const inside = 'SmolLM2-135M-Instruct';
const small = 'qwen2:0.5b';

/**
 * The extension host of Node has no GPU: the panel's page lends its own, which in this browser is a program on the
 * processor.
 */
describe('the backend in the Node host', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.open();
    await setting('wasm');
    const models = await ModelsView.open(workbench);
    await models.row('Look for Models').click();
    // This loads it too. Once it is loaded, the palette no longer offers to load it.
    await models.choose(small);
    return async () => {
      await models.choose(inside);
      await workbench.close();
    };
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  /** For this window alone. */
  const setting = async (choice: string) => {
    await mkdir(join(workbench.folder, '.vscode'), { recursive: true });
    await writeFile(
      join(workbench.folder, '.vscode', 'settings.json'),
      JSON.stringify({ 'vectorscope.backend': choice }),
    );
  };
  it('is WASM where the setting asks for it, and the menu says so beside host, threads and memory', async () => {
    await menuSays(
      workbench,
      /Host: Node on .+\n[^]*Backend: WASM\nThe setting asks for WASM\.\nThreads: 1, (?:128|256) bits\nMemory: \d+ MB/,
    );
  });

  it('is the GPU of the panel’s page while the panel is open, and agrees with WASM', async () => {
    await setting('webgpu');
    await menuSays(workbench, /Backend: WASM\nThe GPU is reached through the panel, which is not open\./);
    await workbench.selectText('The capital of France is');
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
    await menuSays(
      workbench,
      /Backend: WebGPU on google swiftshader, agrees with WASM to \d\.\d × 10⁻[⁵⁶⁷⁸⁹]\nThe setting asks for WebGPU\./,
    );
    expect(await workbench.panel.locator('[data-notice="backend"]').textContent()).toContain(
      'WebGPU computes the layers.',
    );
    await workbench.focusEditor();
    await workbench.runCommand('View: Close Editors in Other Groups');
    await menuSays(workbench, /Backend: WASM\nThe GPU ran in the panel, which was closed or hidden\./);
    await workbench.runCommand('Vectorscope: Open Panel');
    await menuSays(workbench, /Backend: WebGPU on google swiftshader/);
  });

  it('is the ONNX Runtime of the package where the setting asks for it', async () => {
    await setting('onnx');
    await menuSays(
      workbench,
      /Backend: ONNX Runtime, agrees with WASM to \d\.\d × 10⁻[⁵⁶⁷⁸⁹]\nThe setting asks for ONNX Runtime\./,
    );
  });

  it('is WASM on auto where the only GPU is a program on the processor', async () => {
    await setting('auto');
    await menuSays(workbench, /Backend: WASM\nThe browser has only a software GPU/);
    expect(await workbench.panel.locator('[data-notice="backend"]').count()).toBe(0);
  });
});
