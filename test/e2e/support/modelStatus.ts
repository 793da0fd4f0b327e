import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { Workbench } from './workbench';

/** The item of the model in the status bar. */
export const modelStatus = ({ page }: Workbench): Locator => page.locator('.statusbar-item[id$="vectorscope.model"]');

/** Opens the menu behind it until it says this. */
export async function menuSays(workbench: Workbench, words: string | RegExp): Promise<void> {
  const { page } = workbench;
  await expect
    .poll(async () => {
      await modelStatus(workbench).click();
      const rows = page.locator('.quick-input-list .monaco-list-row');
      await rows.filter({ hasText: 'Host:' }).waitFor();
      const said = (await rows.allInnerTexts()).join('\n');
      await page.keyboard.press('Escape');
      await rows.first().waitFor({ state: 'hidden' });
      return said;
    })
    .toMatch(words);
}
