import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Workbench } from './support/workbench';

const characters = 200_000;
const line = 'The lighthouse keeper counted the ships.\n';

describe('a selection far beyond the limit', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.shared();
    await workbench.show(line.repeat(Math.ceil(characters / line.length)).slice(0, characters));
    return () => workbench.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  it('says how much is left out', async () => {
    await workbench.selectAll(characters);
    await workbench.runCommand('Vectorscope: Inspect Selection');
    await workbench.panelIs('ready');
    expect(await workbench.panel.locator('[data-notice="cut"]').textContent()).toMatch(
      /tokens were left out: predictions cover the first 512\./,
    );
  });

  it('still answers a click on a token', async () => {
    await workbench.section('tokens').locator('[data-token-index="1"]').click();
    await workbench
      .section('token')
      .locator('dd.name', { hasText: /^·lighthouse$/ })
      .waitFor();
    await workbench.panelIs('ready');
  });
});
