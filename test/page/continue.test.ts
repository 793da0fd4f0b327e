import { describe, expect, it } from 'vitest';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';

/** A person goes on from one predicted token to the next, and edits a text that is followed. */
describe('a text that goes on', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.open({ fixture: 'qwen2' })));

  const section = () => tour.section('next-token');
  const appended = (count: number) => section().locator(`.appended-tokens[data-value="${count}"]`);
  const button = () => section().locator('.prediction-table .continue').first();
  const labelOf = async () => (await button().getAttribute('aria-label')) ?? '';
  const counted = async () => Number(await tour.panel.locator('.token-count').getAttribute('data-value'));

  it('walks two tokens by keyboard, takes one off by Backspace, and inserts the other', async () => {
    const text = await tour.field.inputValue();
    await tour.open('next-token');
    const hint = section().getByRole('button', { name: 'Choose the last token to go on' });
    if ((await hint.count()) > 0) await hint.click();
    await button().waitFor();
    expect(await labelOf()).toMatch(/^Continue with /);
    const before = await counted();
    const idOf = () => section().locator('.prediction-table tr:has(.continue)').first().getAttribute('data-id');
    const chosen = [await idOf()];
    await button().press('Enter');
    await appended(1).waitFor();
    await button().waitFor();
    chosen.push(await idOf());
    // The next Enter goes on from here.
    await expect.poll(() => button().evaluate((one) => one.ownerDocument.activeElement === one)).toBe(true);
    await tour.page.keyboard.press('Enter');
    await appended(2).waitFor();
    await button().waitFor();
    const tokens = await tour.open('tokens');
    // Tokens that were chosen are never cut anew.
    const chips = tokens.locator('.chip.appended');
    await chips.nth(1).waitFor();
    expect([await chips.count(), await counted()]).toEqual([2, before + 2]);
    expect(await chips.evaluateAll((all) => all.map((one) => one.getAttribute('data-id')))).toEqual(chosen);
    expect(await tour.field.inputValue()).toBe(text);
    expect((await tour.page.locator('#marks .token').allTextContents()).join('')).toBe(text);
    await tour.open('next-token');
    await tour.panel.locator('body').press('Backspace');
    await appended(1).waitFor();
    // In a field the key has its own meaning.
    await tour.panel.locator('input[type="text"]').first().press('Backspace');
    await button().waitFor();
    expect(await appended(1).count()).toBe(1);
    await section().getByRole('button', { name: 'Insert into the field' }).click();
    await section().locator('.appended-tokens').waitFor({ state: 'detached' });
    const longer = await tour.field.inputValue();
    expect(longer.startsWith(text) && longer.length > text.length).toBe(true);
    await expect.poll(async () => (await tour.page.locator('#marks .token').allTextContents()).join('')).toBe(longer);
    expect(await counted()).toBeGreaterThan(before - 1);
  });

  it('follows edits once it is told to, until another part is inspected', async () => {
    const tokens = await tour.open('tokens');
    await tokens.getByRole('checkbox', { name: 'Follow edits' }).check();
    await tour.field.press('End');
    await tour.field.pressSequentially(' and more');
    const text = await tour.field.inputValue();
    await expect.poll(async () => (await tour.page.locator('#marks .token').allTextContents()).join('')).toBe(text);
    expect(await tour.panel.getByText('The text has changed').count()).toBe(0);
    await tour.field.evaluate((area) => (area as HTMLTextAreaElement).setSelectionRange(0, 4));
    await tour.page.locator('#inspect').click();
    await tokens.getByRole('checkbox', { name: 'Follow edits', checked: false }).waitFor();
  });
});
