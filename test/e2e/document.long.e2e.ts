import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Workbench } from './support/workbench';

/** The panel beside a document that changes, in a window that is reloaded. */
describe('the panel and its document', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.shared();
    return () => workbench.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  const tokens = async () => (await workbench.open('tokens')).locator('[data-token-index] bdi').allTextContents();
  const notice = (kind: string) => workbench.panel.locator(`[data-notice="${kind}"]`);

  it('takes the line of the cursor when nothing is selected, and says so', async () => {
    await workbench.goToLine(5);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
    await notice('whole-line').waitFor();
    expect(await tokens()).toEqual(['The', '·capital', '·of', '·France', '·is']);
  });

  it('comes back after the window is reloaded, with the same text', async () => {
    await workbench.reload();
    await workbench.panelIs('ready');
    expect(await tokens()).toEqual(['The', '·capital', '·of', '·France', '·is']);
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
});
