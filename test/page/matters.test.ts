import { describe, expect, it } from 'vitest';
import { loadedFamily } from '../unit/support/families';
import { colourRules, violations } from './support/axe';
import { driven } from './support/driven';
import { faults } from './support/fit';
import { PanelPage } from './support/panelPage';

const text = 'The capital of France is not Rome.\nThe capital of Italy is';

describe('what mattered, on the page', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.open({ fixture: 'qwen2', text })));
  const section = () => tour.section('matters');
  const rows = () => section().locator('tbody tr');
  const leaveOut = async (grain: string) => {
    await section().getByRole('radio', { name: grain, exact: true }).click();
    await section().getByRole('button', { name: 'Leave each out' }).click();
    await section().getByRole('button', { name: 'Leave each out' }).waitFor({ state: 'detached' });
    await section().getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
  };
  /** By part: what it changes, bits. */
  const changes = () =>
    rows().evaluateAll((all) =>
      all
        .map((row) => [
          Number((row as HTMLElement).dataset['part']),
          Number(row.querySelector<HTMLElement>('.strong')?.dataset['value']),
        ])
        .sort(([a = 0], [b = 0]) => a - b)
        .map(([, change]) => change),
    );
  /** What the engine says of the last position without each token, and without the first and the third. */
  const truth = async () => {
    const { engine } = await loadedFamily('qwen2');
    const { tokens } = await engine.tokenise({ text });
    const position = tokens.length - 1;
    const asked = [...tokens.map(({ index }) => [index]), [0, 2]];
    const { answer, parts } = await engine.matters({ text, position, parts: asked });
    return { answer, changes: parts.slice(0, -1).map(({ change }) => change), together: parts.at(-1)?.change ?? NaN };
  };

  it('shows the numbers that the engine has, and those of several parts at once', async () => {
    await (await tour.open('tokens')).locator('.chip[data-roving]').last().click();
    await tour.open('matters');
    await leaveOut('token');
    const known = await truth();
    const shown = await changes();
    expect(shown).toHaveLength(known.changes.length);
    // Parts that are read together depend on the time, and the order of their sums with them.
    for (const [at, change] of known.changes.entries()) expect(shown[at]).toBeCloseTo(change, 12);
    // The parts are one tab stop, and a key ticks one.
    await section().getByRole('button', { name: '#' }).click();
    await section().locator('.tick').first().focus();
    await tour.page.keyboard.press('Enter');
    await tour.page.keyboard.press('ArrowDown');
    await tour.page.keyboard.press('ArrowDown');
    await tour.page.keyboard.press('Enter');
    await section().getByRole('button', { name: 'Leave 2 out together' }).click();
    const together = section().locator('[data-fact="together"]');
    await together.waitFor();
    const sum = (known.changes[0] ?? NaN) + (known.changes[2] ?? NaN);
    const said = [known.together, sum].map((value) => (value < 0 ? '−' : '+') + Math.abs(value).toFixed(2));
    expect(await together.textContent()).toBe(
      `Left out together: ${said[0]} bits. One by one they add up to ${said[1]}.`,
    );
  });

  it('colours the chips and the field, each side of zero in its own way, with a legend', async () => {
    await section().getByText('Colour the text by it').click();
    await expect.poll(() => tour.page.locator('#marks .token.away').count()).toBeGreaterThan(0);
    await expect.poll(() => tour.page.locator('#marks .token[class*="level"]').count()).toBeGreaterThan(0);
    const tokens = await tour.open('tokens');
    const away = await tokens.locator('.chip-box.away').evaluateAll((all) =>
      all.map((box) => {
        const { borderTopWidth, borderBottomWidth } = getComputedStyle(box);
        return [Number.parseFloat(borderTopWidth) > 0, borderBottomWidth];
      }),
    );
    expect(away.length).toBeGreaterThan(0);
    expect(away.filter(([above, below]) => !above || below !== '0px')).toEqual([]);
    expect(await tokens.locator('.legend .ramp').count()).toBe(2);
  });

  it('sets a line beside the text without it', async () => {
    await tour.open('matters');
    await leaveOut('line');
    await section().getByRole('button', { name: 'Two texts: The capital of France is not Rome.' }).click();
    const strips = tour.section('texts').locator('.texts-strips');
    await strips.waitFor();
    const pairs = await strips
      .locator('[data-pair]')
      .evaluateAll((all) => all.map((pair) => (pair as HTMLElement).dataset['pair'] ?? ''));
    // The last tokens of both are alike.
    expect(pairs.at(-1)).toMatch(/^\d+ \d+$/);
    expect(pairs.filter((pair) => pair.endsWith(' '))).not.toEqual([]);
  });

  it('takes any text as the answer, and says why nothing can be left out', async () => {
    await tour.open('matters');
    await section().getByRole('radio', { name: 'any text' }).click();
    await section().getByRole('textbox', { name: 'answer' }).fill(' of the');
    await leaveOut('line');
    expect(await section().locator('.finding').textContent()).toMatch(/^·of·the: \d+\.\d\d bits/);
    expect(await rows().count()).toBe(2);
    await tour.inspect('I');
    await section().getByRole('button', { name: 'Leave each out' }).click();
    await section().getByRole('alert').getByText('nothing of the text is left').waitFor();
  });

  it('has no fault that axe-core finds, and cuts nothing', async () => {
    const main = tour.panel.locator('main');
    expect(await violations(main)).toEqual([]);
    await tour.setTheme('Light Modern');
    expect(await violations(main, colourRules)).toEqual([]);
    await tour.setTheme('Dark High Contrast');
    for (const width of [700, 280]) {
      await tour.setPanelWidth(width);
      expect(await tour.panel.locator('html').evaluate(faults), `${width} pixels`).toEqual([]);
    }
  });
});
