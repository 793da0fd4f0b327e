import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadedFamily } from '../unit/support/families';
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

  it('says which part of the other did it, with the numbers that the engine has', async () => {
    const other = copyOf('Q8_0', path);
    await tour.compareWith(other);
    const section = await tour.open('both-blame');
    await section.getByRole('button', { name: 'Try each part' }).click();
    await section.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
    const { engine } = await loadedFamily('qwen2');
    await engine.loadOther({ path: other });
    const chosen = tour.section('both-text').locator('tr[aria-current="true"]');
    const position = Number(await chosen.getAttribute('data-position'));
    const { parts } = await engine.blame({ text: 'The capital of France is', position, by: 'parts', reverse: false });
    await engine.releaseOther({});
    const cells = section.locator('.head-cell');
    const values = await cells.evaluateAll((all) => all.map((cell) => Number((cell as HTMLElement).dataset['value'])));
    const ascending = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);
    expect(ascending(values)).toEqual(ascending(parts.map(({ divergence }) => divergence)));
    // Its cells are one tab stop, and a part leads to its tensors.
    await cells.first().focus();
    await tour.page.keyboard.press('ArrowDown');
    await tour.page.keyboard.press('Enter');
    await section.locator('[aria-selected="true"]').waitFor();
    await section.getByRole('button', { name: 'Try each tensor' }).click();
    await expect.poll(() => section.locator('tbody tr').count()).toBeGreaterThan(0);
    await section.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
    const names = await section.locator('.both-blame tbody th').allTextContents();
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !/ffn_/.test(name))).toEqual([]);
  });

  it('has no fault that axe-core finds, light or dark, and cuts nothing, wide or narrow', async () => {
    await tour.compareWith(copyOf('Q8_0', path));
    for (const name of ['both', 'both-text', 'both-next', 'both-layers', 'both-blame', 'both-matrix']) {
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
