import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FakeHub } from '../servers/fakeHub';
import { modelPath } from '../unit/support/engine';
import { openExampleHub, repository } from './support/exampleHub';
import { ModelsView } from './support/modelsView';
import { Workbench } from './support/workbench';

const inside = 'SmolLM2-135M-Instruct';
const name = `${repository} · Q4_1`;
const text = 'The capital of France is';

/** One window for all of them, in the order in which a person would go on. */
describe('a model on the Hub', () => {
  let hub: FakeHub;
  let closeHub: () => Promise<void>;
  let workbench: Workbench;
  let models: ModelsView;
  beforeAll(async () => {
    const example = await openExampleHub();
    hub = example.hub;
    closeHub = () => example.close();
    workbench = await Workbench.open();
    models = await ModelsView.open(workbench);
  });
  afterAll(async () => {
    // Windows of later files start with this choice.
    await models.choose(inside);
    await workbench.close();
    await closeHub();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  const quickInput = () => workbench.page.locator('.quick-input-widget:not([style*="display: none"])');
  const input = () => quickInput().locator('input').first();
  const choice = (words: string | RegExp) =>
    quickInput().locator('.quick-input-list .monaco-list-row').filter({ hasText: words }).first();
  const step = (words: string) =>
    workbench.page.locator('.quick-input-title').filter({ hasText: `Open from the Hub…${words}` });
  const notification = () => workbench.notifications.filter({ hasText: 'Reading the geometry' });

  async function open(repositoryName: string): Promise<void> {
    await models.row('Open from the Hub…').click();
    await step(' (1/3)').waitFor();
    await input().fill(repositoryName);
    await choice(repositoryName).click();
    await step(' (2/3)').waitFor();
  }

  /** By the keyboard: what the editor says about the row under the mouse would lie over the others. */
  async function chooseGeometry(quantisation: string): Promise<void> {
    await choice(quantisation).waitFor();
    await input().fill(quantisation);
    await workbench.page.keyboard.press('Enter');
    await step(' (3/3)').waitFor();
    await workbench.page.keyboard.press('Enter');
  }

  it('is read by ranges; a read that was cancelled goes on where it was', async () => {
    hub.fault = ({ range }) =>
      /^bytes=\d{7,}-/.test(range ?? '') ? { kind: 'stalled', after: 8 * 2 ** 20 } : undefined;
    await open(repository);
    await chooseGeometry('Q4_1');
    await notification()
      .filter({ hasText: / [1-9]\d* of \d+ MB/ })
      .waitFor();
    await workbench.picture('hub-progress');
    await notification().getByRole('button', { name: 'Cancel' }).click();
    await notification().waitFor({ state: 'detached' });
    expect(await models.row(name).count()).toBe(0);
    const sent = hub.sent;
    hub.reset();
    await open(repository);
    await chooseGeometry('Q4_1');
    await models
      .inUse(name)
      .filter({ hasText: /geometry only · of \d+ MB on the Hub · llama/ })
      .waitFor();
    expect(sent + hub.sent).toBeLessThan(0.6 * readFileSync(modelPath).length);
  });

  it('shows the neighbours that the whole file shows', async () => {
    const neighbours = async () => {
      await workbench.panelIs('ready');
      // With predictions the panel opens with the point's position, without them with another.
      await (await workbench.open('tokens')).locator('[data-token-index]').last().click();
      const list = (await workbench.open('neighbours')).locator('[data-metric="cosine"] tbody tr');
      await expect.poll(() => list.count()).toBe(10);
      return list.allTextContents();
    };
    await workbench.selectText(text);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    const read = await neighbours();
    expect(await workbench.panel.locator('.head-line .model').textContent()).toContain(repository);
    await models.choose(inside);
    await workbench.panel
      .locator('.head-line .model')
      .filter({ hasText: /^SmolLM2-135M · Q4_1/ })
      .waitFor();
    expect(await neighbours()).toEqual(read);
  });
});
