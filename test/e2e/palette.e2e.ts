import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Workbench } from './support/workbench';

describe('the palette', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.shared();
    return () => workbench.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  it('lists the main command before those that the editor adds, and none about a token that is not kept', async () => {
    await workbench.page.keyboard.press('F1');
    const box = workbench.page.locator('.quick-input-widget:not([style*="display: none"])');
    await box.locator('input[type="text"]').fill('>Vectorscope');
    const rows = box.locator('.quick-input-list .monaco-list-row .label-name');
    await rows.filter({ hasText: 'Vectorscope: Open Panel' }).waitFor();
    const titles = await rows.allInnerTexts();
    await workbench.page.keyboard.press('Escape');
    // The commands that were run in this window come first of all.
    const [main, added] = ['Inspect Selection with Vectorscope', 'Vectorscope: Focus on'].map((begin) =>
      titles.findIndex((title) => title.startsWith(begin)),
    );
    expect(main).toBeGreaterThanOrEqual(0);
    expect(main).toBeLessThan(added ?? -1);
    expect(titles.filter((title) => title.includes('Hub’s Token'))).toEqual([]);
  });
});
