import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';

/** The lens between attention and feed-forward, its divergences, the tokens that lead, and the map of sizes. */
describe('the lens and the size map', () => {
  let tour: PanelPage;
  driven(async () => {
    tour = await PanelPage.shared();
    await tour.open('journey');
    await tour.open('size-map');
    return tour;
  });

  const journey = () => tour.section('journey');
  const lens = () => journey().locator('.lens');
  const cell = (layer: number, position: number, after = 'layer') =>
    lens().locator(`.lens-row[data-layer="${layer}"][data-after="${after}"] .lens-cell[data-position="${position}"]`);
  const value = async (layer: number, position: number, after?: string) =>
    Number((await cell(layer, position, after).getAttribute('data-value')) ?? NaN);
  const named = (name: string) => journey().locator('.leader-name', { hasText: name });
  const map = () => tour.section('size-map');
  const mapCell = () => map().locator('.canvas-cell');
  const dimensions = () => map().locator('[data-fact="dimensions"] tbody tr');

  /**
   * Waits for a part of the journey, which is computed only in sight. Whatever is still drawn above pushes it out
   * again, so it is brought there as often as needed.
   */
  const inSight = (part: Locator, of = part) =>
    expect
      .poll(async () => {
        await of.scrollIntoViewIfNeeded();
        return part.count();
      })
      .toBeGreaterThan(0);

  const saved = async (picture: string) => {
    const download = tour.page.waitForEvent('download');
    await journey()
      .getByRole('button', { name: `Save picture: ${picture}` })
      .click();
    await tour.page.getByRole('dialog').getByRole('button', { name: 'SVG' }).click();
    return readFile(await (await download).path(), 'utf8');
  };

  it('colours its cells by their divergence from the final prediction, which ends in 0', async () => {
    await inSight(cell(30, 4).locator('bdi'), lens());
    await lens().getByRole('radio', { name: 'divergence' }).click();
    await expect.poll(() => value(30, 4)).toBe(0);
    await expect.poll(() => value(0, 4)).toBeGreaterThan(50);
    expect(await value(29, 4)).toBeLessThan(5);
    await cell(29, 4).click();
    await expect
      .poll(() => lens().locator('[data-fact="cell"]').textContent())
      .toMatch(/KL divergence from the final prediction: \d\.\d\d bits/);
  });

  it('is saved with its head above the rows, wherever the page was scrolled to', async () => {
    // The head sticks to the window while rows leave it.
    await cell(30, 4).evaluate((last) => last.scrollIntoView({ block: 'start' }));
    const svg = await saved('Logit lens');
    const heightOf = (text: string) => Number(new RegExp(` y="([-\\d.]+)"[^>]*>${text}<`).exec(svg)?.[1]);
    expect(heightOf('position 1')).toBeLessThan(heightOf('in'));
    await cell(29, 4).scrollIntoViewIfNeeded();
  });

  it('has rows between attention and feed-forward on request, and says what they are', async () => {
    const rows = lens().locator('.lens-row');
    expect(await rows.count()).toBe(31);
    await lens().getByRole('button', { name: 'Rows after attention' }).click();
    await expect.poll(() => rows.count()).toBe(61);
    await cell(1, 4, 'attention').locator('bdi').waitFor();
    await expect.poll(() => value(1, 4, 'attention')).toBeGreaterThan(0);
    expect(await lens().locator('[data-fact="between"]').textContent()).toContain('attention and its feed-forward');
    await cell(30, 4, 'attention').click();
    await lens().locator('[data-fact="cell"][data-after="attention"] li').nth(4).waitFor();
    await cell(30, 4, 'attention').press('ArrowUp');
    expect(await cell(29, 4).evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('names every token that is first at any layer, and makes it the axis', async () => {
    await inSight(named('·Paris'), journey().locator('.leaders'));
    for (const name of ['·is', '·the', '·capital', '·Paris']) await named(name).waitFor();
    const svg = await saved('Leading tokens, layer by layer');
    for (const name of ['is', 'the', 'Paris']) expect(svg).toContain(`>${name}</text>`);
    await journey().locator('.leaders').getByRole('radio', { name: 'rank' }).click();
    await named('·capital').click();
    await named('·capital').locator('.token-text.chosen').waitFor();
    await journey().getByRole('button', { name: 'Go to the vectorscope' }).click();
    await tour.section('vectorscope').locator('.scope-axis text', { hasText: '·capital' }).waitFor();
    await tour.open('journey');
    await inSight(named('·capital'), journey().locator('.leaders'));
    await named('·capital').press('Escape');
    await named('·is').locator('.token-text.chosen').waitFor();
    await journey().locator('.leaders').getByRole('radio', { name: 'probability' }).click();
    await lens().getByRole('button', { name: 'Rows after attention' }).click();
    await expect.poll(() => lens().locator('.lens-row').count()).toBe(31);
  });

  it('maps the sizes: a click on the sink names the dimension that carries it', async () => {
    await map().scrollIntoViewIfNeeded();
    expect(await map().locator('[data-fact="size-sink"]').textContent()).toMatch(
      /The \(position 1\) is an attention sink: after layer 11/,
    );
    const canvas = map().locator('canvas');
    const { width = 0, height = 0 } = (await canvas.boundingBox()) ?? {};
    await canvas.click({ position: { x: width / 10, y: (height * 15.5) / 31 } });
    await dimensions().nth(4).waitFor();
    const [first] = await dimensions().all();
    expect(await first?.getAttribute('data-dimension')).toBe('507');
    expect(Number(await first?.locator('[data-value]').nth(2).getAttribute('data-value'))).toBeGreaterThan(0.9);
    expect(await map().locator('[data-fact="dimensions"]').textContent()).toMatch(
      /position 1, after layer 14.*Dimension 507 alone carries 98\.\d % .* a massive activation\./,
    );
  });

  it('is walked with keys, which read every cell and choose one', async () => {
    await mapCell().focus();
    await mapCell().press('ArrowRight');
    await expect
      .poll(() => mapCell().getAttribute('aria-label'))
      .toMatch(/^space capital, position 2, after layer 14, size 1/);
    expect(await mapCell().evaluate((element) => element === document.activeElement)).toBe(true);
    await mapCell().press('PageUp');
    await mapCell().press('Enter');
    await map().locator('[data-fact="dimensions"][data-layer="0"][data-position="1"] tbody tr').nth(4).waitFor();
    expect(await mapCell().getAttribute('aria-pressed')).toBe('true');
  });

  it('underlines the chosen token, without a patch of the page on the cell’s colour', async () => {
    const chosen = lens().locator('.lens-cell .token-text.chosen').first();
    await inSight(chosen, lens());
    expect(await chosen.evaluate((token) => getComputedStyle(token).backgroundColor)).toBe('rgba(0, 0, 0, 0)');
    expect(await chosen.evaluate((token) => getComputedStyle(token).boxShadow)).toContain('inset');
  });

  it('keeps nothing of the text before', async () => {
    await tour.inspect('capital of');
    await expect.poll(() => map().locator('[data-fact="dimensions"]').count()).toBe(0);
    await tour.panelIs('ready');
    await inSight(named('·of'), journey().locator('.leaders'));
    expect(await named('·Paris').count()).toBe(0);
  });
});
