import { describe, expect, it } from 'vitest';
import { encodings } from '../../src/shared/encodings';
import { defaultEngine } from '../unit/support/engine';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';

/** What a person does in the sections: keys, searches, switches, copies. In the order in which a person goes on. */
describe('the sections', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.shared()));

  const chip = (index: number) => tour.section('tokens').locator(`[data-token-index="${index}"]`);
  const chosenIs = async (shown: string) =>
    (await tour.open('token')).locator('dd.name').getByText(shown, { exact: true }).waitFor();
  const clipboard = () => tour.page.evaluate(() => navigator.clipboard.readText());
  const nextToken = () => tour.section('next-token');

  it('list the chosen token first among its own neighbours by distance and by angle', async () => {
    await tour.open('tokens');
    const id = await chip(3).getAttribute('data-id');
    await chip(3).click();
    await chosenIs('·France');
    for (const [metric, value] of [
      ['euclidean', 0],
      ['cosine', 1],
    ] as const) {
      const first = tour.section('neighbours').locator(`[data-metric="${metric}"] [data-rank="1"][data-id="${id}"]`);
      await first.waitFor();
      expect(Number(await first.locator('.value').getAttribute('data-value'))).toBeCloseTo(value, 9);
    }
  });

  it('are used with keys alone: arrows move among the tokens, Enter chooses', async () => {
    await tour.open('tokens');
    await chip(3).press('ArrowLeft');
    await chip(2).press('ArrowLeft');
    await chip(1).press('Enter');
    await chosenIs('·capital');
  });

  it('find any token of the vocabulary, and leave it with Escape', async () => {
    await tour.panel.locator('#find-token').click();
    await tour.page.keyboard.type(' Berlin');
    await tour.panel
      .getByRole('option', { name: /Berlin/ })
      .first()
      .click();
    await chosenIs('·Berlin');
    await tour.section('neighbours').locator('.token-button').first().press('Escape');
    await chosenIs('·capital');
    expect(await (await tour.open('tokens')).locator('[data-token-index]').count()).toBe(5);
  });

  it('leave Enter and Escape to an input method while it composes a character', async () => {
    const field = tour.panel.locator('#find-token');
    await field.click();
    await tour.page.keyboard.type(' Berlin');
    await tour.panel
      .getByRole('option', { name: /Berlin/ })
      .first()
      .waitFor();
    const press = (key: string, isComposing: boolean) =>
      field.evaluate(
        async (input, init) => {
          input.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true }));
          for (let drawn = 0; drawn < 2; drawn++) await new Promise(requestAnimationFrame);
          return (input as HTMLInputElement).value;
        },
        { key, isComposing },
      );
    expect(await press('Enter', true)).toBe(' Berlin');
    expect(await press('Escape', true)).toBe(' Berlin');
    expect(await press('Escape', false)).toBe('');
  });

  it('take the vocabulary’s mean off when they are asked to', async () => {
    const first = (await tour.open('neighbours')).locator('[data-metric="dot"] [data-rank="1"] .value');
    const raw = await first.getAttribute('data-value');
    await tour.section('neighbours').getByRole('radio', { name: 'centred' }).click();
    await expect.poll(() => first.getAttribute('data-value')).not.toBe(raw);
    await tour.section('neighbours').getByRole('radio', { name: 'raw' }).click();
    await expect.poll(() => first.getAttribute('data-value')).toBe(raw);
  });

  it('count the text by other tokenizers as the engine does, and set one cut beside the model’s', async () => {
    const section = await tour.open('tokenizers');
    const engine = await defaultEngine();
    const text = 'The capital of France is';
    const others = encodings.map((encoding) => ({ encoding }));
    const cuts = await engine.cuts({ text, others });
    const counts = section.locator('table').first().locator('tbody td.strong');
    await expect
      .poll(() => counts.evaluateAll((cells) => cells.map(({ dataset }) => Number(dataset.value))))
      .toEqual([cuts.own, ...cuts.others].map(({ count }) => count));
    await section.getByRole('button', { name: 'r50k_base' }).click();
    const beside = section.locator('.two-cuts li:not([aria-hidden])');
    await beside.first().waitFor();
    const { partings = [], count } = cuts.others[2] ?? {};
    expect(await beside.locator('.both-cut:last-child .token-text').count()).toBe(count);
    expect(await section.locator('.two-cuts .parted').count()).toBe(partings.length);
  });

  it('copy their numbers as a table, and as Markdown by keys', async () => {
    await tour.open('next-token');
    // Two frames after the copy the menu is closed, and the mouse is no longer on anything of it.
    const said = nextToken()
      .locator('.section-controls .copy')
      .evaluate(
        (copy) =>
          new Promise<string>((resolve) => {
            new MutationObserver((_, observer) => {
              if (!copy.textContent.includes('Copied')) return;
              observer.disconnect();
              requestAnimationFrame(() => requestAnimationFrame(() => resolve(copy.textContent)));
            }).observe(copy, { childList: true, subtree: true, characterData: true });
          }),
      );
    await nextToken().getByRole('button', { name: 'Copy: Likeliest next tokens' }).click();
    await nextToken().getByRole('menuitem', { name: 'Copy table' }).click();
    // The button, and what a screen reader says.
    expect(await said).toBe('CopiedCopied.');
    await expect.poll(clipboard).toMatch(/\tprobability\t[^]*\t·of\t/);
    const button = nextToken().getByRole('button', { name: /^(Copy|Copied): Likeliest next tokens$/ });
    await button.press('ArrowDown');
    await nextToken().getByRole('menuitem', { name: 'Copy table' }).press('ArrowDown');
    await nextToken().getByRole('menuitem', { name: 'Copy as Markdown' }).press('Enter');
    await expect.poll(clipboard).toMatch(/\| ·of \|/);
  });

  it('sort a table by its heads, by keys too, and copy the order that is shown', async () => {
    const behind = (await tour.open('token')).locator('.behind').first();
    await behind.locator('summary').click();
    const sizes = () =>
      behind
        .locator('table')
        .first()
        .locator('tbody tr td:nth-child(2)')
        .evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-value'))));
    await behind.locator('tbody tr').first().waitFor();
    const ascending = await sizes();
    const head = behind.getByRole('columnheader', { name: 'size', exact: true });
    const name = head.getByRole('button');
    await name.press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    await name.press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    expect(await sizes()).toEqual(ascending.toReversed());
    await behind.getByRole('button', { name: 'Copy as a table: Sizes of the vocabulary' }).click();
    const copied = async () => (await clipboard()).split('\n').slice(1, ascending.length + 1);
    await expect
      .poll(async () => (await copied()).map((row) => Number(row.split('\t')[2])))
      .toEqual(ascending.toReversed());
    // Another room and back.
    await tour.open('next-token');
    await tour.open('token');
    expect(await sizes()).toEqual(ascending.toReversed());
    await name.click();
    expect(await head.getAttribute('aria-sort')).toBe('none');
    expect(await sizes()).toEqual(ascending);
  });

  it('keep names clear of what stands beside them, and give long ones the room that a wide panel has', async () => {
    await tour.open('lab');
    for (const width of [700, 1400]) {
      await tour.setPanelWidth(width);
      const gaps = await tour
        .section('lab')
        .locator('.lab-opener')
        .evaluateAll((all) =>
          all.map((opener) => {
            const name = document.createRange();
            name.selectNodeContents(opener.querySelector('.lab-name') as Element);
            const question = opener.querySelector('.lab-question')?.getBoundingClientRect().left ?? NaN;
            return question - name.getBoundingClientRect().right;
          }),
        );
      expect(Math.min(...gaps), `at ${width} pixels`).toBeGreaterThanOrEqual(8);
    }
    await tour.open('next-token');
    await tour.unfold('nearest');
    expect(
      await nextToken()
        .locator('.nearest')
        .evaluate(({ clientWidth }) => clientWidth),
    ).toBeGreaterThan(330);
  });
});
