import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { colourRules, violations } from './support/axe';
import { takesPictures, themes, Workbench, type Theme } from './support/workbench';

const text = 'The capital of France is';

/** Its borders are the widest, so that what fits here fits in the others. */
const widest: Theme = 'Dark High Contrast';

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

  it('fit in every width', async () => {
    const size = workbench.page.viewportSize();
    for (const theme of takesPictures ? (Object.keys(themes) as Theme[]) : [widest]) {
      await inTheme(theme);
      for (const width of [280, 420, 1000]) {
        await workbench.fitPanel(width);
        const page = workbench.panel.locator('html');
        expect(await page.evaluate(runningOut), `at ${width} pixels`).toEqual([]);
        expect(await page.evaluate(overlaps), `at ${width} pixels`).toEqual([]);
        await workbench.panelPicture(`panel-${theme.toLowerCase().replaceAll(' ', '-')}-${width}`);
      }
    }
    if (size) await workbench.resize(size);
  });

  it('show the tables behind the pictures, and say that the text is out of date', async () => {
    await workbench.panel
      .locator('details')
      .evaluateAll((all) => all.forEach((details) => ((details as HTMLDetailsElement).open = true)));
    await workbench.section('token').locator('.behind-box').waitFor();
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

/** Elements that reach over the right edge of a page that would have to be scrolled sideways. Runs in the page. */
function runningOut(html: HTMLElement): string[] {
  if (html.scrollWidth === html.clientWidth) return [];
  return [...html.querySelectorAll('main *')]
    .filter((element) => element.getBoundingClientRect().right > html.clientWidth)
    .map((element) => `${element.localName}.${element.getAttribute('class') ?? ''}`);
}

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
