import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeLlamaServer } from '../servers/fakeLlamaServer';
import { smallModel } from '../servers/smallModel';
import { connectTo } from './support/connecting';
import { ModelsView } from './support/modelsView';
import { Workbench } from './support/workbench';

const key = 'sk-of-the-page';

/** The page of the editor asks the server itself, so the server must allow pages of other origins. */
describe('a model on a server, in a browser', () => {
  let server: FakeLlamaServer;
  let workbench: Workbench;
  let models: ModelsView;
  beforeAll(async () => {
    server = await FakeLlamaServer.start(smallModel, { key });
    workbench = await Workbench.open({ host: 'web' });
    models = await ModelsView.open(workbench);
    return async () => {
      await workbench.close();
      await server.close();
    };
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  const connect = () => connectTo(workbench, models, { address: server.address, key, matrices: 'None' });

  it('that allows no pages is not reached, and the sentence names both reasons', async () => {
    server.allowsPages = false;
    await connect();
    await workbench.notifications
      .filter({ hasText: 'Either no server runs there, or the browser did not allow the request.' })
      .filter({ hasText: '--cors-origins' })
      .waitFor();
  });

  it('that allows pages shows tokens and likeliest tokens, with a key too', async () => {
    server.allowsPages = true;
    await connect();
    const place = server.address.replace('http://', '');
    await models.rows.filter({ hasText: place }).filter({ hasText: 'llama.cpp' }).waitFor();
    await workbench.selectText('The capital');
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
    expect(await (await workbench.open('tokens')).locator('[data-token-index]').count()).toBeGreaterThan(10);
    expect(new Set(server.requests.map((request) => request.key))).toEqual(new Set([key]));
  });
});
