import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { exceptionsIn } from '../../scripts/test/logs.mjs';
import { Workbench } from './support/workbench';

const [capital, cake] = ['The capital of France is', 'The strawberry cake cost 1234.56 dollars'];

/** Two people, or one with two screens: each window has an extension host and a model of its own. */
describe('two windows on one workspace', () => {
  let first: Workbench;
  let second: Workbench;
  beforeAll(async () => {
    first = await Workbench.shared();
    second = await Workbench.open({ folder: first.folder });
    return async () => {
      await first.close();
      await second.close();
    };
  });

  const tokens = async (window: Workbench) =>
    (await window.open('tokens')).locator('[data-token-index] bdi').allTextContents();

  it('show what was inspected in each', async () => {
    await first.selectText(capital);
    await second.selectText(cake);
    await first.runCommand('Inspect Selection with Vectorscope');
    await second.runCommand('Inspect Selection with Vectorscope');
    await first.panelIs('ready');
    await second.panelIs('ready');
    expect((await tokens(first)).join('')).toBe(capital.replaceAll(' ', '·'));
    expect((await tokens(second)).join('')).toBe(cake.replaceAll(' ', '·'));
  });

  it('see a change that was saved in the other: before the text it moves, in the text it makes the numbers old', async () => {
    await first.focusEditor();
    await first.goToLine(1);
    await first.page.keyboard.type('Changed. ');
    await first.page.keyboard.press('Control+s');
    await second.page.locator('.view-line').filter({ hasText: 'Changed.' }).first().waitFor();
    // It is where it was said to be: a click selects it.
    const [, chosen = ''] = await tokens(second);
    await (await second.open('tokens')).locator('[data-token-index="1"]').click();
    // The status bar speaks of the editor only while that has the focus.
    await second.runCommand('View: Focus First Editor Group');
    await second.statusSays(new RegExp(`\\(${chosen.length} selected\\)$`));
    expect(await second.panel.locator('[data-notice="out-of-date"]').count()).toBe(0);

    await first.selectText('strawberry');
    await first.page.keyboard.type('rhubarb');
    await first.page.keyboard.press('Control+s');
    await second.panel.locator('[data-notice="out-of-date"]').waitFor();
    expect(await first.panel.locator('[data-notice="out-of-date"]').count()).toBe(0);
  });

  it('leave no exception in any log', async () => {
    // One in which no window was opened yet has none.
    const opened = inject('editors').filter(({ node }) => existsSync(join(node.userDir, 'user', 'logs')));
    expect(opened.length).toBeGreaterThan(0);
    for (const { node } of opened) expect(await exceptionsIn(node.userDir)).toEqual([]);
  });
});
