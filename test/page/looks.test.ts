import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { rooms as allRooms } from '../../src/shared/rooms';
import { sampled } from '../unit/support/sample';
import { colourRules, violations } from './support/axe';
import { driven } from './support/driven';
import { faults } from './support/fit';
import { openRoom } from './support/openRoom';
import { takesPictures } from './support/panelDriver';
import { PanelPage } from './support/panelPage';
import { themes, type Theme } from './support/themes';
import { zoomed } from './support/zoom';

/** That of two models is there only with a second one, and that of a document only in an editor. */
const rooms = allRooms.filter((room) => !['file', 'both', 'document'].includes(room));

/** Its borders are the widest, so that what fits here fits in the others. */
const widest: Theme = 'Dark High Contrast';
const highContrast = ['Light High Contrast', 'Dark High Contrast'] as const;

/** Widths of the panel in CSS pixels. A zoom of 2 leaves half of the pixels that the panel has on the screen. */
const widths = [
  { width: 1000, zoom: 1 },
  { width: 700, zoom: 1 },
  { width: 560, zoom: 1 },
  { width: 420, zoom: 1 },
  { width: 350, zoom: 2 },
  { width: 280, zoom: 2 },
];
/** The narrowest of all, and the narrowest with its parts side by side. The pictures show others. */
const narrowest = widths.filter(({ width }) => width === 700 || width === 280);

/** Opens the tables behind all pictures of a room. */
async function openTables({ panel }: PanelPage): Promise<void> {
  const tables = panel.locator('.behind details');
  await tables.evaluateAll((all) => all.forEach((details) => ((details as HTMLDetailsElement).open = true)));
  await expect.poll(() => panel.locator('.behind-box').count()).toBe(await tables.count());
}

/** A vector of one's own from the search field, kept, and a run that it steers. */
async function openVector(tour: PanelPage): Promise<void> {
  const search = tour.panel.locator('#find-token input, input#find-token');
  await search.fill('h - #3');
  await search.press('Enter');
  const vector = tour.section('vector');
  await vector.getByRole('button', { name: 'Keep the vector' }).click();
  await vector.locator('.vector-kept').waitFor();
  const steer = await tour.open('steer');
  await steer.getByRole('radio', { name: 'after one' }).click();
  await steer.getByRole('button', { name: /^Run with/ }).click();
  await steer.locator('.leaders-chart').waitFor();
}

/** A second text, a few rows of a grid of patches, and one of its cells. */
async function openPatch(tour: PanelPage): Promise<void> {
  const texts = await tour.open('texts');
  // As many tokens as the text has, in the default model and in the small one: more may scroll.
  await texts.getByRole('textbox').fill('The France of capital is');
  await texts.getByRole('button', { name: 'Compare', exact: true }).click();
  const patch = await tour.open('patch');
  await patch.getByRole('button', { name: 'Fill the grid' }).click();
  const cell = patch.locator('.patch-cell[data-value*="."]').last();
  await cell.click();
  await patch.locator('.before-after').waitFor();
  const stop = patch.getByRole('button', { name: 'Stop' });
  if ((await stop.count()) > 0) await stop.click();
}

/**
 * A residual in the vectorscope, a head, a second token, a run without the head, a patch, a vector, and a dimension of
 * a residual. Each stays as it is while another room is open.
 */
async function openAll(tour: PanelPage, head: (attention: Locator) => Locator, layer: typeof head): Promise<void> {
  const scope = await tour.open('vectorscope');
  await scope.locator('.scope-tools').getByRole('radio', { name: 'residual, h' }).click();
  await scope.locator('.scope-axis.residual').first().waitFor();
  const next = await tour.open('next-token');
  await next.locator('.prediction-table [data-rank="3"] .token-button').focus();
  await tour.page.keyboard.press('Alt+Enter');
  await next.locator('.difference').waitFor();
  const attention = await tour.open('attention');
  await attention.scrollIntoViewIfNeeded();
  await head(attention).click();
  await attention.locator('.why-there').waitFor();
  await attention.locator('[data-fold="pattern"] > summary').click();
  await attention.locator('.pattern').scrollIntoViewIfNeeded();
  await attention.locator('.pattern-picture canvas').waitFor();
  await attention.getByRole('button', { name: 'Run without this head' }).click();
  await attention.locator('.without [data-fact="promised"]').waitFor();
  await layer(attention).click();
  const neurons = await tour.open('neurons');
  await neurons.locator('tr[data-neuron] button').first().click();
  await neurons.locator('[data-fact="neuron"]').waitFor();
  for (const list of ['writes', 'reads']) await neurons.locator(`[data-fold="neuron-${list}"] > summary`).click();
  await (await tour.open('journey')).getByRole('button', { name: 'Rows after attention' }).click();
  await openPatch(tour);
  await openVector(tour);
  const sizeMap = await tour.open('size-map');
  await sizeMap.locator('.canvas-cell').press('Enter');
  await sizeMap.locator('[data-fact="dimensions"] tbody tr').nth(4).waitFor();
  await tour.page.mouse.move(1, 1);
  // Further down the heads of tables stay over their rows.
  await tour.panel.locator('html').evaluate((html) => html.scrollTo(0, 0));
}

/**
 * What axe-core finds depends on the kinds of parts and, by colours, on the theme: so of a small model, whose parts are
 * few, and all other rules in one theme.
 */
describe('axe-core', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.open()));
  const main = () => tour.panel.locator('main');

  it('finds nothing before there is a model, with contrast in every theme', async () => {
    const body = tour.page.locator('body');
    await tour.panelIs('not-downloaded');
    expect(await violations(body)).toEqual([]);
    for (const theme of ['Light Modern', ...highContrast] as const) {
      await tour.setTheme(theme);
      expect(await violations(body, colourRules), theme).toEqual([]);
    }
  });

  it('finds enough contrast too once the text has changed, and in a menu', async () => {
    await tour.useFixture('qwen2');
    await tour.field.fill('The capital of Spain is');
    await tour.panel.locator('[data-notice="out-of-date"]').waitFor();
    await (await tour.open('neighbours')).getByRole('button', { name: /^Copy: Nearest tokens/ }).click();
    await tour.section('neighbours').getByRole('menuitem').first().waitFor();
    for (const theme of ['Light Modern', 'Dark Modern'] as const) {
      await tour.setTheme(theme);
      expect(await violations(main(), colourRules, ['.panel-head', '[data-notice]', '[role="menu"]']), theme).toEqual(
        [],
      );
    }
  });
});

/** A small model with two matrices, which runs in no time. The pictures show the default model. */
describe('the panel with everything open', () => {
  let tour: PanelPage;
  driven(async () => {
    tour = await (takesPictures ? PanelPage.shared() : PanelPage.open({ fixture: 'llama-untied' }));
    await tour.setPanelWidth(1000);
    await openAll(
      tour,
      (attention) => attention.locator('.head-cell').last(),
      (attention) => attention.locator('.layer-number').last(),
    );
    return tour;
  });

  it.each(rooms)('fits in every width: %s', async (room) => {
    await openRoom(tour, room);
    const html = tour.panel.locator('html');
    for (const theme of takesPictures ? (Object.keys(themes) as Theme[]) : [widest]) {
      await tour.setTheme(theme);
      for (const { width, zoom } of takesPictures ? widths : sampled(narrowest, widths)) {
        await (takesPictures ? tour.fitPanel(width) : tour.setPanelWidth(width));
        const at = `at ${width * zoom} pixels, zoomed to ${100 * zoom} %`;
        await zoomed(tour.page, zoom, async () => {
          expect(await html.evaluate(faults), at).toEqual([]);
          expect(await html.evaluate(overlaps), at).toEqual([]);
        });
        await tour.panelPicture(`panel-${room}-${theme.toLowerCase().replaceAll(' ', '-')}-${width}`);
      }
    }
  });

  it.each(rooms)('has nothing that axe-core finds: %s', async (room) => {
    await tour.setPanelWidth(1000);
    await openRoom(tour, room);
    await openTables(tour);
    // The themes of high contrast have more to spare.
    for (const theme of sampled(['Light Modern', 'Dark Modern'] as const, Object.keys(themes) as Theme[])) {
      await tour.setTheme(theme);
      const found = await violations(tour.panel.locator('main'), theme === 'Dark Modern' ? undefined : colourRules);
      expect(found, theme).toEqual([]);
    }
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
