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
      for (const width of [280, 420, 1000]) {
        await workbench.fitPanel(width);
        const page = workbench.panel.locator('html');
        expect(await page.evaluate((html) => html.scrollWidth - html.clientWidth)).toBe(0);
        expect(await page.evaluate(overlaps), `at ${width} pixels`).toEqual([]);
        await workbench.panelPicture(`panel-${theme.toLowerCase().replaceAll(' ', '-')}-${width}`);
      }
    });
  }
});

/** Sections in which a control is drawn over the title. Runs in the panel's page. */
function overlaps(html: HTMLElement): string[] {
  return [...html.querySelectorAll('section')].flatMap((section) => {
    const title = section.querySelector('h2');
    if (!title) return ['a section without a title'];
    // The words themselves: the box of a heading may be wider, or narrower than words that run out of it.
    const words = html.ownerDocument.createRange();
    words.selectNodeContents(title);
    const box = words.getBoundingClientRect();
    const isOver = (control: Element) => {
      const { left, right, top, bottom } = control.getBoundingClientRect();
      return left < box.right && right > box.left && top < box.bottom && bottom > box.top;
    };
    return [...section.querySelectorAll('.section-controls *')].some(isOver) ? [section.dataset.section ?? ''] : [];
  });
}
