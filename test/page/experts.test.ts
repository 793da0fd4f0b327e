import { describe, expect, it } from 'vitest';
import { expertName } from '../../src/shared/experts';
import { signed } from '../../src/shared/format';
import { loadedFamily } from '../unit/support/families';
import { driven } from './support/driven';
import { faults } from './support/fit';
import { PanelPage } from './support/panelPage';

const text = 'The capital of France is';

/** A mixture on the page: its experts in the place of neurons. */
describe('experts', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.open({ fixture: 'gpt-oss', text })));
  const section = () => tour.section('experts');
  const position = 4;
  const truth = async () => {
    const { engine } = await loadedFamily('gpt-oss');
    return { engine, ...(await engine.experts({ text, position })) };
  };

  it('has those that ran in a layer, with the numbers of the engine and their sum', async () => {
    await (await tour.open('tokens')).locator('.chip[data-roving]').last().click();
    await tour.open('experts');
    const { engine, layers } = await truth();
    const { push, feedForwardSize } = await engine.journey({ text, position });
    for (const { layer, parts } of layers) {
      await section().getByLabel('layer', { exact: true }).fill(String(layer));
      for (const part of parts) {
        const row = section().locator(`[data-expert="${expertName(part)}"]`);
        const [name, probability, , , size, , pushed] = await row.locator('td, th').allTextContents();
        expect([name, probability, size]).toEqual([
          expertName(part),
          part.probability.toFixed(3),
          part.size.toFixed(2),
        ]);
        expect(pushed).toBe(signed(part.push));
      }
      expect(await section().locator('table.experts tbody tr').count()).toBe(parts.length);
      const said = (await section().locator('[data-fact="experts"]').textContent()) ?? '';
      expect(said).toContain(`by ${signed(push.feedForward[layer])}.`);
      expect(Number(/adds ([\d.]+)/.exec(said)?.[1]) / (feedForwardSize[layer] ?? NaN)).toBeCloseTo(1, 2);
    }
    await tour.section('journey').getByText('experts', { exact: true }).first().waitFor();
    expect(await tour.section('neurons').count()).toBe(0);
  });

  it('has the sink of a head among its keys, which nobody can choose', async () => {
    const attention = await tour.open('attention');
    await attention.locator('[data-layer="1"] .head-cell').nth(2).click();
    const { engine } = await truth();
    const { weights } = await engine.headScores({ text, position, layer: 1, head: 2 });
    const row = attention.locator('.keys [data-position="sink"]');
    const rest = 1 - weights.reduce((sum, weight) => sum + weight, 0);
    await expect.poll(() => row.textContent()).toContain(rest.toFixed(3));
    expect(await row.locator('button').count()).toBe(0);
  });

  it('leaves one out', async () => {
    const { engine, layers } = await truth();
    const part = { kind: 'expert', layer: 2, expert: layers[2]?.parts[0]?.expert ?? -1 } as const;
    await section().getByLabel('layer', { exact: true }).fill('2');
    await section()
      .getByRole('button', { name: `Run without ${expertName(part)}` })
      .click();
    const { divergence } = await engine.ablation({ text, position, ablated: { parts: [part], by: 'zero' }, count: 10 });
    const said = section().locator('[data-fact="without"]');
    await expect.poll(() => said.textContent()).toContain(`Without expert ${expertName(part)}`);
    expect(await said.textContent()).toContain(`${divergence.toFixed(2)} bits`);
    await tour.setPanelWidth(420);
    const found = await tour.panel.locator('html').evaluate(faults);
    expect(found.filter((fault) => fault.includes('experts:'))).toEqual([]);
  });

  it('has the neurons that run at every position in a row of their own', async () => {
    await tour.useFixture('gemma4-experts');
    await tour.open('experts');
    const { engine } = await loadedFamily('gemma4-experts');
    const { layers } = await engine.experts({ text, position });
    await section().getByLabel('layer', { exact: true }).fill('2');
    const row = section().locator('[data-expert="dense"]');
    await row.waitFor();
    const [name, , , , size, , pushed] = await row.locator('td, th').allTextContents();
    const { dense } = layers[2] ?? {};
    expect([name, size, pushed]).toEqual(['e2.dense', dense?.size.toFixed(2), signed(dense?.push ?? NaN)]);
    expect(await row.locator('button').count()).toBe(0);
    await tour.setPanelWidth(360);
    const found = await tour.panel.locator('html').evaluate(faults);
    expect(found.filter((fault) => fault.includes('experts:'))).toEqual([]);
  });
});
