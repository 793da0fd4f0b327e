import { test } from 'vitest';
import { PanelPage } from './support/panelPage';

test('look', async () => {
  const tour = await PanelPage.shared();
  await tour.setPanelWidth(1000);
  const shot = async (name: string) => {
    const html = tour.panel.locator('html');
    const height = await html.evaluate((page) => page.scrollHeight);
    await tour.page.setViewportSize({ width: tour.page.viewportSize()!.width, height: Math.min(4000, height + 220) });
    await tour.page.waitForTimeout(300);
    await tour.page.screenshot({ path: `/tmp/p1shots/${name}.png` });
  };
  const search = tour.panel.locator('#find-token');
  await search.fill('king - man + woman');
  await tour.page.waitForTimeout(1500);
  await shot('search');
  await search.fill('king - + * woman');
  await tour.page.waitForTimeout(1500);
  await shot('searchfault');
  await search.fill('king - man + woman');
  await search.press('Enter');
  await tour.page.waitForTimeout(4000);
  await shot('vector-1000');
  await tour.panel.locator('section[data-section="steer"]').getByRole('button', { name: /^Run with/ }).click();
  await tour.panel.locator('.before-after').waitFor({ timeout: 60000 });
  await tour.panel.locator('.leaders-chart').waitFor({ timeout: 60000 });
  await tour.page.waitForTimeout(1000);
  await shot('steer-1000');
  await tour.setPanelWidth(420);
  await shot('steer-420');
  await tour.setPanelWidth(700);
  await tour.setTheme('Light High Contrast');
  await shot('steer-700-lhc');
  await tour.panel.locator('#vector-expression').fill('king - mxqzan + woman');
  await tour.panel.locator('#vector-expression').press('Enter');
  await tour.page.waitForTimeout(2000);
  await shot('fault-700');
}, 300000);
