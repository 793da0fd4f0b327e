import { afterEach, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { Workbench } from './support/workbench';

const sentence = 'The capital of France is';

describe('inspecting a selection', () => {
  let workbench: Workbench;
  beforeEach(async () => {
    workbench = await Workbench.open();
  });
  afterEach(async () => workbench.close());

  it('opens the panel beside the editor and shows the tokens', async () => {
    onTestFailed(async () => workbench.picture('inspect-failed'));
    await workbench.selectText(sentence);
    await workbench.runCommand('Vectorscope: Inspect Selection');
    await workbench.panelIs('ready');
    expect(await workbench.section('tokens').textContent()).toContain('capital');
    await workbench.picture('inspect');
  });
});
