import { describe, expect, it } from 'vitest';
import reference from '../fixtures/reference.json';
import { violations } from '../page/support/axe';
import { driven } from '../page/support/driven';
import { Workbench } from './support/workbench';

const text = 'The capital of France is';
/** " France" */
const position = 3;

/** One window for all of them, in the order in which a person would go on. */
describe('the view in the side bar', () => {
  let workbench: Workbench;
  driven(async () => (workbench = await Workbench.shared()));

  const section = (name: string) => workbench.side.locator(`section[data-section="${name}"]`);
  const name = (shown: string) => section('token').locator('h1', { hasText: new RegExp(`^${shown}$`) });
  const valueOf = async (selector: string) => Number(await workbench.side.locator(selector).getAttribute('data-value'));
  const run = reference.runs.find((candidate) => candidate.text === text);

  it('welcomes, and inspects what is selected when it is asked to', async () => {
    await workbench.openSide('empty');
    await workbench.selectText(text);
    await section('welcome').getByRole('button', { name: 'Inspect Selection' }).click();
    await workbench.panelIs('ready');
    // The token of the point's example.
    await name('·of').waitFor();
  });

  it('shows the chosen token, its numbers equal to the reference', async () => {
    expect(run).toBeDefined();
    await (await workbench.open('tokens')).locator(`[data-token-index="${position}"]`).click();
    await name('·France').waitFor();
    expect(await section('token').locator('.place').textContent()).toBe('position 4 of 5');
    expect(await section('token').locator('.facts').getAttribute('data-id')).toBe(String(run?.ids[position]));
    expect(await valueOf('[data-fact="size"]')).toBeCloseTo(
      run?.['residual norm [layer][position]'][0]?.[position] ?? NaN,
      4,
    );
    expect(await valueOf('[data-fact="surprisal"]')).toBeCloseTo(
      run?.['surprisal bits of the next token [position 1..]'][position - 1] ?? NaN,
      3,
    );
  });

  it('shows what was expected here and what comes next', async () => {
    const rows = (of: string) =>
      section(of)
        .locator('tbody tr')
        .evaluateAll((all) =>
          all.map((row) => ({
            id: Number(row.getAttribute('data-id')),
            probability: Number(row.querySelector('.probability')?.getAttribute('data-value')),
          })),
        );
    for (const [of, from] of [
      ['expected', position - 1],
      ['next-token', position],
    ] as const) {
      await section(of).locator('tbody tr').nth(2).waitFor();
      const shown = (await rows(of)).slice(0, 3);
      const known = run?.['top 3 [position]'][from] ?? [];
      expect(known).toHaveLength(3);
      expect(shown.map(({ id }) => id)).toEqual(known.map(([id]) => id));
      for (const [index, [, , probability]] of known.entries())
        expect(shown[index]?.probability).toBeCloseTo(Number(probability), 3);
    }
    expect(await section('next-token').locator('tbody tr').count()).toBe(5);
  });

  it('lists six neighbours by each metric, the same as the panel does', async () => {
    for (const metric of ['euclidean', 'cosine', 'dot']) {
      const ids = (list: ReturnType<typeof section>) =>
        list
          .locator(`[data-metric="${metric}"] tbody tr`)
          .evaluateAll((all) => all.map((row) => row.getAttribute('data-id')));
      await section('neighbours').locator(`[data-metric="${metric}"] tbody tr`).nth(5).waitFor();
      expect(await ids(section('neighbours')), metric).toEqual(
        (await ids(await workbench.open('neighbours'))).slice(0, 6),
      );
    }
  });

  it('chooses a token that is clicked, and goes back with Escape', async () => {
    await section('next-token').locator('[data-rank="1"] button').click();
    await name('·is').waitFor();
    await section('neighbours').locator('[data-metric="cosine"] [data-rank="2"] button').click();
    await section('token')
      .getByRole('button', { name: /^Back to/ })
      .waitFor();
    await section('neighbours').locator('button').first().press('Escape');
    await name('·France').waitFor();
  });

  it('follows the cursor through the inspected text', async () => {
    await workbench.focusEditor();
    await workbench.goToLine(5, 'The ca'.length + 1);
    await name('·capital').waitFor();
    await workbench.goToLine(5, 'The capital of Fr'.length + 1);
    await name('·France').waitFor();
    await workbench.picture('side');
  });

  it('scrolls in no direction but down', async () => {
    expect(await workbench.side.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth)).toBe(0);
  });

  it('passes all rules of axe-core', async () => {
    // Its colours are the panel's, which are tried in every theme.
    await workbench.setTheme('Dark Modern');
    await workbench.themeReached(workbench.side, 'Dark Modern');
    expect(await violations(workbench.side.locator('main'))).toEqual([]);
  });
});
