import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { pageThemes, usedVariables, writeThemes, type Variables } from './support/themeFile';
import { Workbench } from './support/workbench';
import { themes, type Theme } from '../page/support/themes';

/** The page without an editor draws the panel as the editor does. */
describe('the page and the editor', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.shared();
    return () => workbench.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  it('have the same colours', async () => {
    const used = await usedVariables();
    await workbench.runCommand('Vectorscope: Open Panel');
    await workbench.panelIs('empty');
    const ofEditor: Record<string, Variables> = {};
    for (const theme of [...(Object.keys(themes) as Theme[]).slice(1), 'Dark Modern'] as const) {
      await workbench.setTheme(theme);
      await workbench.themeReached(workbench.panel, theme);
      ofEditor[themes[theme].webview] = await workbench.panel.locator('html').evaluate(
        ({ style }, names) =>
          Object.fromEntries(
            names.flatMap((name) => {
              const value = style.getPropertyValue(name);
              return value === '' ? [] : [[name, value]];
            }),
          ),
        used,
      );
    }
    if (inject('drawsPictures')) await writeThemes(ofEditor);
    expect(await pageThemes()).toEqual(ofEditor);
  });
});
