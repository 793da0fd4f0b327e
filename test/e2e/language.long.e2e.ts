import { describe, expect, it } from 'vitest';
import { driven } from '../page/support/driven';
import { Workbench } from './support/workbench';

const text = 'The capital of France is';
/** The size of the token “ France”. */
const size = '2,283';

/** The words and the numbers in an editor whose language is German. */
describe('the language of the editor', () => {
  let workbench: Workbench;
  driven(async () => {
    workbench = await Workbench.open();
    // A language pack sets this constant before the editor reads it. Without the pack the editor itself stays English.
    await workbench.page.addInitScript(() =>
      Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { value: 'de', writable: false }),
    );
    await workbench.reload();
    return workbench;
  });

  it('decides the words of the panel and how it writes numbers, and leaves those for programs alone', async () => {
    await workbench.selectText(text);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
    expect(await workbench.panel.locator('html').getAttribute('lang')).toBe('de');
    expect(await workbench.panel.locator('.rooms').textContent()).toContain('Vorhersage');
    // Where the command was clicked, the editor explains the path of the file over the rooms.
    await workbench.page.mouse.move(1, 1);
    await (await workbench.open('tokens')).locator('[data-token-index="3"]').click();
    const shown = (await workbench.open('token')).locator('dd', { hasText: size }).first();
    await shown.waitFor();
    expect(
      Number(await (await workbench.open('token')).locator('[data-value^="2.28"]').first().getAttribute('data-value')),
    ).toBeCloseTo(2.283, 3);
  });

  it('decides those of the side bar and of the hover', async () => {
    const side = await workbench.openSide('ready');
    await side.getByText(size).first().waitFor();
    const hover = await workbench.hover(text, 'France');
    expect(await hover.textContent()).toContain(size);
    expect(await hover.textContent()).toContain('Länge');
  });
});
