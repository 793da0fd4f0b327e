import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { driven } from '../page/support/driven';
import { truthAt, type Truth } from '../unit/support/truth';
import { modelStatus } from './support/modelStatus';
import { ModelsView } from './support/modelsView';
import { predictsAsPublished } from './support/published';
import { Workbench } from './support/workbench';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const text = 'The capital of France is';

/**
 * A person's own models in the browser's extension host, which has no disk: the editor reads them. One window, in the
 * order in which a person would go on.
 */
describe('models of one’s own in a browser', () => {
  let workbench: Workbench;
  let models: ModelsView;
  driven(async () => {
    workbench = await Workbench.open({ host: 'web' });
    const folder = join(workbench.folder, 'models');
    await mkdir(folder);
    await cp(join(fixtures, 'families', 'qwen2.gguf'), join(folder, 'qwen2.gguf'));
    await writeFile(join(folder, 'torn.gguf'), 'GGUF');
    await cp(join(fixtures, 'folders', 'qwen3-bf16'), join(folder, 'two files'), { recursive: true });
    models = await ModelsView.open(workbench);
    return workbench;
  });

  const name = () => workbench.panel.locator('.head-line .model');
  const item = () => modelStatus(workbench);
  const open = async (file: string) => {
    await workbench.runCommand('Vectorscope: Open Model File…');
    await workbench.chooseFile(join(workbench.folder, 'models', file));
  };
  const inspect = async () => {
    await workbench.selectText(text);
    await workbench.runCommand('Inspect Selection with Vectorscope');
  };
  const predictsAs = (truth: Truth) => predictsAsPublished(workbench, 5, truth);
  /** MB, as the tooltip in the status bar says it. */
  const memory = async () => {
    const named = item().locator('[aria-label*="Memory: "]');
    return Number(/Memory: (\d+) MB/.exec((await named.getAttribute('aria-label')) ?? '')?.[1]);
  };

  it('run when they are opened, and the memory of the one before is given back', async () => {
    await inspect();
    await workbench.agreeToDownload();
    await workbench.panelIs('ready');
    const before = await memory();
    await open('qwen2.gguf');
    await name()
      .filter({ hasText: /^qwen2 · F16$/ })
      .waitFor();
    await predictsAs(truthAt(join(fixtures, 'families', 'qwen2.json')));
    await models.inUse('qwen2').filter({ hasText: 'runs · 36,144 · qwen2 · F16 · tied' }).waitFor();
    expect(before - (await memory())).toBeGreaterThan(90);
    await workbench.picture('web-models');
  });

  it('may be folders, named by one of their files', async () => {
    await open(join('two files', 'model-00001-of-00002.safetensors'));
    await name()
      .filter({ hasText: /^two files · BF16$/ })
      .waitFor();
    await predictsAs(truthAt(join(fixtures, 'folders', 'qwen3-bf16', 'truth.json')));
    await models.inUse('two files').filter({ hasText: 'runs' }).waitFor();
  });

  it('are remembered over a reload, and say that their files are gone', async () => {
    await rm(join(workbench.folder, 'models', 'two files'), { recursive: true });
    await workbench.reload();
    await models.inUse('two files').waitFor();
    await inspect();
    expect(await (await workbench.panelIs('failed')).textContent()).toContain(
      `There is no model file at ${join(workbench.folder, 'models', 'two files')}.`,
    );
    await models.row('qwen2').click();
    await models.inUse('qwen2').filter({ hasText: 'runs' }).waitFor();
    // The text is still selected.
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await predictsAs(truthAt(join(fixtures, 'families', 'qwen2.json')));
  });
});
