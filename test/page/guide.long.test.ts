import type { Locator } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reference } from '../unit/support/reference';
import { PanelPage } from './support/panelPage';

const text = 'The capital of France is';
const run = reference.runs.find((one) => one.text === text);

/** The reading guide, step by step as its pages say, on the page without an editor. */
describe('the reading guide', () => {
  let tour: PanelPage;
  beforeAll(async () => {
    tour = await PanelPage.shared({ width: 1240, height: 1100 });
    return () => tour.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => tour.failed(task.name)));

  const section = (name: string) => tour.section(name);
  const pressChip = async (name: string) =>
    (await tour.open('tokens')).locator('[data-token-index]').filter({ hasText: name }).first().click();
  const axis = (name: string) => section('vectorscope').locator('.scope-axis text', { hasText: name });
  const toggle = async (name: string, label: string) =>
    (await tour.open(name)).getByRole('radio', { name: label, exact: true }).click();
  const finding = async (name: string) => (await tour.open(name)).locator('.finding').textContent();
  const cell = (layer: number, position: number) =>
    section('journey').locator(`.lens-row[data-layer="${layer}"] .lens-cell[data-position="${position}"]`);

  /**
   * Waits for a part of a section that is computed only in sight. Whatever is still drawn above pushes it out again, so
   * one scroll is not enough.
   */
  const says = async (name: string, part: Locator) => {
    await tour.open(name);
    await expect
      .poll(async () => {
        await section(name).scrollIntoViewIfNeeded();
        return part.count();
      })
      .toBeGreaterThan(0);
  };
  const journeySays = (part: Locator) => says('journey', part);

  it('1: the text is cut into tokens, and each has a size', async () => {
    expect(await finding('pipeline')).toBe(
      '24 characters become 5 vectors; the same matrix turns ids into vectors and vectors into logits',
    );
    await pressChip('·of');
    await (await tour.open('token')).locator('dd.name', { hasText: '·of' }).waitFor();
    expect(await section('token').locator('dl').first().textContent()).toContain('2.912');
    // The cosine of the two frequent words rises once the mean is off.
    const second = section('neighbours').locator('[data-metric="cosine"] [data-rank="2"]', { hasText: '·in' });
    await second.filter({ hasText: '0.580' }).waitFor();
    await toggle('neighbours', 'centred');
    await second.filter({ hasText: '0.825' }).waitFor();
    await toggle('neighbours', 'raw');
    await second.filter({ hasText: '0.580' }).waitFor();
  });

  it('2: the lists of Paris part ways, and the picture shows why', async () => {
    await tour.panel.locator('#find-token input, #find-token').first().click();
    await tour.page.keyboard.type(' Paris');
    await tour.panel
      .locator('[role="option"]')
      .filter({ hasText: /^·Paris/ })
      .first()
      .click();
    await section('neighbours').locator('[data-metric="dot"] [data-rank="1"]', { hasText: '<filename>' }).waitFor();
    const names = async (metric: string) =>
      section('neighbours').locator(`[data-metric="${metric}"] tbody bdi`).allTextContents();
    expect((await names('euclidean')).slice(0, 5)).toEqual(['·Paris', 'Paris', '·London', '·France', '·Berlin']);
    expect((await names('dot')).slice(0, 3)).toEqual(['<filename>', '·noqa', '·authent']);
    expect(await finding('token')).toContain('24th');
    await section('vectorscope').scrollIntoViewIfNeeded();
    await axis('·Paris').waitFor();
    expect(await finding('vectorscope')).toBe(
      'The tokens nearest by distance are 36–60° from the axis, of size 2.1–2.6. Those nearest by dot product are 63–70° from the axis, of size 5.1–7.0',
    );
    for (const metric of ['distance', 'cosine', 'dot product']) await toggle('vectorscope', metric);
    await section('vectorscope').getByRole('button', { name: 'sizes', exact: true }).click();
    expect(await section('vectorscope').locator('.scope-says').textContent()).toContain('pick the same nine tokens');
    await section('vectorscope').getByRole('button', { name: 'sizes', exact: true }).click();
    await toggle('vectorscope', 'centred');
  });

  it('3: h is the axis, and Paris stands above the cloud', async () => {
    await pressChip('·is');
    const first = (await tour.open('next-token')).locator('.prediction-table [data-rank="1"]');
    await expect.poll(() => first.locator('bdi').textContent()).toBe('·Paris');
    expect(await first.locator('.logit').first().textContent()).toContain('17.37');
    for (const name of ['entropy', 'surprisal', 'size']) {
      await toggle('tokens', name);
      await section('tokens').getByRole('radio', { name, exact: true, checked: true }).waitFor();
    }
    await (await tour.open('vectorscope')).scrollIntoViewIfNeeded();
    await toggle('vectorscope', 'raw');
    await toggle('vectorscope', 'residual, h');
    await axis('tip at 43.79').waitFor();
    expect(await finding('vectorscope')).toContain('·Paris is highest, 2.48 above ·the');
  });

  it('4: the vector turns to Paris at the very end; the lens is drawn whole, its last row as the reference has it', async () => {
    await pressChip('·is');
    await journeySays(cell(0, 0).locator('bdi'));
    await journeySays(cell(30, 4).locator('bdi'));
    expect(await finding('journey')).toContain('It turns there after layer 21, from 96.0°');
    await section('journey')
      .locator('[data-fact="lens"]', { hasText: 'comes first only after the last layer.' })
      .waitFor();
    expect(await section('journey').locator('[data-fact="total"]').textContent()).toContain('17.37');
    const shown = await section('journey')
      .locator('.lens-cell')
      .evaluateAll((all) =>
        all.map((one) => ({
          layer: Number(one.closest('[data-layer]')?.getAttribute('data-layer')),
          position: Number(one.getAttribute('data-position')),
          id: Number(one.getAttribute('data-id')),
          probability: Number(one.getAttribute('data-value')),
        })),
      );
    expect(shown).toHaveLength(31 * 5);
    for (const { layer, position, id, probability } of shown.filter((one) => one.layer === 30)) {
      const [first] = run?.['top 3 [position]'][position] ?? [];
      expect([id, layer]).toEqual([first?.[0], 30]);
      expect(probability).toBeCloseTo(first?.[2] ?? NaN, 4);
    }
    // What is in another room is asked for once one comes back to it.
    await pressChip('The');
    await journeySays(section('journey').locator('[data-fact="sink"]', { hasText: 'An attention sink' }));
    await pressChip('·is');
    await journeySays(section('journey').locator('[data-fact="total"]', { hasText: '17.37' }));
    expect(await cell(0, 3).locator('bdi').textContent()).toContain('<file');
    await section('journey').getByRole('button', { name: 'minus the mean push' }).click();
    await cell(15, 3).click();
    await section('journey').locator('[data-fact="cell"][data-layer="15"] li').nth(4).waitFor();
    await section('journey').getByRole('button', { name: 'Show in the vectorscope' }).click();
    await axis('after layer 14, position 4').waitFor();
    await (
      await tour.open('next-token')
    )
      .getByRole('button', { name: /^space the$/ })
      .first()
      .click();
    await journeySays(section('journey').locator('[data-fact="total"]', { hasText: '·the' }));
    expect(await finding('position')).toContain('After 4 steps');
  });

  it('5: one head looks at France, pushes Paris, and is left out', async () => {
    await pressChip('·is');
    const attention = await tour.open('attention');
    const head = attention.locator('[data-layer="23"] .head-cell').nth(4);
    await says('attention', head.filter({ hasText: '2.82' }));
    await head.click();
    await attention.locator('.head-sentence', { hasText: '·France (0.90) and turns the vector 4.2°' }).waitFor();
    await attention.getByRole('button', { name: 'Colour the text by these weights' }).click();
    await (
      await tour.open('tokens')
    )
      .locator('.finding', { hasText: 'The open head looks most at ·France (0.90)' })
      .waitFor();
    const london = (await tour.open('next-token')).locator('.prediction-table tr', { hasText: '·London' });
    await london.hover();
    await london.getByRole('button', { name: /^vs/ }).click();
    await section('next-token').locator('.difference', { hasText: '4.13' }).waitFor();
    await says('attention', head);
    await head.filter({ hasText: '2.66' }).waitFor();
    await attention.getByRole('button', { name: 'Run without this head' }).click();
    const paris = attention.locator('.before-after tr', { hasText: '·Paris' });
    await paris.filter({ hasText: '0.141' }).waitFor();
    await toggle('attention', 'its mean over the text');
    await paris.filter({ hasText: '0.538' }).waitFor();
    await attention.getByRole('button', { name: 'End the second run' }).click();
    await paris.waitFor({ state: 'detached' });
    await toggle('tokens', 'size');
    const next = await tour.open('next-token');
    await next.getByRole('button', { name: 'End the comparison', exact: true }).click();
    await next.locator('.difference').waitFor({ state: 'detached' });
  });

  it('6: experiments run on the loaded model, and say what they found', async () => {
    const lab = await tour.open('lab');
    const row = (name: string) => lab.locator(`[data-experiment="${name}"]`);
    await lab.scrollIntoViewIfNeeded();
    await row('softmax-shift').getByRole('button', { name: /^Run/ }).click();
    await row('softmax-shift').locator('.lab-outcome[data-estimate="false"]').waitFor();
    expect(await row('softmax-shift').locator('.lab-result').textContent()).toContain('probabilities stay the same');
    await row('length').getByRole('button', { name: /^Run/ }).click();
    await row('length').locator('.lab-outcome[data-estimate="false"]').waitFor();
    await row('round-trip').locator('.lab-opener').click();
    await row('round-trip').getByRole('radio', { name: 'whole vocabulary' }).click();
    await row('round-trip').getByRole('button', { name: 'Run', exact: true }).click();
    await row('round-trip').locator('[role="progressbar"]').waitFor();
    await row('round-trip').locator('.lab-outcome[data-estimate="true"]').waitFor();
    await row('round-trip').getByRole('button', { name: 'Stop' }).click();
    await row('round-trip').locator('[role="progressbar"]').waitFor({ state: 'detached' });
    expect(await row('round-trip').textContent()).toContain('Stopped');
    // From the closed row of another one, which stops it.
    await row('round-trip').getByRole('button', { name: 'Run again' }).click();
    await row('round-trip')
      .getByText(/About .* left\./)
      .waitFor();
    await row('tied').getByRole('button', { name: /^Run/ }).click();
    await row('tied').locator('.lab-outcome[data-estimate="false"]').waitFor();
    expect(await row('round-trip').locator('.lab-result').textContent()).toContain('stopped at');
  });

  it('14: a sum of tokens is compared, steers the run, and is taken out of it', async () => {
    await pressChip('·is');
    const make = async (expression: string) => {
      await tour.panel.locator('#find-token').click();
      await tour.page.keyboard.type(expression);
      await tour.page.keyboard.press('Enter');
    };
    await make('king - man + woman');
    await section('vector').locator('[data-fact="vector-size"]', { hasText: '3.269' }).waitFor();
    const rank = (token: string, at: number) =>
      section('vector').locator(`[data-metric="cosine"] [data-rank="${at}"]`, { hasText: token });
    await rank('·queen', 1).waitFor();
    await rank('·king', 2).waitFor();
    await toggle('vector', 'centred');
    await rank('·queen', 2).waitFor();
    await section('vector').getByRole('button', { name: 'leave out the operands' }).click();
    await rank('·queen', 1).waitFor();
    await section('vector').getByRole('button', { name: 'leave out the operands' }).click();
    await toggle('vector', 'raw');

    await make('Rome - Paris');
    const steer = await tour.open('steer');
    await steer.getByRole('button', { name: 'Run with Rome - Paris' }).click();
    const row = (token: string) => steer.locator('.before-after tr', { hasText: token });
    await row('·Rome').filter({ hasText: '0.992' }).filter({ hasText: '22.82' }).waitFor();
    await toggle('steer', 'after one');
    await steer.getByRole('spinbutton', { name: 'strength' }).fill('64');
    await tour.page.keyboard.press('Enter');
    await steer.getByRole('slider', { name: 'layer' }).fill('24');
    await steer.getByText('after layer 23', { exact: true }).waitFor();
    await row('·Rome').filter({ hasText: '0.969' }).filter({ hasText: '12.17' }).waitFor();

    await section('vector').getByRole('textbox', { name: 'The vector as a sum of tokens' }).fill('Paris');
    await tour.page.keyboard.press('Enter');
    await steer.getByRole('button', { name: 'Run with Paris' }).waitFor();
    await toggle('steer', 'take out of the residual');
    await steer.getByRole('slider', { name: 'layer' }).fill('28');
    await row('·Paris').filter({ hasText: '0.331' }).waitFor();
    await steer.getByRole('button', { name: 'End the second run' }).click();
    await row('·Paris').waitFor({ state: 'detached' });
  });

  it('15: a patch finds the layer in which the difference passes to the last position', async () => {
    await pressChip('·is');
    const texts = await tour.open('texts');
    await texts.getByRole('button', { name: 'Try “The capital of Italy is”' }).click();
    const patch = await tour.open('patch');
    const fill = patch.getByRole('button', { name: 'Fill the grid' });
    const share = (row: number, position: number) =>
      patch.locator(`.lens-row[data-layer="${row}"] .patch-cell[data-position="${position}"]`);
    await fill.click();
    await patch.locator('.finding', { hasText: 'From layer 23 on, the last position, ·is, carries it' }).waitFor();
    await share(24, 3).filter({ hasText: '−0.03' }).waitFor();
    await share(24, 4).filter({ hasText: '1.00' }).waitFor();
    await share(18, 3).click();
    await patch.locator('.before-after tr', { hasText: '·Paris' }).filter({ hasText: '0.784' }).waitFor();
    await patch.getByRole('button', { name: 'Close' }).click();
    await toggle('patch', 'heads');
    await patch.getByRole('spinbutton', { name: 'of layer' }).fill('23');
    await tour.page.keyboard.press('Enter');
    await fill.click();
    await share(4, 4).filter({ hasText: '0.93' }).waitFor();
    await expect.poll(() => finding('patch')).toContain('The most comes back with head 23.4');
  });
});
