import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';

/** In a panel where results stand below what asks for them. */
describe('an action', () => {
  let tour: PanelPage;
  driven(async () => {
    tour = await PanelPage.open({ fixture: 'llama-untied' });
    await tour.setPanelWidth(600);
    return tour;
  });

  const attention = () => tour.section('attention');
  /** Whether the top of an element lies between the header and the end of the window. */
  const isInSight = (locator: Locator) =>
    locator.evaluate((element) => {
      const page = element.ownerDocument;
      const { top } = element.getBoundingClientRect();
      const header = page.querySelector<HTMLElement>('.panel-head')?.offsetHeight ?? 0;
      return top >= header - 1 && top < (page.defaultView?.innerHeight ?? 0) - 40;
    });
  const comesIntoSight = (locator: Locator) => expect.poll(() => isInSight(locator)).toBe(true);
  const goTo = async (section: string) => {
    const heading = (await tour.open(section)).locator('h2');
    // What is still drawn above pushes it out again.
    await expect
      .poll(async () => {
        await heading.evaluate((one) => one.scrollIntoView());
        return isInSight(heading);
      })
      .toBe(true);
  };

  it('that compares two tokens leads to what it finds', async () => {
    await goTo('next-token');
    const row = tour.section('next-token').locator('.prediction-table [data-rank="3"]');
    await row.hover();
    await row.locator('.compare').click();
    await tour.section('next-token').locator('.difference').waitFor();
    await comesIntoSight(tour.section('next-token').locator('.comparison-answer'));
    for (const link of [
      tour.panel.getByRole('button', { name: 'Show in Next token' }),
      attention().getByRole('button', { name: 'Show why in Next token' }),
    ]) {
      await goTo('attention');
      await link.click();
      await comesIntoSight(tour.section('next-token').locator('.difference h3'));
    }
    await tour.section('next-token').getByRole('button', { name: 'End the comparison', exact: true }).click();
  });

  it('whose result comes once its reader has gone elsewhere leaves them there', async () => {
    await goTo('attention');
    await attention().locator('[data-layer="0"] .head-cell').nth(1).click();
    await attention().getByRole('button', { name: 'Run without this head' }).waitFor();
    const scrolled = tour.panel.locator('html').evaluate(async (html) => {
      const view = html.ownerDocument.defaultView ?? window;
      const frame = () => new Promise((drawn) => view.requestAnimationFrame(drawn));
      [...html.querySelectorAll('button')].find(({ innerText }) => innerText === 'Run without this head')?.click();
      while (!html.querySelector('.without')) await frame();
      for (let drawn = 0; drawn < 3; drawn++) await frame();
      html.dispatchEvent(new WheelEvent('wheel', { bubbles: true }));
      view.scrollTo(0, 0);
      while (!html.querySelector('.without table')) await frame();
      for (let drawn = 0; drawn < 3; drawn++) await frame();
      return view.scrollY;
    });
    expect(await scrolled).toBe(0);
    await tour.panel.locator('[data-notice="part-left-out"]').getByRole('button', { name: 'End' }).click();
  });

  it('that opens a head, a layer or a run without a part shows it', async () => {
    await goTo('attention');
    await attention().locator('[data-layer="0"] .head-cell').first().click();
    await attention().locator('.head-sentence').waitFor();
    await comesIntoSight(attention().locator('.open-head'));
    await attention().getByRole('button', { name: 'Run without this head' }).click();
    await attention().locator('.without table').waitFor();
    await comesIntoSight(attention().locator('.without h3'));
    await goTo('attention');
    await attention().locator('[data-layer="0"] .layer-number').click();
    await comesIntoSight(attention().locator('.layer-parts'));
  });

  it('that opens a cell of the lens shows its tokens', async () => {
    await goTo('journey');
    const lens = tour.section('journey').locator('.lens');
    const cell = lens.locator('.lens-row[data-layer="1"] .lens-cell').first();
    await cell.scrollIntoViewIfNeeded();
    await cell.click();
    await comesIntoSight(lens.locator('.lens-opened'));
  });

  it('that finds a token changes what is in sight, and gives the focus to its heading', async () => {
    await goTo('journey');
    await tour.panel.locator('#find-token').click();
    await tour.page.keyboard.type(' Paris');
    const found = tour.panel.locator('.found');
    expect(await found.locator('.found-head').innerText()).toMatch(/token\s+id\s+size/);
    await found.getByRole('option', { name: /Paris/ }).first().click();
    await comesIntoSight(tour.section('token').locator('dd.name', { hasText: '·Paris' }));
    expect(await tour.panel.locator('html').evaluate((html) => html.ownerDocument.activeElement?.id)).toBe(
      'section-token',
    );
  });
});
