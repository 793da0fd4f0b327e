import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeLlamaServer } from '../servers/fakeLlamaServer';
import { ownModel } from '../servers/ownModel';
import { modelPath } from '../unit/support/engine';
import { connectTo, disconnect, stepInput, stepIs } from './support/connecting';
import { modelStatus } from './support/modelStatus';
import { ModelsView } from './support/modelsView';
import { Workbench } from './support/workbench';

/** Not the probe text of the load, whose vectors the engine still has. */
const text = 'The strawberry cake cost';
const line = 19;
const inside = 'SmolLM2-135M-Instruct';
const key = 'sk-of-the-tour';

/** One window for all of them, in the order in which a person would go on. */
describe('a model on a server', () => {
  let server: FakeLlamaServer;
  let workbench: Workbench;
  let models: ModelsView;
  let place: string;
  beforeAll(async () => {
    const model = await ownModel(modelPath);
    server = await FakeLlamaServer.start(model, { key });
    place = server.address.replace('http://', '');
    workbench = await Workbench.open();
    models = await ModelsView.open(workbench);
    return async () => {
      await disconnect(workbench, models, place, inside);
      await workbench.close();
      await server.close();
      await model.close();
    };
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  it('is connected to in three steps: address, key, and the matrices of a known model', async () => {
    await models.row('Connect to a Server…').click();
    await stepIs(workbench, '1/3');
    await stepInput(workbench).fill('ftp://localhost');
    await workbench.page.locator('.quick-input-message').filter({ hasText: 'http or https' }).waitFor();
    await stepInput(workbench).fill(server.address);
    await workbench.page.keyboard.press('Enter');
    await stepIs(workbench, '2/3');
    expect(await stepInput(workbench).getAttribute('type')).toBe('password');
    await workbench.page.keyboard.press('Escape');
    await connectTo(workbench, models, { address: server.address, key: 'sk-of-yesterday', matrices: inside });
    const refusal = workbench.notifications.filter({ hasText: 'refuses the key' });
    await refusal.waitFor();
    await workbench.picture('server-key-refused');
    await refusal.getByRole('button', { name: 'Change the Key…' }).click();
    const refused = server.requests.length;
    await stepInput(workbench).fill(key);
    await workbench.page.keyboard.press('Enter');
    const row = models.rows.filter({ hasText: place }).filter({ hasText: 'llama.cpp' });
    await row.waitFor();
    await row.locator('.monaco-tl-twistie').click();
    await models.rows.filter({ hasText: 'Server and matrices' }).filter({ hasText: 'agree within' }).waitFor();
    expect(new Set(server.requests.slice(refused).map((request) => request.key))).toEqual(new Set([key]));
    await modelStatus(workbench)
      .filter({ hasText: `@ ${place}` })
      .waitFor();
  });

  it('gets the text of an inspection that was asked for, and nothing from the cursor, hovers and edits', async () => {
    const connected = server.requests.length;
    await workbench.selectText(text);
    expect(server.requests).toHaveLength(connected);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
    await (await workbench.open('next-token')).locator('.prediction-table [data-rank="1"]').waitFor();
    const before = server.requests.length;
    expect(before).toBeGreaterThan(connected);
    await workbench.focusEditor();
    await workbench.goToLine(line, 6);
    await workbench.hover(text, 'strawberry');
    await workbench.goToLine(1);
    await workbench.page.keyboard.type('x');
    await workbench.page.keyboard.press('Backspace');
    expect(server.requests).toHaveLength(before);
  });
});
