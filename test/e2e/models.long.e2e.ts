import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { editor } from './support/editors';
import { ModelsView } from './support/modelsView';
import { Workbench } from './support/workbench';

const text = 'The capital of France is';
const inside = 'SmolLM2-135M-Instruct';

/** One window for all of them, in the order in which a person would go on: home.mjs says which models there are. */
describe('the view of models, at length', () => {
  let workbench: Workbench;
  let models: ModelsView;
  beforeAll(async () => {
    workbench = await Workbench.open();
    models = await ModelsView.open(workbench);
    return async () => {
      // Windows of later files start with this choice.
      await models.choose(inside);
      await workbench.close();
    };
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  const name = () => workbench.panel.locator('.head-line .model');
  const valueOf = async (fact: string) =>
    Number(await (await workbench.open('token')).locator(`[data-fact="${fact}"]`).getAttribute('data-value'));

  it('finds models', async () => {
    await workbench.selectText(text);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
    await models.row('Look for Models').click();
    await models.choose('llama-untied');
    await name()
      .filter({ hasText: /^llama-untied/ })
      .waitFor();
    await workbench.panelIs('ready');
  });

  it('offers the geometry of one that cannot be run, and shows it where that is wanted', async () => {
    const offer = workbench.page.locator('.monaco-dialog-box');
    await models.row('Look for Models').click();
    await models.row('mamba').click();
    await offer.filter({ hasText: 'architecture is “mamba”' }).getByRole('button', { name: 'Cancel' }).click();
    await offer.waitFor({ state: 'detached' });
    await models.inUse('llama-untied').waitFor();
    await models.row('mamba').click();
    await offer.getByRole('button', { name: 'Show Geometry Only' }).click();
    await name()
      .filter({ hasText: /^mamba · F16$/ })
      .waitFor();
    await workbench.panelIs('ready');
    await models.inUse('mamba').filter({ hasText: 'geometry only' }).waitFor();
    expect(await workbench.panel.locator('main').textContent()).toContain(
      'Geometry only: the sizes and neighbours of mamba are exact',
    );
    expect(await workbench.panel.locator('[data-notice="failed"]').count()).toBe(0);
    expect(await (await workbench.open('tokens')).locator('[data-token-index]').count()).toBe(5);
    expect(await valueOf('size')).toBeGreaterThan(0);
    expect(await valueOf('output-size')).toBeGreaterThan(0);
    for (const metric of ['euclidean', 'cosine', 'dot'])
      expect(
        await (await workbench.open('neighbours')).locator(`[data-metric="${metric}"] tbody tr`).count(),
        metric,
      ).toBe(10);
    expect(await workbench.panel.locator('.room[data-room="prediction"]').count()).toBe(0);
    await workbench.open('attention');
    expect(await workbench.section('journey').count()).toBe(0);
    await workbench.picture('geometry-only');
  });

  // Windows has no files that wait.
  it.runIf(process.platform !== 'win32')(
    'lets a search be stopped that waits for a disk, and keeps what it found',
    async () => {
      const store = join(editor().home, '.ollama', 'models');
      const digest = 'f'.repeat(64);
      const manifest = join(store, 'manifests', 'registry.ollama.ai', 'library', 'stuck', 'latest');
      // Opening it waits for a writer.
      const pipe = join(store, 'blobs', `sha256-${digest}`);
      const layers = [{ mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${digest}`, size: 4 }];
      await mkdir(dirname(manifest), { recursive: true });
      await writeFile(manifest, JSON.stringify({ schemaVersion: 2, layers }));
      execFileSync('mkfifo', [pipe]);
      await models.row('Look for Models').click();
      await models.row('Stop Looking').waitFor();
      await workbench.picture('models-searching');
      await models.row('Stop Looking').click();
      await models.pane.locator('.message').filter({ hasText: 'The search was stopped' }).waitFor();
      await models.row('Look for Models').waitFor();
      // Earlier searches found it.
      await models.row('torn.Q4_0').waitFor();
      await workbench.picture('models-stopped');
      await (await open(pipe, constants.O_WRONLY)).close();
      await rm(dirname(manifest), { recursive: true });
      await rm(pipe);
    },
  );
});
