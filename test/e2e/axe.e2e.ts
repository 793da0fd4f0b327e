import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { violations } from './support/axe';
import { Workbench, themes, type Theme } from './support/workbench';

const text = 'The capital of France is';

describe('axe-core finds nothing', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.open();
    // A colour on its way to another has no contrast that could be measured.
    await workbench.page.emulateMedia({ reducedMotion: 'reduce' });
    return () => workbench.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.picture(`failed: ${task.name}`)));

  async function inTheme(theme: Theme): Promise<void> {
    await workbench.setTheme(theme);
    await workbench.themeReached(workbench.panel, theme);
    await workbench.themeReached(workbench.side, theme);
  }

  it('opens both surfaces', async () => {
    await workbench.openSide('empty');
    await workbench.runCommand('Vectorscope: Open Panel');
    await workbench.panelIs('empty');
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    it(`while nothing is inspected, in ${theme}`, async () => {
      await inTheme(theme);
      expect(await violations(workbench.panel.locator('main'))).toEqual([]);
      expect(await violations(workbench.side.locator('main'))).toEqual([]);
    });
  }

  it('has something to show', async () => {
    await workbench.selectText(text);
    await workbench.runCommand('Vectorscope: Inspect Selection');
    await workbench.panelIs('ready');
    await workbench.side.locator('section[data-section="next-token"] [data-rank="5"]').waitFor();
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    it(`in all sections, a menu and the tables behind the pictures, in ${theme}`, async () => {
      await inTheme(theme);
      expect(await violations(workbench.panel.locator('main'))).toEqual([]);
      expect(await violations(workbench.side.locator('main'))).toEqual([]);
      await workbench.panel
        .locator('details')
        .evaluateAll((all) => all.forEach((details) => ((details as HTMLDetailsElement).open = true)));
      await workbench.section('token').locator('.behind-box').waitFor();
      await workbench.section('neighbours').getByRole('button', { name: 'Copy the neighbours' }).click();
      await workbench.section('neighbours').getByRole('menuitem').first().waitFor();
      expect(await violations(workbench.panel.locator('main'))).toEqual([]);
      await workbench.section('neighbours').getByRole('menuitem').first().press('Escape');
      await workbench.section('neighbours').getByRole('menuitem').first().waitFor({ state: 'detached' });
    });
  }

  it('where the text is out of date', async () => {
    await workbench.focusEditor();
    await workbench.selectText(text);
    await workbench.page.keyboard.type('The capital of Spain is');
    await workbench.panel.locator('[data-notice="out-of-date"]').waitFor();
    await workbench.side.locator('[data-notice="out-of-date"]').waitFor();
    for (const theme of Object.keys(themes) as Theme[]) {
      await inTheme(theme);
      expect(await violations(workbench.panel.locator('main')), theme).toEqual([]);
      expect(await violations(workbench.side.locator('main')), theme).toEqual([]);
    }
  });
});
