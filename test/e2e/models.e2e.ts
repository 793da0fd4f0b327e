import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ModelsView } from './support/modelsView';
import { Workbench } from './support/workbench';

const text = 'The capital of France is';
const inside = 'SmolLM2-135M-Instruct';
/** How the head of the panel names it. */
const insideInHead = /^SmolLM2-135M · Q4_1$/;

/** In the order in which a person would go on: home.mjs says which models there are. */
describe('the view of models', () => {
  let workbench: Workbench;
  let models: ModelsView;
  beforeAll(async () => {
    workbench = await Workbench.shared();
    models = await ModelsView.open(workbench);
    return async () => {
      // Windows of later files start with this choice.
      await models.choose(inside);
      await workbench.close();
    };
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  const name = () => workbench.panel.locator('.head-line .model');

  it('has the model that ships inside, and finds others on a click', async () => {
    await models.inUse(inside).waitFor();
    await models.row('Look for Models').click();
    await models.row('qwen2:0.5b').filter({ hasText: 'runs · 36,144 · qwen2 · F16 · tied' }).waitFor();
    await models.row('llama-untied').filter({ hasText: 'runs · 52,488 · llama · F16' }).waitFor();
    await models.row('torn.Q4_0').filter({ hasText: 'damaged' }).waitFor();
    await models.row('mamba').filter({ hasText: 'geometry only · 52,488 · mamba' }).waitFor();
    expect(await models.rows.count()).toBe(11);
  });

  it('loads one of another family on a click: the panel names it, and shows its neighbours and predictions', async () => {
    await workbench.selectText(text);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
    expect(await name().textContent()).toMatch(insideInHead);
    await models.row('qwen2:0.5b').click();
    await name()
      .filter({ hasText: /^qwen2:0\.5b · F16$/ })
      .waitFor();
    await workbench.panelIs('ready');
    await models.inUse('qwen2:0.5b').waitFor();
    expect(await (await workbench.open('neighbours')).locator('[data-metric="cosine"] tbody tr').count()).toBe(10);
    expect(
      await (await workbench.open('next-token')).locator('[data-rank="1"] .probability').first().textContent(),
    ).toMatch(/\d/);
  });

  it('says with the keyboard what is known of a model', async () => {
    await models.row('llama-untied').locator('.monaco-tl-twistie').click();
    await models.rows.filter({ hasText: 'Family' }).filter({ hasText: 'llama' }).waitFor();
    await models.rows.filter({ hasText: 'Context' }).filter({ hasText: '96 tokens' }).waitFor();
    await workbench.page.keyboard.press('ArrowLeft');
    await models.rows.filter({ hasText: 'Family' }).waitFor({ state: 'detached' });
  });

  it('is offered in the palette too', async () => {
    await workbench.runCommand('Vectorscope: Choose Model…');
    const entry = workbench.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: inside });
    await entry.first().and(workbench.page.locator('.focused')).waitFor();
    // The hover of a focused entry may cover it.
    await workbench.page.keyboard.press('Enter');
    await name().filter({ hasText: insideInHead }).waitFor();
  });
});
