import { describe, expect, it } from 'vitest';
import { driven } from '../page/support/driven';
import { menuSays, modelStatus } from './support/modelStatus';
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

  it('moves a text that was opened over the panel beside it', async () => {
    await workbench.focusEditor();
    await workbench.runCommand('View: Move Editor into Next Group');
    await workbench.panel.locator('main').waitFor({ state: 'hidden' });
    await workbench.goToLine(3);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panel.locator('main').waitFor({ state: 'visible' });
    await expect.poll(tokens).toContain('·language');
    const lines = workbench.page.locator('.view-line').filter({ hasText: 'The best way to learn' });
    expect(await lines.first().isVisible()).toBe(true);
    await workbench.statusSays(/^Ln 3, Col 1$/);
  });

  it('is measured with everything closed, and stopped from there', async () => {
    const line = 'The capital of France is Paris, and the best way to learn a language is to speak it.\n';
    await workbench.show(line.repeat(1500));
    await workbench.runCommand('Vectorscope: Inspect Document');
    await modelStatus(workbench)
      .filter({ hasText: /Document/ })
      .waitFor();
    await workbench.runCommand('View: Close All Editors');
    await modelStatus(workbench)
      .filter({ hasText: /· Document \d+ % · \d+ (min|s) left/ })
      .waitFor();
    await menuSays(workbench, /Stop: Document\s*\d+ % · \d+ (min|s) left/);
    await workbench.runCommand('Vectorscope: Stop');
    await modelStatus(workbench)
      .filter({ hasNotText: /Document/ })
      .waitFor();
    await workbench.page.locator('.explorer-viewlet .monaco-list-row').filter({ hasText: 'sample.md' }).dblclick();
    await workbench.focusEditor();
  });
});
