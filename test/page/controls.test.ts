import { describe, expect, it } from 'vitest';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';

/** The controls of the browser, and the toolkit's that take their places once it is loaded. */
describe('the controls', () => {
  let tour: PanelPage;
  let load = (): void => undefined;
  driven(async () => {
    tour = await PanelPage.open();
    const held = new Promise<void>((resolve) => (load = resolve));
    await tour.page.route('**/panel/toolkit-*.js', async (route) => {
      await held;
      await route.continue();
    });
    await tour.goTo(`#${new URLSearchParams({ text: 'The capital of France is' })}`);
    await tour.useFixture('llama-untied');
    await tour.setPanelWidth(1400);
    return tour;
  });

  const field = () => tour.panel.locator('#other-text');
  const checkbox = () => tour.panel.getByRole('checkbox', { name: 'Special tokens as text' });
  const button = () => tour.panel.getByRole('button', { name: 'Compare', exact: true });
  const boxes = async () => {
    await tour.open('tokens');
    const first = await checkbox().boundingBox();
    await tour.open('texts');
    return [first, await field().boundingBox(), await tour.panel.locator('.asked-field .button').boundingBox()];
  };
  const nameOf = (control: ReturnType<typeof field>) => control.evaluate(({ localName }) => localName);

  it('are those of the browser at first, and stay as large, with the focus and what is typed, when others come', async () => {
    const before = await boxes();
    await field().fill('abc');
    load();
    await tour.panel.locator('vscode-button').first().waitFor();
    await tour.page.keyboard.type('d');
    expect(await nameOf(field())).toBe('input');
    await tour.page.keyboard.press('Tab');
    await tour.panel.locator('vscode-text-field#other-text').waitFor();
    expect(await button().evaluate((inner) => inner.getRootNode() instanceof ShadowRoot)).toBe(true);
    expect(await tour.panel.getByRole('textbox', { name: 'Compare with another text' }).inputValue()).toBe('abcd');
    expect(await boxes()).toEqual(before);
  });

  it('work as before', async () => {
    await tour.open('tokens');
    expect(await nameOf(checkbox())).toBe('vscode-checkbox');
    for (const isOn of [true, false]) {
      await tour.panel.getByText('Special tokens as text').click();
      await expect.poll(() => checkbox().isChecked()).toBe(isOn);
    }
    await checkbox().focus();
    await tour.page.keyboard.press('Space');
    await expect.poll(() => checkbox().isChecked()).toBe(true);
    await checkbox().click();
    await expect.poll(() => checkbox().isChecked()).toBe(false);
    await tour.open('texts');
    await button().click();
    await tour.panel.locator('.texts-strips').waitFor();
  });
});
