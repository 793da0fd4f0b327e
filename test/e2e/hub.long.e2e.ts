import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { extensionId } from '../../src/shared/extensionId';
import type { FakeHub } from '../servers/fakeHub';
import { modelPath } from '../unit/support/engine';
import { chooseFromMenu } from './support/connecting';
import { editor } from './support/editors';
import { gated, openExampleHub, repository, token } from './support/exampleHub';
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
    workbench.page.locator('.quick-input-title').filter({ hasText: `Open from the Hub${words}` });
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

  it('is found by a part of its name, and nothing is asked before that', async () => {
    await models.row('Open from the Hub…').click();
    await step(' (1/3)').waitFor();
    expect(hub.seen).toEqual([]);
    await input().fill('GGUF');
    await choice(/SmolLM2-135M.*1,234,567 downloads · apache-2\.0/).waitFor();
    const found = await quickInput().locator('.monaco-list-row .label-name').allTextContents();
    expect(found.map((label) => label.trim())).toEqual([repository, 'somebody/SmolLM2-1.7B-GGUF', gated]);
    await choice(/gated-GGUF.*other · gated/).waitFor();
    await workbench.picture('hub-repositories');
    await choice(repository).click();
    await step(' (2/3)').waitFor();
    await choice(/Q4_1 · \d+ MB/).waitFor();
    await choice(/F32 · 540 MB · 3 files/).waitFor();
    await choice(/licence apache-2\.0 · open to all/).waitFor();
    await workbench.picture('hub-files');
    await quickInput().locator('.codicon-quick-input-back').click();
    await step(' (1/3)').waitFor();
    expect(await input().inputValue()).toBe('GGUF');
    await workbench.page.keyboard.press('Escape');
  });

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

  it('of a gated repository asks for a token, and once more if it is refused', async () => {
    await open(gated);
    await chooseGeometry('F16');
    const secret = quickInput().locator('input[type="password"]');
    await secret.fill('hf_wrong');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.locator('.quick-input-message').filter({ hasText: 'refuses the token' }).waitFor();
    await secret.fill(token);
    await workbench.page.keyboard.press('Enter');
    await models.inUse(`${gated} · F16`).waitFor();
    await open(gated);
    await choice('F16').waitFor();
    expect(hub.seen.at(-1)?.token).toBe(token);
    await workbench.page.keyboard.press('Escape');
    await workbench.runCommand('Vectorscope: Change or Forget the Hub’s Token…');
    await quickInput().locator('input[type="password"]').waitFor();
    await workbench.picture('hub-token');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.locator('.statusbar').filter({ hasText: 'is forgotten' }).waitFor();
    await open(gated);
    await choice('F16').waitFor();
    expect(hub.seen.at(-1)?.token).toBeUndefined();
    await workbench.page.keyboard.press('Escape');
  });

  it('leaves the list with its files, after a question', async () => {
    await models.choose(inside);
    const row = models.row(`${gated} · F16`);
    const storage = join(editor().userDir, 'user', 'User', 'globalStorage', extensionId.toLowerCase(), 'hub');
    const files = await readdir(storage, { recursive: true });
    const held = files.find((path) => path.endsWith('gpt2-F16.gguf')) ?? 'no file';
    expect(existsSync(join(storage, held))).toBe(true);
    await chooseFromMenu(workbench, row, 'Remove from List and Delete Files…');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
    expect(existsSync(dirname(join(storage, held)))).toBe(false);
    expect(await models.row(name).count()).toBe(1);
  });
});
