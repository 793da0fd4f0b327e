import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import reference from '../fixtures/reference.json';
import { Workbench } from './support/workbench';

const text = 'The capital of France is';
const run = reference.runs.find((candidate) => candidate.text === text);

/** What the editor itself shows of a text, beside the panel and the side bar. */
describe('the editor', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.shared();
    await workbench.selectText(text);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
    return () => workbench.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  // A window of 2100 × 1200 pixels in which everything is drawn twice as large is half as wide and high for the page.
  for (const [zoom, size] of [
    ['100 %', { width: 1400, height: 900 }],
    ['200 %', { width: 1050, height: 600 }],
  ] as const) {
    it(`says in a hover what the token is, at ${zoom}`, async () => {
      await workbench.resize(size);
      await workbench.focusEditor();
      await workbench.goToLine(5, 17);
      const words = (await (await workbench.hover(text, 'France')).textContent())?.replaceAll('\u00a0', ' ') ?? '';
      expect(words).toContain(`id ${run?.ids[3]}`);
      expect(words).toContain((run?.['surprisal bits of the next token [position 1..]'][2] ?? NaN).toFixed(2));
      for (const [, , probability] of run?.['top 3 [position]'][2] ?? [])
        expect(words).toContain(Number(probability).toFixed(3));
      await workbench.picture(`editor-${zoom.replace(' %', '')}`);
      await workbench.page.keyboard.press('Escape');
    });
  }

  const fits = async (hover: Locator) => {
    expect(await hover.locator('tbody tr').count()).toBe(5);
    const { content, height } = await hover.evaluate((element) => {
      const frame = element.closest('.monaco-scrollable-element')?.firstElementChild ?? element;
      return { content: frame.scrollHeight, height: frame.clientHeight };
    });
    expect(content).toBeLessThanOrEqual(height);
  };

  it('shows all five neighbours of a hover without a scrollbar in a window of the usual size', async () => {
    await workbench.resize({ width: 1400, height: 900 });
    await workbench.goToLine(5, 17);
    const hover = await workbench.hover(text, 'France');
    await workbench.picture('hover-1400-900');
    await fits(hover);
  });

  it('shows them so where vectors are centred, which a title says', async () => {
    const settings = join(workbench.folder, '.vscode', 'settings.json');
    await mkdir(join(workbench.folder, '.vscode'), { recursive: true });
    const hover = async () => {
      await workbench.page.mouse.move(1, 1);
      return workbench.hover(text, 'France');
    };
    const says = async () => (await hover()).textContent();
    await writeFile(settings, JSON.stringify({ 'vectorscope.centred': true }));
    await expect.poll(says).toContain('Centred');
    await workbench.picture('hover-centred-1400-900');
    await fits(await workbench.hover(text, 'France'));
    await rm(settings);
    await expect.poll(says).not.toContain('Centred');
  });
});
