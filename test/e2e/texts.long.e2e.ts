import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Workbench } from './support/workbench';

/** The room of two texts, whose state has more arrays than an editor sends as buffers of their own. */
describe('two texts in the panel of an editor', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.shared();
    return () => workbench.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  const layers = () => workbench.section('texts-layers').locator('.finding');
  const values = () =>
    workbench
      .section('patch')
      .locator('.patch-cell')
      .evaluateAll((all) => all.map((cell) => Number(cell.getAttribute('data-value') || NaN)));

  it('keep their numbers while a grid of patches is filled', async () => {
    await workbench.selectText('The capital of France is');
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
    await (await workbench.open('tokens')).locator('[data-token-index="4"]').click();
    const texts = await workbench.open('texts');
    await texts.getByRole('textbox').fill('The capital of Italy is');
    await texts.getByRole('button', { name: 'Compare', exact: true }).click();
    const patch = await workbench.open('patch');
    await patch.getByRole('button', { name: 'Fill the grid' }).click();
    await patch.getByRole('button', { name: 'Stop' }).waitFor();
    await patch.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' });
    await layers().scrollIntoViewIfNeeded();
    expect(await layers().textContent()).toMatch(/at layer 23, where their angle goes from \d/);
    // The input and 30 layers, at five positions.
    expect((await values()).filter((value) => Number.isFinite(value))).toHaveLength(155);
  });

  it('come back after a reload of the window, with the vector and the appended token', async () => {
    const vector = await workbench.open('vector');
    await vector.locator('#vector-expression input, input#vector-expression').fill('Paris - France + Italy');
    await vector.getByRole('button', { name: 'Make the vector' }).click();
    const made = workbench.section('vector').locator('[data-fact="vector-size"]');
    await made.waitFor();
    await (await workbench.open('next-token')).locator('.prediction-table .continue').first().click();
    const appended = workbench.panel.locator('.appended-tokens[data-value="1"]');
    await appended.waitFor();
    await workbench.panelIs('ready');
    await workbench.reload();
    await workbench.panelIs('ready');
    await appended.waitFor();
    await workbench.open('vector');
    await made.waitFor();
    await (await workbench.open('texts')).getByText('B “The capital of Italy is”').waitFor();
  });
});
