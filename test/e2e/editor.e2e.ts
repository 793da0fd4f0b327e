import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import reference from '../fixtures/reference.json';
import { Workbench, themes, type Theme } from './support/workbench';

const text = 'The capital of France is';
const run = reference.runs.find((candidate) => candidate.text === text);

/** What the editor itself shows of a text, beside the panel and the side bar. */
for (const scale of [1, 2]) {
  describe(`the editor at ${100 * scale} %`, () => {
    let workbench: Workbench;
    beforeAll(async () => {
      workbench = await Workbench.open({ width: 1500 + 300 * scale, height: 900 + 150 * scale, scale });
      return () => workbench.close();
    });
    beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.picture(`failed: ${scale} ${task.name}`)));

    it('shows the tokens of the inspected text', async () => {
      await workbench.selectText(text);
      await workbench.runCommand('Vectorscope: Inspect Selection');
      await workbench.panelIs('ready');
      await workbench.openSide('ready');
      await workbench.focusEditor();
      await workbench.goToLine(5, 17);
      await workbench.side.locator('section[data-section="token"] h1', { hasText: /^·France$/ }).waitFor();
    });

    for (const theme of Object.keys(themes) as Theme[]) {
      it(`says in a hover what the token is, in ${theme}`, async () => {
        await workbench.setTheme(theme);
        await workbench.themeReached(workbench.side, theme);
        await workbench.focusEditor();
        await workbench.goToLine(5, 17);
        const words = (await (await workbench.hover(text, 'France')).textContent())?.replaceAll(' ', ' ') ?? '';
        expect(words).toContain(`id ${run?.ids[3]}`);
        expect(words).toContain((run?.['surprisal bits of the next token [position 1..]'][2] ?? NaN).toFixed(2));
        for (const [, , probability] of run?.['top 3 [position]'][2] ?? [])
          expect(words).toContain(Number(probability).toFixed(3));
        await workbench.picture(`editor-${theme.toLowerCase().replaceAll(' ', '-')}-${100 * scale}`);
        await workbench.page.keyboard.press('Escape');
      });
    }

    if (scale === 1) {
      const fits = async (hover: Locator) => {
        expect(await hover.locator('tbody tr').count()).toBe(5);
        const { content, height } = await hover.evaluate((element) => {
          const frame = element.closest('.monaco-scrollable-element')?.firstElementChild ?? element;
          return { content: frame.scrollHeight, height: frame.clientHeight };
        });
        expect(content).toBeLessThanOrEqual(height);
      };

      it('shows all five neighbours of a hover without a scrollbar in a window of the usual size', async () => {
        await workbench.page.setViewportSize({ width: 1400, height: 900 });
        await workbench.goToLine(5, 17);
        const hover = await workbench.hover(text, 'France');
        await workbench.picture('hover-1400-900');
        await fits(hover);
      });

      it('shows them so where vectors are centred, which a title says', async () => {
        await mkdir(join(workbench.folder, '.vscode'));
        await writeFile(
          join(workbench.folder, '.vscode', 'settings.json'),
          JSON.stringify({ 'vectorscope.centred': true }),
        );
        const hover = async () => {
          await workbench.page.mouse.move(1, 1);
          return workbench.hover(text, 'France');
        };
        await expect.poll(async () => (await hover()).textContent()).toContain('Centred');
        await workbench.picture('hover-centred-1400-900');
        await fits(await workbench.hover(text, 'France'));
      });
    }
  });
}
