import { describe, expect, inject, it } from 'vitest';
import { driven } from '../page/support/driven';
import { themes, type Theme } from '../page/support/themes';
import { pageThemes, usedVariables, writeThemes, type Variables } from './support/themeFile';
import { Workbench } from './support/workbench';

/** The page without an editor draws the panel as an editor does, so that its tests and its pictures tell the truth. */
describe('the panel in an editor', () => {
  let workbench: Workbench;
  driven(async () => {
    workbench = await Workbench.shared();
    await workbench.selectText('The capital of France is');
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
    return workbench;
  });

  it('has the colours of the page', async () => {
    const used = await usedVariables();
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
