import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Workbench, themes, type Theme } from './support/workbench';

const text = 'The capital of France is';

describe('the panel in every theme and width', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.open();
    return () => workbench.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.picture(`failed: ${task.name}`)));

  it('opens', async () => {
    await workbench.selectText(text);
    await workbench.runCommand('Vectorscope: Inspect Selection');
    await workbench.panelIs('ready');
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    it(`fits in ${theme}`, async () => {
      await workbench.setTheme(theme);
      for (const width of [420, 1000]) {
        await workbench.fitPanel(width);
        const page = workbench.panel.locator('html');
        expect(await page.evaluate((html) => html.scrollWidth - html.clientWidth)).toBe(0);
        await workbench.panelPicture(`panel-${theme.toLowerCase().replaceAll(' ', '-')}-${width}`);
      }
    });
  }
});
