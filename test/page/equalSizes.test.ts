import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokens, writeEqualSizes } from '../unit/support/equalSizes';
import { PanelPage } from './support/panelPage';

describe('a model whose tokens are all equally large', () => {
  const { path, folder } = writeEqualSizes();
  let tour: PanelPage;
  beforeAll(async () => {
    tour = await PanelPage.open({ text: 'that pals' });
    await tour.openModel(path);
    await tour.panelIs('ready');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await tour.close();
  });

  it.each([860, 420])('has one list of neighbours and a sentence for the sizes, at %d pixels', async (width) => {
    await tour.setPanelWidth(width);
    await (await tour.open('token')).locator('[data-fact="sizes-alike"]').waitFor();
    const neighbours = await tour.open('neighbours');
    expect(await neighbours.locator('table').count()).toBe(1);
    const table = neighbours.locator('table');
    expect(await table.locator('tbody tr').count()).toBeLessThanOrEqual(tokens.length);
    // What the sentence says of the sizes is in sight.
    expect(await table.locator('th', { hasText: 'size' }).isVisible()).toBe(true);
    expect(await table.evaluate((one) => one.scrollWidth - (one.parentElement?.clientWidth ?? 0))).toBeLessThanOrEqual(
      0,
    );
    const ends = (await tour.open('tokens')).locator('.legend > span');
    expect(await ends.nth(1).innerText()).not.toBe(await ends.nth(3).innerText());
  });
});
