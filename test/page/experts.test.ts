import { describe, expect, it } from 'vitest';
import { expertName, type ExpertsView } from '../../src/shared/experts';
import { loadedFamily } from '../unit/support/families';
import { driven } from './support/driven';
import { faults } from './support/fit';
import { PanelPage } from './support/panelPage';

const text = 'The capital of France is';

/** A mixture on the page: its experts in the place of neurons. */
describe('experts', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.open({ fixture: 'olmoe', text })));
  const section = () => tour.section('experts');
  const rows = () => section().locator('table.experts tbody tr');
  const truth = async () => {
    const { engine } = await loadedFamily('olmoe');
    const position = (await engine.tokenise({ text })).tokens.length - 1;
    const view: ExpertsView = await engine.experts({ text, position });
    return { engine, position, view };
  };
  const printed = (values: readonly number[], digits: number) => values.map((value) => value.toFixed(digits));

  it('has those that ran in a layer, with the numbers of the engine and their sum', async () => {
    await (await tour.open('tokens')).locator('.chip[data-roving]').last().click();
    await tour.open('experts');
    const { engine, position, view } = await truth();
    const { push, feedForwardSize } = await engine.journey({ text, position });
    for (const { layer, parts } of view.layers) {
      await section().getByLabel('layer', { exact: true }).fill(String(layer));
      await section().locator(`[data-expert="e${layer}.${parts[0]?.expert}"]`).waitFor();
      const shown = await rows().evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['expert']));
      expect(shown).toEqual(parts.map(expertName));
      const cells = await rows().evaluateAll((all) =>
        all.map((row) => [...row.querySelectorAll('td, th')].map((cell) => cell.textContent?.replace('−', '-') ?? '')),
      );
      expect(cells.map((row) => row[1])).toEqual(
        printed(
          parts.map((part) => part.probability),
          3,
        ),
      );
      expect(cells.map((row) => row[4])).toEqual(
        printed(
          parts.map(({ size }) => size),
          2,
        ),
      );
      const said = (await section().locator('[data-fact="experts"]').textContent()) ?? '';
      const [, size = '', pushed = ''] = /adds ([\d.]+) .* by ([+−\d.]+)\.$/.exec(said) ?? [];
      expect(Number(size) / (feedForwardSize[layer] ?? NaN)).toBeCloseTo(1, 1);
      expect(Number(pushed.replace('−', '-'))).toBeCloseTo(push.feedForward[layer] ?? NaN, 2);
    }
    expect(await tour.panel.locator('[data-section="neurons"]').count()).toBe(0);
  });

  it('leaves one out', async () => {
    const { engine, position, view } = await truth();
    const [part] = view.layers.at(-1)?.parts ?? [];
    if (!part) throw new Error('No expert ran.');
    const name = expertName(part);
    await section()
      .getByRole('button', { name: `Run without ${name}` })
      .click();
    const parts = [{ kind: 'expert', layer: part.layer, expert: part.expert }] as const;
    const { divergence } = await engine.ablation({ text, position, ablated: { parts, by: 'zero' }, count: 10 });
    const said = section().locator('[data-fact="without"]');
    await expect.poll(() => said.textContent()).toContain(`Without expert ${name}`);
    expect(await said.textContent()).toContain(`${divergence.toFixed(2)} bits`);
    for (const width of [1000, 420]) {
      await tour.setPanelWidth(width);
      const found = await tour.panel.locator('html').evaluate(faults);
      expect(
        found.filter((fault) => fault.includes('experts:')),
        `${width} pixels`,
      ).toEqual([]);
      for (const theme of ['Dark Modern', 'Light Modern'] as const) {
        await tour.setTheme(theme);
        await section().scrollIntoViewIfNeeded();
        await tour.panelPicture(`experts-${width}-${theme}`);
      }
    }
  });
});
