import { expect, it } from 'vitest';
import { PanelPage } from './support/panelPage';

it('a page that was loaded works again without a network', async () => {
  const tour = await PanelPage.open({ isIsolated: true, isKept: true });
  const { page } = tour;
  const isolated = () => page.evaluate(() => crossOriginIsolated);
  expect(await isolated()).toBe(true);
  await page.evaluate(() => navigator.serviceWorker.ready);
  // One version of the page is kept, without the model.
  const kept = () =>
    page.evaluate(async () => {
      const names = await caches.keys();
      const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return requests.map((one) => one.map(({ url }) => url.replace(location.origin, '')));
    });
  await expect.poll(kept).toHaveLength(1);
  expect((await kept())[0]).toEqual(expect.arrayContaining(['/', '/page.js', '/engine/worker.js', '/panel/panel.js']));
  expect((await kept())[0]?.filter((path) => /models|onnx/.test(path))).toEqual([]);

  // What was used besides is kept once, and never with the text that an address holds.
  await tour.goTo('index.html?lang=de#text=secret');
  await page.evaluate(() => fetch('/guide.css?lang=de'));
  await expect.poll(async () => (await kept())[0]).toContain('/guide.css');
  expect((await kept())[0]?.filter((address) => /[?#]|index/.test(address))).toEqual([]);

  await page.context().setOffline(true);
  const other = await page.context().newPage();
  await expect(other.goto('/LICENSE')).rejects.toThrow();
  await other.close();
  await tour.goTo('');
  await tour.panel.locator('.point-lead', { hasText: '·immerse' }).waitFor();
  expect(await isolated()).toBe(true);
  await tour.useFixture('qwen2');
  await expect.poll(() => page.locator('#marks .token').count()).toBeGreaterThan(5);
  await tour.close();
});
