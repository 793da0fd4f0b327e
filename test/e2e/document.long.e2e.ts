import { describe, expect, it } from 'vitest';
import { driven } from '../page/support/driven';
import { Workbench } from './support/workbench';

/** The panel beside a document that changes, in a window that is reloaded. */
describe('the panel and its document', () => {
  let workbench: Workbench;
  driven(async () => (workbench = await Workbench.shared()));

  const tokens = async () => (await workbench.open('tokens')).locator('[data-token-index] bdi').allTextContents();
  const notice = (kind: string) => workbench.panel.locator(`[data-notice="${kind}"]`);

  it('takes the line of the cursor when nothing is selected, and says so', async () => {
    await workbench.goToLine(5);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
    await notice('whole-line').waitFor();
    expect(await tokens()).toEqual(['The', '·capital', '·of', '·France', '·is']);
  });

  it('comes back after the window is reloaded, with the same text, its document’s numbers and the list', async () => {
    const document = async () => (await workbench.open('document')).textContent();
    const rows = workbench.page
      .locator('.pane', { has: workbench.page.locator('[aria-label="Inspections Section"]') })
      .locator('.monaco-list-row');
    await workbench.runCommand('Vectorscope: Inspect Document');
    await workbench.open('document');
    await expect.poll(() => workbench.panel.locator('[data-notice="working"]').count()).toBe(0);
    const before = await document();
    await workbench.reload();
    await workbench.panelIs('ready');
    expect(await document()).toBe(before);
    expect(await tokens()).toEqual(['The', '·capital', '·of', '·France', '·is']);
    await workbench.runCommand('Vectorscope: Focus on Inspections View');
    await rows.filter({ hasText: 'sample.md:5' }).waitFor();
    expect(await rows.count()).toBe(1);
    await workbench.runCommand('View: Show Explorer');
  });
});
