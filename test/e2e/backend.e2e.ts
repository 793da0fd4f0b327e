import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Workbench } from './support/workbench';

const inside = 'SmolLM2-135M-Instruct';
const small = 'qwen2:0.5b';

/** The extension host of Node has no GPU: the panel's page lends its own, which in this browser is a program on the processor. */
describe('the backend in the Node host', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.open();
    await setting('wasm');
    await workbench.runCommand('Vectorscope: Focus on Models View');
    for (const view of ['Token', 'Inspections']) await pane(view).locator('.pane-header').click();
    await row('Look for models').click();
    await choose(small);
    await workbench.runCommand('Vectorscope: Load Model');
    return async () => {
      await choose(inside);
      await workbench.close();
    };
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.picture(`failed: ${task.name}`)));

  const pane = (view: string) => workbench.page.locator('.pane').filter({ has: workbench.page.locator(`.pane-header[aria-label^="${view} "]`) });
  const row = (name: string) => pane('Models').locator('.monaco-list-row').filter({ has: workbench.page.locator('.label-name', { hasText: new RegExp(`^${name}$`) }) });
  /** A click on the one that is in use already changes nothing. */
  const choose = async (name: string) => {
    await row(name).click();
    await row(name).and(workbench.page.locator('[aria-label*=", in use"]')).waitFor();
  };
  /** For this window alone. */
  const setting = async (choice: string) => {
    await mkdir(join(workbench.folder, '.vscode'), { recursive: true });
    await writeFile(join(workbench.folder, '.vscode', 'settings.json'), JSON.stringify({ 'vectorscope.backend': choice }));
  };
  /** Opens the menu until it says this. */
  const menuSays = (words: RegExp) =>
    expect.poll(async () => {
      await workbench.page.locator('.statusbar-item[id="vectorscope.vectorscope.vectorscope.model"]').click();
      const rows = workbench.page.locator('.quick-input-list .monaco-list-row');
      await rows.filter({ hasText: 'Host:' }).waitFor();
      const said = (await rows.allInnerTexts()).join('\n');
      await workbench.page.keyboard.press('Escape');
      await rows.first().waitFor({ state: 'hidden' });
      return said;
    }).toMatch(words);

  it('is WASM where the setting asks for it, and the menu says so beside host, threads and memory', async () => {
    await menuSays(/Host: Node on .+\n[^]*Backend: WASM\nThe setting asks for WASM\.\n1 thread\nMemory: \d+ MB/);
  });

  it('is the GPU of the panel’s page while the panel is open, and agrees with WASM', async () => {
    await setting('webgpu');
    await menuSays(/Backend: WASM\nThe GPU is reached through the panel, which is not open\./);
    await workbench.selectText('The capital of France is');
    await workbench.runCommand('Vectorscope: Inspect Selection');
    await workbench.panelIs('ready');
    await menuSays(/Backend: WebGPU on google swiftshader, agrees with WASM to \d\.\d × 10⁻[⁵⁶⁷⁸⁹]\nThe setting asks for WebGPU\./);
    expect(await workbench.panel.locator('[data-notice="backend"]').count()).toBe(0);
    await workbench.focusEditor();
    await workbench.runCommand('View: Close Editors in Other Groups');
    await menuSays(/Backend: WASM\nThe panel that lent the GPU was closed or hidden\./);
    await workbench.runCommand('Vectorscope: Open Panel');
    await menuSays(/Backend: WebGPU on google swiftshader/);
  });

  it('is WASM on auto where the only GPU is a program on the processor', async () => {
    await setting('auto');
    await menuSays(/Backend: WASM\nThe only adapter is software on the processor/);
    expect(await workbench.panel.locator('[data-notice="backend"]').count()).toBe(0);
  });
});
