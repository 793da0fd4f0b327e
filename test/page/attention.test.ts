import { describe, expect, it } from 'vitest';
import type { HeadGrid, HeadView } from '../../src/shared/attention';
import { defaultEngine } from '../unit/support/engine';
import { reference } from '../unit/support/reference';
import { driven } from './support/driven';
import { PanelPage } from './support/panelPage';

const text = 'The capital of France is';
const position = 4;
/** Both count from 0. */
const [layer, head] = [23, 4];
const run = reference.runs.find((one) => one.text === text);
const top = run?.['top 20, last position'] ?? [];
const [paris, , london] = top;
const attentionSize = run?.['attention output norm [layer][position]'][layer]?.[position] ?? NaN;

/** Heads, two tokens against each other, and a part left out, on the page without an editor. */
describe('attention', () => {
  let tour: PanelPage;
  let grid: HeadGrid;
  let view: HeadView;
  driven(async () => {
    const engine = await defaultEngine();
    grid = await engine.headGrid({ text, position });
    view = await engine.headView({ text, position, layer, head, count: 8 });
    tour = await PanelPage.shared({ width: 2060, height: 1100 });
    return tour;
  });

  const section = () => tour.section('attention');
  const cells = () => section().locator('.head-cell');
  const values = (selector: string) =>
    section()
      .locator(selector)
      .evaluateAll((all) => all.map((one) => Number(one.getAttribute('data-value'))));
  const fact = async (name: string) =>
    Number(await section().locator(`.open-head [data-fact="${name}"]`).getAttribute('data-value'));

  it('is a grid of all heads, each with the number that the engine has', async () => {
    await tour.open('attention');
    // What is still drawn above the heads pushes them out of sight again.
    const journey = tour.section('journey');
    await journey.locator('.lens-row[data-layer="30"] [data-position="4"] bdi').waitFor();
    await expect
      .poll(async () => {
        await journey.locator('.leaders').scrollIntoViewIfNeeded();
        return journey.locator('.leader-name').count();
      })
      .toBeGreaterThan(0);
    await section().locator('.finding').click();
    await expect
      .poll(async () => {
        await section().scrollIntoViewIfNeeded();
        return cells().count();
      })
      .toBeGreaterThan(0);
    const pushes = await values('.head-cell');
    const expected = grid.heads.flat().map(({ push }) => push);
    expect(pushes).toHaveLength(30 * 9);
    pushes.forEach((push, index) => expect(push).toBeCloseTo(expected[index] ?? NaN, 6));
    await section().getByRole('radio', { name: 'entropy', exact: true }).click();
    const entropies = await values('.head-cell');
    grid.heads.flat().forEach(({ entropy }, index) => expect(entropies[index]).toBeCloseTo(entropy, 6));
    await section().getByRole('radio', { name: 'push', exact: true }).click();
  });

  it('opens a head by the keyboard, and tells of it as the engine and the reference do', async () => {
    await section()
      .locator(`[data-layer="${layer}"] .head-cell`)
      .nth(head - 1)
      .focus();
    await tour.page.keyboard.press('ArrowRight');
    await tour.page.keyboard.press('Enter');
    const sentence = section().locator('.head-sentence');
    await sentence.waitFor();
    expect(await sentence.textContent()).toBe(
      'Head 23.4 adds a vector of size 89.88; attention as a whole adds one of size 99.99. It looks at ·France (0.90) and turns the vector 4.2° towards ·Paris.',
    );
    expect(view.attentionSize).toBeCloseTo(attentionSize, 2);
    expect(await fact('size')).toBeCloseTo(view.size, 6);
    expect(await fact('push')).toBeCloseTo(view.push, 6);
    expect(await fact('angle')).toBeCloseTo(view.angle, 6);
    const weights = await values('.weights .chip-value');
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6);
    weights.forEach((weight, index) => expect(weight).toBeCloseTo(view.weights[index] ?? NaN, 6));
    await section().locator('[data-fold="behind head"] > summary').click();
    await expect.poll(() => values('.sources .push')).toHaveLength(5);
    await section().locator('[data-fold="pattern"] > summary').click();
    await section().locator('.pattern').scrollIntoViewIfNeeded();
    await section().locator('.pattern-picture canvas').waitFor();
    await section().locator('.canvas-cell').focus();
    for (let column = 0; column < 3; column++) await tour.page.keyboard.press('ArrowRight');
    const reading = section().locator('#pattern-reading', { hasText: '·is (5) looks at ·France (4): 0.90.' });
    await reading.waitFor();
  });

  it('says why the head looks there, with the keys that the engine has', async () => {
    const scores = await (await defaultEngine()).headScores({ text, position, layer, head });
    expect(await section().locator('[data-fact="why-there"]').textContent()).toBe(
      'Head 23.4 looks at ·France (0.90). By distance and by angle it would look at The. Its score is 2.60 above that of The: +4.50 by size and −1.91 by angle.',
    );
    const keys = await section()
      .locator('.keys tbody tr')
      .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-position'))));
    expect(keys).toEqual([3, 0, 1, 4, 2]);
    const drawn = await values('[data-picture="why-there"] .point-value');
    expect(new Set(drawn)).toEqual(new Set([scores.score[0], scores.score[3]]));
    await section().getByRole('button', { name: 'without position' }).click();
    await section().locator('.keys th', { hasText: 'without position' }).waitFor();
    await section().locator('.keys [data-position="0"] button').click();
    await section().locator('[data-picture="score-curve"]').waitFor();
    await section().locator('.note', { hasText: 'The stands 4 tokens back: +2.28.' }).waitFor();
  });

  it('lists neurons, and opens one that the text is coloured by', async () => {
    const engine = await defaultEngine();
    const neurons = tour.section('neurons');
    await neurons.locator('.finding').click();
    await expect
      .poll(async () => {
        await neurons.scrollIntoViewIfNeeded();
        return neurons.locator('tr[data-neuron]').count();
      })
      .toBe(20);
    const named = await neurons
      .locator('tr[data-neuron]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-neuron')));
    const expected = await engine.neurons({ text, position, count: 20 });
    expect(named).toEqual(expected.neurons.map(({ layer: of, index }) => `${of}.${index}`));
    await neurons.locator('[data-neuron="24.1005"] button').click();
    await neurons.locator('[data-fact="neuron"]').waitFor();
    const { fired } = await engine.neuronView({ text, position, layer: 24, index: 1005, count: 8 });
    const shown = await neurons
      .locator('.chip-value')
      .evaluateAll((all) => all.map((one) => Number(one.getAttribute('data-value'))));
    shown.forEach((value, at) => expect(value).toBeCloseTo(fired[at] ?? NaN, 4));
    await neurons.getByRole('button', { name: 'Run without this neuron' }).click();
    await neurons.locator('[data-fact="without"]', { hasText: 'neuron n24.1005' }).waitFor();
    await neurons.getByRole('button', { name: 'Colour the text by it' }).click();
    const legend = tour.section('tokens').locator('.finding');
    await tour.open('tokens');
    await legend.filter({ hasText: 'The open neuron fires most at ·is (−19.21)' }).waitFor();
  });

  it('sets a second token against the first, and says why one is likelier', async () => {
    const row = (await tour.open('next-token')).locator(`.prediction-table tr[data-id="${london?.id}"]`);
    await row.locator('.token-button').focus();
    await tour.page.keyboard.press('Alt+Enter');
    const difference = tour.section('next-token').locator('.difference');
    await difference.waitFor();
    const real = (paris?.logit ?? NaN) - (london?.logit ?? NaN);
    const told = async (name: string) =>
      Number(await difference.locator(`td[data-fact="${name}"]`).getAttribute('data-value'));
    expect(await told('difference')).toBeCloseTo(real, 3);
    expect((await told('angle')) + (await told('size'))).toBeCloseTo(real, 3);
    await tour.open('attention');
    await tour.panel.locator('[data-notice="compared"]', { hasText: '·Paris against ·London' }).waitFor();
    await section().scrollIntoViewIfNeeded();
    await section().locator('#heads-title', { hasText: '·London' }).waitFor();
    const total = tour.section('journey').locator('[data-fact="total"]');
    await tour.section('journey').scrollIntoViewIfNeeded();
    await total.filter({ hasText: 'the logit of ·Paris minus the logit of ·London' }).waitFor();
  });

  it('leaves the head out, with the push beside what really changed', async () => {
    await section().getByRole('button', { name: 'Run without this head' }).click();
    const without = section().locator('.without');
    await without.locator('[data-fact="promised"]').waitFor();
    const engine = await defaultEngine();
    const { divergence, tokens } = await engine.ablation({
      text,
      position,
      ablated: { parts: [{ kind: 'head', layer, head }], by: 'zero' },
      count: 10,
    });
    expect(await without.locator('[data-fact="without"]').textContent()).toContain(`${divergence.toFixed(2)} bits`);
    const changes = await values('.without .change');
    tokens.forEach(({ logits: [before, after] }, index) => expect(changes[index]).toBeCloseTo(after - before, 3));
    await tour.panel.locator('[data-notice="part-left-out"]', { hasText: 'head 23.4' }).waitFor();
    // A heading over several columns stands over their middle.
    const off = await without.locator('thead th[colspan]').evaluateAll((heads) =>
      heads.map((head) => {
        const words = document.createRange();
        words.selectNodeContents(head);
        const [text, box] = [words.getBoundingClientRect(), head.getBoundingClientRect()];
        return Math.abs((text.left + text.right) / 2 - (box.left + box.right) / 2);
      }),
    );
    expect(off).toHaveLength(2);
    for (const distance of off) expect(distance).toBeLessThan(8);
  });

  it('ends both with one click each', async () => {
    const end = (notice: string) => tour.panel.locator(`[data-notice="${notice}"] .button`).click();
    await end('part-left-out');
    await section().locator('.without').waitFor({ state: 'detached' });
    await end('compared');
    await section().getByText('The pushes here are on').waitFor({ state: 'detached' });
  });

  it('gives the focus of a closed head to its cell, from which arrows go on', async () => {
    await section().getByRole('button', { name: 'Close the head' }).press('Enter');
    await section().locator('.open-head').waitFor({ state: 'detached' });
    const row = section().locator(`.heads-row[data-layer="${layer}"]`);
    const isFocused = async (at: number) =>
      row
        .locator('.head-cell')
        .nth(at)
        .evaluate((cell) => cell === document.activeElement);
    expect(await isFocused(head)).toBe(true);
    await tour.page.keyboard.press('ArrowRight');
    expect(await isFocused(head + 1)).toBe(true);
  });

  it('compares any token of the panel with Alt and a click, and with the same keys no more', async () => {
    await tour.open('next-token');
    await tour.unfold('nearest');
    const nearest = tour.section('next-token').locator('.nearest table').last().locator('.token-button').nth(3);
    const compared = tour.section('next-token').locator('.compare-line .strong');
    await nearest.click({ modifiers: ['Alt'] });
    await compared.filter({ hasText: '·Paris against ·Mon' }).waitFor();
    await nearest.focus();
    await tour.page.keyboard.press('Alt+Enter');
    await compared.waitFor({ state: 'detached' });
  });

  it('gives the focus of the button that ends a comparison to the heading of the section', async () => {
    const next = tour.section('next-token');
    await next.locator('.nearest table').last().locator('.token-button').nth(3).press('Alt+Enter');
    const end = next.getByRole('button', { name: 'End the comparison', exact: true });
    await end.press('Enter');
    await end.waitFor({ state: 'detached' });
    expect(await next.locator('h2').evaluate((heading) => heading === document.activeElement)).toBe(true);
  });
});
