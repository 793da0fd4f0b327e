import { describe, expect, it } from 'vitest';
import { reference } from '../unit/support/reference';
import { violations } from './support/axe';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';

const text = 'The capital of France is';
const top = reference.runs.find((one) => one.text === text)?.['top 20, last position'] ?? [];

/** A person lets the model go on, takes the other way at a step, and asks what the sampler did there. */
describe('a continuation', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.shared({ text })));

  const section = () => tour.section('continuation');
  const steps = () => section().locator('.path-step');
  const ended = () => section().getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
  const valuesOf = (cells: string) =>
    section()
      .locator(cells)
      .evaluateAll((all) => all.map((one) => Number(one.getAttribute('data-value'))));

  it('draws twenty tokens, and the alternatives of a step as the reference has them', async () => {
    const before = await tour.field.inputValue();
    await tour.open('next-token');
    await tour.section('next-token').getByRole('button', { name: 'Continue…' }).click();
    await expect.poll(() => steps().count()).toBe(20);
    await ended();
    await steps().first().focus();
    const shown = await valuesOf('.alternatives td:nth-child(3)');
    expect(shown).toHaveLength(5);
    shown.forEach((value, at) => expect(value).toBeCloseTo(top[at]?.probability ?? NaN, 4));
    const [lead, ...parts] = await Promise.all(
      [5, 6, 7].map(
        async (column) => (await valuesOf(`.alternatives tr:nth-child(2) td:nth-child(${column})`))[0] ?? NaN,
      ),
    );
    expect(lead).toBeCloseTo((top[1]?.logit ?? NaN) - (top[0]?.logit ?? NaN), 3);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(lead ?? NaN, 9);
    expect(await tour.field.inputValue()).toBe(before);
  });

  it('branches by keyboard, and removes the branch again', async () => {
    await steps().first().focus();
    await tour.page.keyboard.press('ArrowRight');
    await tour.page.keyboard.press('Enter');
    await expect.poll(() => section().locator('.path-sums').count()).toBe(2);
    await ended();
    expect(await section().locator('.path-sums').allTextContents()).toEqual([
      expect.stringMatching(/^greedy, 20 tokens/),
      expect.stringMatching(/at 2, 20 tokens/),
    ]);
    await section().locator('.finding', { hasText: 'Over 20 tokens' }).waitFor();
    expect(await violations(section(), undefined, ['[data-section="continuation"]'])).toEqual([]);
    await tour.page.keyboard.press('ArrowDown');
    await tour.page.keyboard.press('Delete');
    await expect.poll(() => section().locator('.path-sums').count()).toBe(1);
  });

  it('says what min-p leaves, at a step and over the list of next tokens', async () => {
    await steps().first().focus();
    await tour.unfold('step-sampler');
    const left = (step: string) => valuesOf(`.sampler-table [data-step="${step}"] td:nth-of-type(3)`);
    await expect.poll(async () => (await left('minP'))[0]).toBeGreaterThan(0);
    const likely = top.filter(({ probability }) => probability >= 0.05 * (top[0]?.probability ?? NaN)).length;
    expect(await left('minP')).toEqual([Math.min(likely, (await left('topP'))[0] ?? NaN)]);
    await tour.unfold('sampler');
    const rows = tour.section('next-token').locator('.sampler-table');
    await rows.locator('[data-step="minP"] input').fill('0.9');
    await expect.poll(() => rows.locator('[data-step="minP"] td').nth(2).getAttribute('data-value')).toBe('1');
    await tour.section('next-token').locator('[data-fact="sampler"]', { hasText: '1 token can be drawn' }).waitFor();
    await rows.locator('[data-step="minP"] input').fill('1.5');
    await rows.getByRole('alert').waitFor();
    await expect.poll(() => tour.page.evaluate(() => location.hash)).toContain('minP');
  });

  it('keeps the sampler that drew a token beside the token', async () => {
    const setTo = (step: string, value: string) =>
      tour.section('next-token').locator(`.sampler-table [data-step="${step}"] input`).fill(value);
    await setTo('minP', '0');
    await setTo('temperature', '5');
    await section().getByText('sampled', { exact: true }).click();
    await section().getByRole('button', { name: 'Continue…' }).click();
    await expect.poll(() => section().locator('.path-sums').count()).toBe(2);
    await ended();
    await steps().last().focus();
    const drew = section().locator('.sampler-table [data-step="temperature"]', { hasText: 'temperature 5' });
    await drew.waitFor();
    await setTo('temperature', '0.5');
    await tour.section('next-token').locator('[data-fact="temperature"]', { hasText: 'Temperature 0.5' }).waitFor();
    await drew.waitFor();
    expect(await section().locator('.sampler-table input').count()).toBe(0);
  });
});
