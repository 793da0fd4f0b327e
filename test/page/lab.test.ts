import { describe, expect, it } from 'vitest';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';

/** Experiments by keyboard alone, on the page without an editor. */
describe('the lab', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.shared()));

  it('keeps the focus on the button that runs an experiment, and stops it', async () => {
    const lab = await tour.open('lab');
    const row = lab.locator('[data-experiment="round-trip"]');
    const focused = row.locator('.lab-controls .button:focus');
    const { keyboard } = tour.page;
    await row.locator('.lab-opener').press('Enter');
    await row.getByRole('radio', { name: 'whole vocabulary' }).press('Space');
    await row.getByRole('button', { name: 'Run', exact: true }).press('Enter');
    await focused.filter({ hasText: /^\s*Stop\s*$/ }).waitFor();
    await row.locator('.lab-outcome[data-estimate="true"]').waitFor();
    await keyboard.press('Enter');
    await focused.filter({ hasText: /^\s*Run again\s*$/ }).waitFor();
    await keyboard.press('Enter');
    await focused.filter({ hasText: /^\s*Stop\s*$/ }).waitFor();
    await keyboard.press('Enter');
    await focused.filter({ hasText: /^\s*Run again\s*$/ }).waitFor();
  });

  it('brings the result into sight once it is there', async () => {
    const size = tour.page.viewportSize();
    await tour.page.setViewportSize({ width: 1280, height: 200 });
    const lab = await tour.open('lab');
    const row = lab.locator('[data-experiment="softmax-shift"]');
    await row.locator('.lab-opener').press('Enter');
    await row.getByRole('button', { name: 'Run', exact: true }).press('Enter');
    const outcome = row.locator('.lab-outcome[data-estimate="false"]');
    await outcome.waitFor();
    // It fills the window, though it begins below the button that was pressed.
    const inSight = () =>
      outcome.evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return Math.min(bottom, innerHeight) - Math.max(top, 0);
      });
    await expect.poll(inSight).toBeGreaterThan(150);
    await row.locator('.lab-opener').press('Enter');
    if (size) await tour.page.setViewportSize(size);
  });

  it('orders a table behind all its pictures at once, and copies it in that order', async () => {
    const lab = await tour.open('lab');
    const row = lab.locator('[data-experiment="length"]');
    await row.locator('.lab-opener').press('Enter');
    await row.getByRole('button', { name: 'Run', exact: true }).press('Enter');
    await row.locator('.lab-outcome[data-estimate="false"]').waitFor();
    const [first, second] = [row.locator('.behind').nth(0), row.locator('.behind').nth(1)];
    for (const behind of [first, second]) await behind.locator('summary').press('Enter');
    const factors = (behind: typeof first) =>
      behind.locator('tbody tr').evaluateAll((all) => all.map((one) => one.querySelector('th')?.dataset['value']));
    for (const behind of [first, second]) await behind.locator('tbody tr').first().waitFor();
    const described = await factors(first);
    for (let presses = 0; presses < 2; presses++) await first.locator('th .sort').first().press('Enter');
    const descending = described.toReversed();
    for (const behind of [first, second]) await expect.poll(() => factors(behind)).toEqual(descending);
    await row.getByRole('button', { name: /^Copy: / }).press('Enter');
    await row.getByRole('menuitem', { name: 'Copy table' }).press('Enter');
    const copied = async () => (await tour.page.evaluate(() => navigator.clipboard.readText())).split('\n');
    await expect
      .poll(async () => (await copied()).slice(1, descending.length + 1).map((line) => Number(line.split('\t')[0])))
      .toEqual(descending.map(Number));
  });
});
