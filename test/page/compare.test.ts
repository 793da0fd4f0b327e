import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { driven } from './support/driven';
import { families, PanelPage } from './support/panelPage';

const fixture = (name: string) => join(families, `${name}.gguf`);

/** What is around the panel: the file of a second model, and the colours that the text gets from it. */
describe('two models on the page', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.open({ fixture: 'llama-linear' })));

  const { poll } = expect;
  const levels = () =>
    tour.page.locator('#marks .token').evaluateAll((all) => all.map((mark) => /level(\d)/.exec(mark.className)?.[1]));
  const difference = async () => (await tour.open('tokens')).getByRole('radio', { name: 'difference', exact: true });

  it('asks for the file of the second with a button of its own', async () => {
    const asking = tour.page.waitForEvent('filechooser');
    await tour.page.getByRole('button', { name: 'Compare with a model file…' }).click();
    await (await asking).setFiles(join(import.meta.dirname, 'compare.test.ts'));
    await tour.page.getByRole('status').getByText('No model was found among these files.').waitFor();
    await tour.panelIs('ready');
  });

  it('colours the text by their difference, and no longer once one of them is left', async () => {
    const before = await levels();
    await tour.compareWith(fixture('llama-yarn'));
    await (await difference()).click();
    // The fourth token's predictions are the furthest apart.
    await poll(levels).not.toEqual(before);
    await tour.useFixture('qwen2');
    await poll(async () => (await difference()).count()).toBe(0);
    expect(await (await tour.open('tokens')).getByRole('radio', { checked: true }).textContent()).toBe('size');
  });

  it('leaves the loaded one as it is where the second is damaged', async () => {
    const torn = join(await mkdtemp(join(tmpdir(), 'vectorscope-page-')), 'torn.gguf');
    await writeFile(torn, (await readFile(fixture('llama-yarn'))).subarray(0, 3000));
    await tour.compareWith(torn);
    await tour.section('both').getByRole('alert').filter({ hasText: 'torn' }).waitFor();
    await tour.panelIs('ready');
    expect(await (await difference()).count()).toBe(0);
  });
});
