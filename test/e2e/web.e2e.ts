import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { reference } from '../unit/support/reference';
import { Workbench } from './support/workbench';

const text = 'The capital of France is';
const run = reference.runs.find((one) => one.text === text);

/** The extension in the browser's own extension host: no Node, the engine in a Web Worker. */
describe('in a browser', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.open({ host: 'web' });
    return () => workbench.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.picture(`failed: ${task.name}`)));

  it('fetches the model, runs it and predicts what it predicts elsewhere', async () => {
    await workbench.selectText(text);
    await workbench.runCommand('Vectorscope: Inspect Selection');
    await workbench.panelIs('ready');
    const first = workbench.section('next-token').locator('.prediction-table [data-rank="1"]');
    expect(await first.locator('bdi').textContent()).toBe('·Paris');
    const [, , probability] = run?.['top 3 [position]'].at(-1)?.[0] ?? [];
    expect(Number(await first.locator('.probability').first().getAttribute('data-value'))).toBeCloseTo(Number(probability), 5);
    await workbench.picture('web');
  });
});
