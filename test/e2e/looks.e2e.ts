import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { colourRules, violations } from './support/axe';
import { faults } from './support/fit';
import { takesPictures, themes, Workbench, type Theme } from './support/workbench';
import { zoomed } from './support/zoom';

const text = 'The capital of France is';

/** Its borders are the widest, so that what fits here fits in the others. */
const widest: Theme = 'Dark High Contrast';

/** Widths of the panel in CSS pixels. A zoom of 2 leaves half of the pixels that the panel has on the screen. */
const widths = [
  { width: 280, zoom: 2 },
  { width: 350, zoom: 2 },
  { width: 420, zoom: 1 },
  { width: 560, zoom: 1 },
  { width: 700, zoom: 1 },
  { width: 1000, zoom: 1 },
] as const;

/**
 * How the panel and the side view look. What axe-core finds depends on the theme only by colours, so all other rules
 * are asked in one. The order leaves the editor in the theme in which it was.
 */
describe('the panel and the side view', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.shared();
    return () => workbench.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  async function inTheme(theme: Theme): Promise<void> {
    await workbench.setTheme(theme);
    await workbench.themeReached(workbench.panel, theme);
    await workbench.themeReached(workbench.side, theme);
  }
  const expectNothingFound = async (rules?: readonly string[]) => {
    expect(await violations(workbench.panel.locator('main'), rules)).toEqual([]);
    expect(await violations(workbench.side.locator('main'), rules)).toEqual([]);
  };
  async function openTables(isOpen: boolean): Promise<void> {
    const all = workbench.panel.locator('.behind details');
    await all.evaluateAll(
      (list, open) => list.forEach((details) => ((details as HTMLDetailsElement).open = open)),
      isOpen,
    );
    const boxes = workbench.panel.locator('.behind-box');
    await expect.poll(() => boxes.count()).toBe(isOpen ? await all.count() : 0);
  }
  const menuItem = () => workbench.section('neighbours').getByRole('menuitem').first();
  const withMenu = async (work: () => Promise<void>) => {
    await workbench.section('neighbours').getByRole('button', { name: 'Copy the neighbours' }).click();
    await menuItem().waitFor();
    await work();
    await menuItem().press('Escape');
    await menuItem().waitFor({ state: 'detached' });
  };

  it('pass all rules of axe-core while nothing is inspected', async () => {
    await workbench.openSide('empty');
    await workbench.runCommand('Vectorscope: Open Panel');
    await workbench.panelIs('empty');
    await inTheme('Dark Modern');
    await expectNothingFound();
  });

  for (const theme of ['Light Modern', 'Light High Contrast', 'Dark High Contrast'] as const) {
    it(`have enough contrast while nothing is inspected, in ${theme}`, async () => {
      await inTheme(theme);
      await expectNothingFound(colourRules);
    });
  }

  it('pass all rules with an inspected text', async () => {
    await workbench.selectText(text);
    await workbench.runCommand('Vectorscope: Inspect Selection');
    await workbench.panelIs('ready');
    await workbench.side.locator('section[data-section="next-token"] [data-rank="5"]').waitFor();
    await expectNothingFound();
  });

  /** Gives the panel's page a width, whatever that of the panel. Faster than another width of the window. */
  const pageWidth = (width: number | null) =>
    workbench.panel.owner().evaluate((frame, pixels) => {
      (frame as HTMLElement).style.width = pixels === null ? '100%' : `${pixels}px`;
    }, width);

  it('fit in every width, with tables closed and open, around h too', async ({ onTestFailed }) => {
    const size = workbench.page.viewportSize();
    onTestFailed(async () => {
      await pageWidth(null);
      if (size) await workbench.page.setViewportSize(size);
    });
    const html = workbench.panel.locator('html');
    const scope = workbench.section('vectorscope');
    await scope.locator('.scope-tools').getByRole('radio', { name: 'residual, h' }).click();
    for (const theme of takesPictures ? (Object.keys(themes) as Theme[]) : [widest]) {
      await inTheme(theme);
      // All sections are in sight, and are drawn whole.
      await workbench.fitPanel(420);
      await scope.locator('.scope-axis.residual').waitFor();
      for (const { width, zoom } of widths) {
        await pageWidth(width);
        const at = `at ${width * zoom} pixels, zoomed to ${100 * zoom} %`;
        await zoomed(workbench.page, zoom, async () => {
          expect(await html.evaluate(faults), at).toEqual([]);
          expect(await html.evaluate(overlaps), at).toEqual([]);
          await openTables(true);
          expect(await html.evaluate(faults), `${at}, with tables open`).toEqual([]);
          await openTables(false);
        });
      }
      await pageWidth(null);
      for (const width of takesPictures ? [280, 420, 1000] : []) {
        await workbench.fitPanel(width);
        await workbench.panelPicture(`panel-${theme.toLowerCase().replaceAll(' ', '-')}-${width}`);
      }
    }
    await scope.locator('.scope-tools').getByRole('radio', { name: 'token' }).click();
    if (size) await workbench.resize(size);
  });

  it('show the tables behind the pictures, and say that the text is out of date', async () => {
    await openTables(true);
    await workbench.focusEditor();
    await workbench.selectText(text);
    await workbench.page.keyboard.type('The capital of Spain is');
    await workbench.panel.locator('[data-notice="out-of-date"]').waitFor();
    await workbench.side.locator('[data-notice="out-of-date"]').waitFor();
  });

  for (const theme of ['Dark High Contrast', 'Light High Contrast', 'Light Modern'] as const) {
    it(`have enough contrast with tables, a menu and a notice open, in ${theme}`, async () => {
      await inTheme(theme);
      await withMenu(() => expectNothingFound(colourRules));
    });
  }

  it('pass all rules with tables, a menu and a notice open', async () => {
    await inTheme('Dark Modern');
    await withMenu(() => expectNothingFound());
  });
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
