import { expect, it } from 'vitest';
import { PanelPage } from './support/panelPage';

it('copies a script with the ids of the text, out of the bundle of the page', async () => {
  const text = 'The capital of France';
  const tour = await PanelPage.open({ text, fixture: 'llama-untied' });
  const copied = () => tour.page.evaluate(() => navigator.clipboard.readText());
  await tour.open('journey');
  await tour.section('journey').getByRole('button', { name: 'Copy as Python' }).click();
  await tour.panel.getByRole('menuitem', { name: 'Copy as Python: the lens' }).click();
  await expect.poll(copied).toMatch(/^# The lens at a position/);
  expect(await copied()).toContain('\nids = [280, 277, 262,');
  expect(await copied()).toContain('"gguf_file": "llama-untied.gguf"}\n');
  expect(await copied()).not.toContain('capital');
  await tour.close();
});
