import type { FrameLocator } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PanelPage } from './support/panelPage';

/** The meanings of terms, read with the keyboard alone. */
describe('the terms of a section, by keyboard', () => {
  let tour: PanelPage;
  beforeAll(async () => {
    tour = await PanelPage.open({ fixture: 'llama-untied' });
    await (await tour.open('neighbours')).locator('[data-metric="dot"] [data-rank="10"]').waitFor();
    // The terms of the room before are there until those of this one are found.
    await tour.panel.locator('.term-list [data-term="centred"]').waitFor({ state: 'attached' });
    return () => tour.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => tour.failed(task.name)));

  const press = (key: string) => tour.page.keyboard.press(key);
  const list = (page: FrameLocator) => page.getByRole('listbox', { name: /^Words and letters/ });
  const term = (page: FrameLocator) => list(page).getByRole('option').getAttribute('data-term');
  const focused = (page: FrameLocator) =>
    page.locator('html').evaluate((html) => html.ownerDocument.activeElement?.outerHTML);

  it('shows the meaning of a term where it stands, and leads back', async () => {
    const { panel } = tour;
    await tour.section('neighbours').getByRole('radio', { name: 'raw' }).focus();
    const before = await focused(panel);
    await press('?');
    await list(panel).waitFor();
    expect(await list(panel).getAttribute('aria-label')).toBe('Words and letters in Neighbours');
    const read = [await term(panel)];
    const ring = await panel.locator('.term-ring').boundingBox();
    const card = await list(panel).boundingBox();
    const gap = (card?.y ?? 0) - (ring?.y ?? 0);
    expect(gap > 0 ? gap - (ring?.height ?? 0) : -gap - (card?.height ?? 0)).toBeLessThan(10);
    const option = list(panel).getByRole('option');
    const count = Number(await option.getAttribute('aria-setsize'));
    for (let step = 1; step < count; step++) {
      const next = list(panel).locator(`[role="option"]:not([data-term="${String(read.at(-1))}"])`);
      await press(step % 2 === 0 ? 'ArrowDown' : 'ArrowRight');
      await next.waitFor();
      read.push(await term(panel));
    }
    expect(new Set(read).size).toBe(count);
    expect(read).toEqual(expect.arrayContaining(['cosine', 'dot product', 'centred']));
    await press('ArrowRight');
    await expect.poll(() => term(panel)).toBe(read[0]);
    await press('ArrowLeft');
    await expect.poll(() => term(panel)).toBe(read.at(-1));
    await press('Escape');
    await list(panel).waitFor({ state: 'detached' });
    expect(await focused(panel)).toBe(before);
  });

  it('adds no tab stop: Tab goes on from the control before', async () => {
    const { panel } = tour;
    await press('Tab');
    const next = await focused(panel);
    await press('Shift+Tab');
    await press('?');
    await list(panel).waitFor();
    await press('Tab');
    await list(panel).waitFor({ state: 'detached' });
    expect(await focused(panel)).toBe(next);
  });

  it('leaves the key to a field for text', async () => {
    const { panel } = tour;
    const field = panel.locator('.search input');
    await field.focus();
    await press('?');
    await expect.poll(() => field.inputValue()).toBe('?');
    expect(await list(panel).count()).toBe(0);
    await press('Backspace');
  });
});
