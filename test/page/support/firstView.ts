import { expect } from 'vitest';
import type { PanelPage } from './panelPage';

/** Before anything in a room is unfolded it draws at most three pictures and grids, and no fewer than `least`. */
export async function opensWithOneThing(tour: PanelPage, least = 1): Promise<void> {
  const drawn = () =>
    tour.panel
      .locator('table, canvas, svg[role="img"], [role="grid"], .chips')
      .evaluateAll((all) => all.filter((one) => one.checkVisibility({ visibilityProperty: true })).length);
  await expect.poll(drawn).toBeGreaterThanOrEqual(least);
  await tour.panel.locator('main .pending').first().waitFor({ state: 'detached' });
  expect(await drawn()).toBeLessThanOrEqual(3);
}
