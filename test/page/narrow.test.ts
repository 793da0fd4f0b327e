import { rm } from 'node:fs/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sampled } from '../unit/support/sample';
import { letters, writeTinyModel } from '../unit/support/tinyModel';
import { faults } from './support/fit';
import { openRoom } from './support/openRoom';
import { PanelPage } from './support/panelPage';

let tour: PanelPage;
// Every test here looks at the same numbers, so that one page serves all of them.
beforeAll(async () => {
  tour = await PanelPage.shared({ text: 'The best way to learn a language is to speak it' });
  return () => tour.close();
});

/** A little narrower than beside the side bar in a window of 1100 pixels. */
describe('a panel of 360 pixels', () => {
  beforeAll(() => tour.setPanelWidth(360));
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => tour.failed(task.name)));

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
    expect(await picture.textContent()).toContain('what the model ends with');
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

it('moves the lens no more than once under the mouse while the numbers of its layers are read above', async () => {
  await tour.setPanelWidth(420);
  await tour.open('journey');
  await tour.page.mouse.move(1, 1);
  await tour.panel.locator('.journey-reading[data-layer=""]').waitFor();
  // The numbers are in sight too: the browser holds what is below if they are not.
  await tour.panel.locator('.lens-row[data-layer="9"]').evaluate((element) => element.scrollIntoView({ block: 'end' }));
  const row = tour.panel.locator('.lens-row[data-layer="1"] [role="rowheader"]');
  const top = await row.evaluate((element) => element.getBoundingClientRect().top);
  const box = await row.boundingBox();
  // The numbers take more lines than how to read them: the row moves away below the mouse.
  await tour.page.mouse.move((box?.x ?? 0) + 9, (box?.y ?? 0) + 7);
  const tops = await row.evaluate(async (element) => {
    const seen: number[] = [];
    for (let drawn = 0; drawn < 12; drawn++) {
      await new Promise(requestAnimationFrame);
      seen.push(element.getBoundingClientRect().top);
    }
    return seen;
  });
  expect(tops.at(-1)).toBeGreaterThan(top);
  expect(tops).toEqual(tops.toSorted((a, b) => a - b));
});

/**
 * The narrowest panel of each layout of the header and of the table of next tokens, and one in which both are tight.
 * The other widths are just below a breakpoint, where a layout has the most room.
 */
const tightest = [346, 560, 571, 700, 720, 800, 960, 1011, 1060, 1100, 1360];

describe('in a font as wide as DejaVu Sans', () => {
  beforeAll(async () => {
    await (await tour.open('next-token')).locator('.prediction-table th.name').first().waitFor();
    const style = await tour.panel.locator('html').evaluateHandle((html) => {
      const wide = new CSSStyleSheet();
      wide.replaceSync('body, button { letter-spacing: 0.07em; } .mono, .token-text { letter-spacing: 0; }');
      html.ownerDocument.adoptedStyleSheets.push(wide);
      const name = html.querySelector('.file');
      if (name) name.textContent = 'readme.markdown';
      const position = html.querySelector('.head-position');
      if (position) position.textContent = 'position 99,999';
      // As many rooms as there are once a document was measured.
      const room = html.querySelector('.room[data-room="prediction"]');
      room?.parentElement?.append(room.cloneNode(true));
      return wide;
    });
    return () =>
      style.evaluate((wide) => {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== wide);
      });
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => tour.failed(task.name)));

  it.each(sampled(tightest, [...tightest, 699, 799, 1000]))(
    'names model, type and position in the header of a panel of %d pixels, and keeps tables in their columns',
    async (width) => {
      await tour.setPanelWidth(width);
      const html = tour.panel.locator('html');
      expect(await html.evaluate(outOfParents)).toEqual([]);
      expect(await html.evaluate(headFaults)).toEqual([]);
      await tour.panelPicture(`wide-font-${width}`);
    },
  );

  it('keeps the search in the line of the rooms, and a summary wider than four words', async () => {
    const html = tour.panel.locator('html');
    await tour.setPanelWidth(959);
    expect(await html.evaluate(widthsWithLostSearch)).toEqual([]);
    for (const width of [346, 720, 940]) {
      await tour.setPanelWidth(width);
      expect(await html.evaluate(narrowSummaries)).toEqual([]);
    }
  });
});

/** Tables that are wider than what holds them. Runs in the panel's page. */
function outOfParents(html: HTMLElement): string[] {
  return [...html.querySelectorAll('table')].flatMap((table) => {
    const over = table.getBoundingClientRect().right - (table.parentElement?.getBoundingClientRect().right ?? 0);
    return over > 0.5 ? [`${table.className}: ${over.toFixed(1)} pixels`] : [];
  });
}

/** Parts of the header that reach over its rooms, and what must be whole and is not. Runs in the panel's page. */
function headFaults(html: HTMLElement): string[] {
  const rooms = html.querySelector('.rooms')?.getBoundingClientRect();
  const shown = html.querySelector('.head-shown')?.getBoundingClientRect();
  if (!rooms || !shown) return ['There are no rooms.'];
  const isOver = ({ right, bottom }: DOMRect) => right > rooms.left && bottom > rooms.top;
  const over = [...html.querySelectorAll('.head-shown > *')].filter((part) => isOver(part.getBoundingClientRect()));
  const whole = ['.model-type', '.head-position'].map((name) => html.querySelector(name));
  const cut = whole.filter(
    (part) => !part || part.scrollWidth > part.clientWidth || part.getBoundingClientRect().right > shown.right + 0.5,
  );
  return [
    ...over.map(({ className }) => `${className}: over the rooms`),
    ...cut.map((part) => `${part?.className}: cut`),
  ];
}

/** Widths of the header at which the search stands below the rooms, in a line of its own. Runs in the panel's page. */
function widthsWithLostSearch(html: HTMLElement): number[] {
  const [head, rooms, search] = ['.head-line', '.rooms', '.search'].map((name) =>
    html.querySelector<HTMLElement>(`.panel-head ${name}`),
  );
  if (!head || !rooms || !search) return [0];
  const lost = Array.from({ length: 90 }, (_, index) => 925 - index * 4).filter((width) => {
    head.style.width = `${width}px`;
    const over = search.getBoundingClientRect().right - head.getBoundingClientRect().right;
    return search.getBoundingClientRect().top >= rooms.getBoundingClientRect().bottom || over > 0.5;
  });
  head.style.width = '';
  return lost;
}

/** Summaries of sections that stand in a narrow column beside their controls. Runs in the panel's page. */
function narrowSummaries(html: HTMLElement): string[] {
  return [...html.querySelectorAll('.section-head .finding')]
    .filter((summary) => summary.clientWidth > 0 && summary.clientWidth < 0.6 * html.clientWidth)
    .map((summary) => `${summary.textContent}: ${summary.clientWidth} of ${html.clientWidth} pixels`);
}

it('breaks or cuts the name of a token of a hundred characters', async () => {
  const tour = await PanelPage.open({ fixture: 'qwen2', text: 'The capital' });
  const long = '-'.repeat(128);
  const { path, folder } = writeTinyModel({ tokens: [...letters.slice(0, -1), long, '<s>'] });
  await tour.openModel(path);
  await tour.panel.locator('.head-line .model', { hasText: 'tiny-1' }).waitFor();
  await tour.panelIs('ready');
  await tour.panel.locator('#find-token input, input#find-token').fill(long);
  await tour.panel.getByRole('option').first().click();
  await (await tour.open('token')).locator('dd.name', { hasText: long }).waitFor();
  for (const width of [420, 1000]) {
    await tour.setPanelWidth(width);
    for (const room of ['token', 'prediction', 'layers'] as const) {
      await openRoom(tour, room);
      const [scrolled, seen] = await tour.panel
        .locator('html')
        .evaluate((html) => [html.scrollWidth, html.clientWidth] as const);
      expect(scrolled, `${room} at ${width} pixels`).toBe(seen);
    }
  }
  await tour.close();
  await rm(folder, { recursive: true });
});

/** Where all four charts of a position stand beside each other, and each has the least room. */
it('names what a layer adds in full beside its charts', async () => {
  const page = await PanelPage.open({ fixture: 'lfm2' });
  const notes = (await page.open('journey')).locator('.journey-head', { hasText: 'Added by' }).locator('.clip');
  for (const width of [360, 500]) {
    await page.setPanelWidth(width);
    await expect.poll(() => notes.allTextContents()).toEqual(['Added by', 'attention', 'convolution', 'feed-forward']);
    const cut = await notes.evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
    expect(cut, `${width} pixels`).toBe(0);
  }
  await page.close();
});
