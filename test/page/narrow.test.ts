import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { faults } from './support/fit';
import { PanelPage } from './support/panelPage';

/** A panel beside the side bar in a window of 1100 pixels, and one that is a little narrower. */
describe.each([371, 360])('a panel of %d pixels', (width) => {
  let tour: PanelPage;
  beforeAll(async () => {
    tour = await PanelPage.shared({ text: 'The best way to learn a language is to speak it' });
    await tour.setPanelWidth(width);
    return () => tour.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => tour.failed(`${task.name} ${width}`)));

  it('keeps the names of the next tokens whole, and prints nothing over them', async () => {
    const names = (await tour.open('next-token')).locator('.prediction-table th.name');
    await names.first().waitFor();
    const cut = await names.evaluateAll((cells) =>
      cells
        .filter((cell) => (cell.textContent ?? '').length <= 13)
        .filter((cell) =>
          [cell, ...cell.querySelectorAll('.token-text, .start')].some(
            (part) => part.scrollWidth > Math.max(part.clientWidth, Math.ceil(part.getBoundingClientRect().width)),
          ),
        )
        .map((cell) => cell.textContent),
    );
    expect(cut).toEqual([]);
    const room = await names.nth(1).evaluate((cell) => cell.clientWidth);
    // Twelve letters of the small size, the space mark among them.
    expect(room).toBeGreaterThanOrEqual(12 * 6.7 + 4);
    const inTable = (await tour.panel.locator('html').evaluate(faults)).filter((fault) =>
      fault.startsWith('next-token'),
    );
    expect(inTable).toEqual([]);
  });

  it('says in the picture what h is, and what a right angle to it means', async () => {
    const picture = (await tour.open('point')).locator('.point-picture svg');
    expect(await picture.textContent()).toContain('what the model looks for');
    expect(await picture.textContent()).toContain('at a right angle to h the dot product is 0');
  });

  it('shows eight characters of the model’s name and of the text', async () => {
    const seen = await tour.panel.locator('.head-line .model').evaluate((model) => {
      const context = document.createElement('canvas').getContext('2d');
      if (!context) return 0;
      const { fontSize, fontFamily } = getComputedStyle(model);
      context.font = `${fontSize} ${fontFamily}`;
      return model.clientWidth - context.measureText(`${(model.textContent ?? '').slice(0, 8)}…`).width;
    });
    expect(seen).toBeGreaterThanOrEqual(0);
    const excerpt = tour.panel.locator('.head-line .excerpt');
    expect(await excerpt.evaluate((text) => text.clientWidth)).toBeGreaterThanOrEqual(8 * 7.8);
  });

  it('leaves room between the numbers of the heads', async () => {
    const attention = await tour.open('attention');
    const cells = attention.locator('.head-cell');
    await expect
      .poll(async () => {
        await attention.scrollIntoViewIfNeeded();
        return cells.count();
      })
      .toBeGreaterThan(0);
    const gaps = await cells.evaluateAll((all) => {
      const range = document.createRange();
      return all.map((cell) => {
        range.selectNodeContents(cell);
        return cell.clientWidth - range.getBoundingClientRect().width;
      });
    });
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(4);
  });
});
