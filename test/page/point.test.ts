import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';

/** What stood in the point's place while it was awaited. */
interface Seen {
  readonly height: number;
  readonly said: string | undefined;
  readonly lead: string | undefined;
}

/** The first view after an inspection, in a window and at a width that people have. */
describe('the first view', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.shared({ position: null })));

  const example = () => tour.section('point').locator('.point-example');
  const lead = () => example().locator('.point-lead');
  const number = async (token: string, column: string) =>
    Number(
      await example()
        .locator('.point-table tbody tr', { hasText: token })
        .locator(`[data-column="${column}"] [data-value]`)
        .first()
        .getAttribute('data-value'),
    );

  it('lands on the heading that a link leads to, below pictures that are not drawn yet', async () => {
    const window = tour.page.viewportSize();
    await tour.setPanelWidth(510);
    await tour.page.setViewportSize({ width: tour.page.viewportSize()?.width ?? 0, height: 560 });
    const journey = await tour.open('journey');
    await journey.getByRole('button', { name: 'Go to the vectorscope' }).click();
    const scope = tour.section('vectorscope');
    await scope.locator('.scope-axis').waitFor();
    const below = async () => {
      const header = await tour.panel.locator('.panel-head').boundingBox();
      const heading = await scope.locator('h2').boundingBox();
      return (heading?.y ?? Infinity) - (header?.y ?? 0) - (header?.height ?? 0);
    };
    await expect.poll(below).toBeLessThan(14);
    expect(await below()).toBeGreaterThanOrEqual(0);
    await tour.open('point');
    await expect.poll(() => tour.panel.locator('html').evaluate((html) => html.scrollTop)).toBe(0);
    if (window) await tour.page.setViewportSize(window);
  });

  it('says where distance, angle and dot product disagree, without scrolling', async () => {
    await example().locator('.point-table').waitFor();
    expect(await lead().textContent()).toBe(
      'After ·of the model expects ·the. It is neither the nearest to h nor the best aligned.',
    );
    expect(await tour.panel.locator('html').evaluate((html) => html.scrollTop)).toBe(0);
    // Nobody has chosen a position, so all rooms show that of the example.
    expect(await tour.panel.locator('.head-position').textContent()).toBe('position 3');
    for (const part of [lead(), example().locator('svg'), example().locator('.point-table')]) {
      const box = await part.boundingBox();
      expect((box?.y ?? Infinity) + (box?.height ?? Infinity)).toBeLessThan(900);
    }
    await (await tour.open('token')).locator('dd.name', { hasText: '·of' }).waitFor();
    await (await tour.open('tokens')).locator('.chip[aria-selected="true"]', { hasText: '·of' }).waitFor();
    await tour.open('point');
    expect(await lead().count()).toBe(1);
  });

  it('copies them, and a script for them, while the other rooms show the same position', async () => {
    const copied = () => tour.page.evaluate(() => navigator.clipboard.readText());
    await example().getByRole('button', { name: 'Copy as a table: The point' }).click();
    await expect.poll(copied).toMatch(/^id\ttoken\tdistance to h/);
    const [, the = ''] = (await copied()).split('\n');
    expect(the.split('\t')[1]).toBe('·the');
    expect(Number(the.split('\t')[2])).toBe(await number('the', 'distance'));
    await example().getByRole('button', { name: 'Copy as Python' }).click();
    await expect.poll(copied).toMatch(/^# The prediction after a position/);
    expect(await copied()).toContain('\nposition, count = 2, ');
  });

  it('saves its picture with the sentence below it', async () => {
    const download = tour.page.waitForEvent('download');
    await example().getByRole('button', { name: 'Save picture: The point' }).click();
    await tour.page.getByRole('dialog').getByRole('button', { name: 'SVG' }).click();
    const picture = await readFile(await (await download).path(), 'utf8');
    // Cut into lines as wide as the picture.
    expect(picture.replaceAll(/<\/text><text[^>]*>/g, ' ')).toContain('After ·of the model expects ·the.');
  });

  it('shows numbers that multiply to the logits, and arrows that reach as far', async () => {
    const hidden = Number((await example().locator('.note').last().textContent())?.match(/size of h, ([\d.]+\d)/)?.[1]);
    for (const token of ['the', 'France', 'China']) {
      const [angle, size, logit] = [
        await number(token, 'angle'),
        await number(token, 'size'),
        await number(token, 'logit'),
      ];
      expect(hidden * size * Math.cos((angle * Math.PI) / 180)).toBeCloseTo(logit, 2);
      const drawn = await example()
        .locator('.point-value', { hasText: token })
        .evaluate((value) => Number(value.getAttribute('data-value')));
      expect(drawn).toBeCloseTo(logit, 9);
    }
    const ranks = await example()
      .locator('.point-rank.best')
      .evaluateAll((cells) => cells.map((cell) => cell.closest('tr')?.textContent.slice(0, 7)));
    expect(ranks).toEqual(['·the42.', '·France', '·China4']);
  });

  it('goes to the place in the text, and to the next example', async () => {
    await (await tour.open('tokens')).locator('[data-token-index="0"]').click();
    await tour.open('point');
    await example().getByText('The other rooms show position 1.').waitFor();
    expect(await lead().textContent()).toContain('After ·of');
    await example().getByRole('button', { name: 'Show position 3 instead' }).click();
    await example().getByText('The other rooms').waitFor({ state: 'detached' });
    await (await tour.open('tokens')).locator('.chip[aria-selected="true"]', { hasText: '·of' }).waitFor();
    await tour.open('point');
    // The mark is there already, so it flashes.
    const flashed = tour.page.locator('#marks').evaluate(
      (marks) =>
        new Promise<string | null>((resolve) => {
          new MutationObserver((_, observer) => {
            const pointed = marks.querySelector('.pointed');
            if (!pointed) return;
            observer.disconnect();
            resolve(pointed.textContent);
          }).observe(marks, { childList: true, subtree: true, attributes: true });
        }),
    );
    await example().getByRole('button', { name: 'Show me in the text' }).click();
    expect(await flashed).toBe(' of');
    const before = await lead().textContent();
    const height = () => tour.section('point').evaluate((section) => section.getBoundingClientRect().height);
    const whole = await height();
    const next = example().getByRole('button', { name: 'Next example' });
    await next.click();
    await expect.poll(() => lead().textContent()).not.toBe(before);
    expect(await example().locator('.point-actions').innerText()).toMatch(/Example 2 of 2\s+Next example/);
    const named = () => tour.panel.locator('.head-position').getAttribute('data-value');
    await expect.poll(named).toBe(await example().getAttribute('data-position'));
    // "is nearer (2.86 against 2.86)" would compare a token with itself.
    const why = (await example().locator('.point-why').textContent()) ?? '';
    expect(why).toMatch(/\d against \d/);
    expect(why).not.toMatch(/\(([\d.]+) against \1\)/);
    // The room stays as high, and so do the focus and the button under the mouse. The new sentence is announced.
    expect(await height()).toBe(whole);
    expect(await next.evaluate((button) => button.ownerDocument.activeElement === button)).toBe(true);
    expect(await tour.section('point').locator('p[role="status"]').textContent()).toBe(await lead().textContent());
  });

  it('comes back into sight with the next example, and leads to the section of a token of its table', async () => {
    const window = tour.page.viewportSize();
    if (window) await tour.page.setViewportSize({ ...window, height: 400 });
    const lead = example().locator('h3');
    const top = async () => {
      const header = await tour.panel.locator('.panel-head').boundingBox();
      return ((await lead.boundingBox())?.y ?? -Infinity) - (header?.y ?? 0) - (header?.height ?? 0);
    };
    const next = example().getByRole('button', { name: 'Next example' });
    await next.evaluate((button) => button.focus());
    await tour.panel.locator('html').evaluate((html) => html.scrollTo(0, html.scrollHeight));
    expect(await top()).toBeLessThan(0);
    await tour.page.keyboard.press('Enter');
    await expect.poll(top).toBeGreaterThanOrEqual(0);
    await example().locator('.point-table .token-button').first().click();
    await example()
      .getByRole('button', { name: /^Show .* in Token$/ })
      .click();
    const heading = tour.section('token').locator('h2');
    await expect.poll(() => heading.evaluate((one) => one.ownerDocument.activeElement === one)).toBe(true);
    if (window) await tour.page.setViewportSize(window);
    await (await tour.open('tokens')).locator('[data-token-index="2"]').click();
    await tour.open('point');
  });

  it('keeps the header in view, whose tabs open every room, by keys too, and each where it was left', async () => {
    const { panel, page } = tour;
    const tab = (room: string) => panel.getByRole('tab').and(panel.locator(`[data-room="${room}"]`));
    const isOpen = (room: string) => panel.locator(`.room[data-room="${room}"][aria-selected="true"]`).waitFor();
    const drawn = () =>
      panel.locator('section').evaluateAll((all) => all.map((one) => one.getAttribute('data-section')));
    const scrolled = () => panel.locator('html').evaluate((html) => html.scrollTop);
    expect(await drawn()).toEqual(['point']);
    await tab('point').click();
    await page.keyboard.press('ArrowRight');
    await isOpen('text');
    expect(await drawn()).toEqual(['tokens', 'tokenizers', 'pipeline']);
    expect(await tab('text').evaluate((one) => one.ownerDocument.activeElement === one)).toBe(true);
    await page.keyboard.press('End');
    await isOpen('lab');
    expect(await panel.getByRole('tabpanel').getAttribute('aria-labelledby')).toBe(await tab('lab').getAttribute('id'));
    await page.keyboard.press('ArrowLeft');
    await isOpen('texts');
    await page.keyboard.press('ArrowLeft');
    await isOpen('layers');
    await tour.section('attention').locator('h2').scrollIntoViewIfNeeded();
    await expect.poll(scrolled).toBeGreaterThan(0);
    const header = await panel.locator('.panel-head').boundingBox();
    expect(header?.y).toBe((await tour.page.locator('#panel').boundingBox())?.y);
    const left = await scrolled();
    await tab('layers').press('Home');
    await isOpen('point');
    expect(await scrolled()).toBe(0);
    await tab('layers').click();
    await expect.poll(scrolled).toBeGreaterThan(left / 2);
    await tab('point').click();
    await isOpen('point');
  });

  it('explains a word under the mouse', async () => {
    // The word stands at the end of its cell.
    const head = example().locator('.point-table th', { hasText: 'logit' });
    const { width = 0, height = 0 } = (await head.boundingBox()) ?? {};
    const card = tour.panel.locator('.term-card', { hasText: 'A logit is a token’s score' });
    // The terms of a room are found a moment after it was opened, and a mouse that rests asks for none.
    await expect
      .poll(async () => {
        await tour.page.mouse.move(1, 1);
        await head.hover({ position: { x: width - 8, y: height / 2 } });
        return card.count();
      })
      .toBe(1);
    await tour.page.mouse.move(1, 1);
    await tour.panel.locator('.term-card').waitFor({ state: 'detached' });
  });

  it('has an empty place as high as an example while the next text is run, and is ready with the example', async () => {
    await tour.section('point').evaluate((section) => {
      const seen: Seen[] = [];
      Object.assign(window, { seen });
      new MutationObserver(() => {
        if (section.querySelector('.point-awaited'))
          seen.push({
            height: section.getBoundingClientRect().height,
            said: document.querySelector('.panel-head [role="status"]')?.textContent,
            lead: section.querySelector('h3')?.textContent,
          });
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await tour.inspect('The capital of Italy is');
    await example().locator('.point-table').waitFor();
    await tour.panel
      .locator('.panel-head [role="status"]', { hasText: 'Ready: 5 tokens' })
      .waitFor({ state: 'attached' });
    const seen = await tour.section('point').evaluate(() => (window as unknown as Record<'seen', Seen[]>).seen);
    const height = await tour.section('point').evaluate((section) => section.getBoundingClientRect().height);
    expect(seen.length).toBeGreaterThan(0);
    for (const awaited of seen) {
      expect(awaited.lead).toBeUndefined();
      expect(awaited.said).not.toContain('Ready');
      // A sentence of the example may have a line more or less.
      expect(Math.abs(awaited.height - height)).toBeLessThan(40);
    }
  });
});
