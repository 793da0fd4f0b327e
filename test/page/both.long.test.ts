import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyOf } from './support/copies';
import { driven } from './support/driven';
import { families, PanelPage } from './support/panelPage';

/** The default model and its copy in four bits without offsets, as page 10 of the guide has them. */
describe('the room of two models', () => {
  let tour: PanelPage;
  driven(async () => {
    tour = await PanelPage.shared({ width: 1240, height: 1100 });
    await tour.compareWith(copyOf('Q4_0'));
    await tour.panel.locator('[data-room="both"][aria-selected="true"]').waitFor();
    return tour;
  });

  const section = (name: string) => tour.section(name);
  const rows = () => section('both-text').locator('tbody tr');

  it('says on top what changed, and what that means at the chosen position', async () => {
    await section('both').locator('.token-text', { hasText: '·Paris' }).first().waitFor();
    const said = await section('both').textContent();
    expect(said).toContain('Q4_0 turned the tokens by 6.2°');
    expect(said).toContain('sizes by up to 2.6 %');
    expect(said).toContain('differ most after');
    expect(said).toContain('40.7° after the last layer');
    expect(said).toContain('h turns by 44.9°');
    expect(said).toContain('0.773 → 0.008');
  });

  it('has the numbers of the guide at every position, and marks the first tokens that changed', async () => {
    await expect.poll(() => rows().count()).toBe(5);
    const cells = await rows().evaluateAll((all) => all.map((row) => row.textContent ?? ''));
    for (const [i, divergence] of ['2.34', '0.57', '1.58', '1.95', '5.59'].entries())
      expect(cells[i]).toContain(divergence);
    expect(cells.map((cell) => cell.includes('≠'))).toEqual([true, false, true, true, true]);
  });

  it('takes the change of the logit apart', async () => {
    const parts = (await tour.open('both-next')).locator('.both-parts-table tr.total');
    await parts.waitFor();
    expect(await parts.locator('td').allTextContents()).toEqual(['+0.05', '+0.04', '−5.60', '−5.50']);
    // Another token is taken apart while the mouse is on it.
    await section('both-next').locator('[data-id="260"]').first().hover();
    await expect.poll(() => section('both-next').locator('.both-parts').getAttribute('data-id')).toBe('260');
  });

  it('shows where the residuals part, and how all rows turned', async () => {
    await section('both-layers').scrollIntoViewIfNeeded();
    expect(await section('both-layers').locator('.finding').textContent()).toContain('40.7° at the end');
    await section('both-matrix').scrollIntoViewIfNeeded();
    await section('both-matrix').locator('[data-picture]').first().waitFor();
    expect(await section('both-matrix').locator('.finding').textContent()).toContain('turned the tokens by 6.2°');
  });

  it('follows the chosen token and position, by keyboard', async () => {
    const first = rows().first().locator('button').first();
    await first.focus();
    await tour.page.keyboard.press('Enter');
    await expect.poll(() => rows().first().getAttribute('aria-current')).toBe('true');
    await section('both').locator('.token-text', { hasText: 'The' }).first().waitFor();
    // The headline's token is one press away.
    await section('both')
      .getByRole('button', { name: /instead/ })
      .press('Enter');
    await expect.poll(() => rows().last().getAttribute('aria-current')).toBe('true');
  });

  it('compares a model of another vocabulary by characters, and says why', async () => {
    await tour.compareWith(join(families, 'qwen2.gguf'));
    await expect.poll(() => section('both').textContent()).toContain('An id can be another token in B');
    await section('both-text').getByText('Bits a character').waitFor();
    expect(await section('both-next').count()).toBe(0);
  });

  it('is left with the comparison, and the loaded model stays', async () => {
    await section('both').getByRole('button', { name: 'End the comparison' }).click();
    await expect.poll(() => tour.panel.locator('[data-room="both"]').count()).toBe(0);
    await tour.panelIs('ready');
    await (await tour.open('next-token')).locator('.prediction-table [data-rank="1"]', { hasText: '·Paris' }).waitFor();
  });
});
