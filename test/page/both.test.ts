import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampled } from '../unit/support/sample';
import { violations, colourRules } from './support/axe';
import { copyOf } from './support/copies';
import { driven } from './support/driven';
import { faults } from './support/fit';
import { families, PanelPage } from './support/panelPage';
import type { Theme } from './support/themes';

const otherThemes: readonly Theme[] = ['Light Modern', 'Light High Contrast', 'Dark High Contrast'];

describe('the room of two small models', () => {
  let tour: PanelPage;
  const path = join(families, 'qwen2.gguf');
  driven(async () => (tour = await PanelPage.open({ fixture: 'qwen2' })));
  const summary = () => tour.section('both');

  it('says that a model is the same as itself', async () => {
    await tour.compareWith(path);
    await expect.poll(() => summary().textContent()).toContain('same');
    await tour.section('both-text').locator('tbody tr').first().waitFor();
    expect(await tour.section('both-text').textContent()).not.toContain('≠ ·');
  });

  it('has no fault that axe-core finds, light or dark, and cuts nothing, wide or narrow', async () => {
    await tour.compareWith(copyOf('Q8_0', path));
    for (const name of ['both', 'both-text', 'both-next', 'both-layers', 'both-matrix']) {
      await (await tour.open(name)).scrollIntoViewIfNeeded();
      await tour.section(name).locator('.pending').first().waitFor({ state: 'detached' });
    }
    const tables = tour.panel.locator('.behind details');
    await tables.evaluateAll((all) => all.forEach((details) => ((details as HTMLDetailsElement).open = true)));
    const main = tour.panel.locator('main');
    expect(await violations(main)).toEqual([]);
    // The themes of high contrast have more to spare.
    for (const theme of sampled<readonly Theme[]>(['Light Modern'], otherThemes)) {
      await tour.setTheme(theme);
      expect(await violations(main, colourRules), theme).toEqual([]);
    }
    // Its borders are the widest.
    await tour.setTheme('Dark High Contrast');
    // The narrowest of all, and the narrowest with its parts side by side.
    for (const width of sampled([700, 280], [1000, 700, 420, 280])) {
      await tour.setPanelWidth(width);
      expect(await tour.panel.locator('html').evaluate(faults), `${width} pixels`).toEqual([]);
    }
  });

  it('follows the chosen position by keyboard, and is left with the comparison', async () => {
    const first = tour.section('both-text').locator('tbody tr').first();
    await first.locator('button').first().focus();
    await tour.page.keyboard.press('Enter');
    await expect.poll(() => first.getAttribute('aria-current')).toBe('true');
    await (await tour.open('both-next')).locator('.both-parts-table tr.total').first().waitFor();
    await summary().getByRole('button', { name: 'End the comparison' }).click();
    await expect.poll(() => tour.panel.locator('[data-room="both"]').count()).toBe(0);
    await tour.panelIs('ready');
  });
});
