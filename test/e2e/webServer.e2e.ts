import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeLlamaServer } from '../servers/fakeLlamaServer';
import { smallModel } from '../servers/smallModel';
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

  const connect = async () => {
    await models.row('Connect to a server…').click();
    for (const [words, typed] of [
      ['1/3', server.address],
      ['2/3', key],
      ['3/3', 'None'],
    ] as const) {
      const { page } = workbench;
      await page
        .locator('.quick-input-title')
        .filter({ hasText: `Connect to a Server (${words})` })
        .waitFor();
      await page.locator('.quick-input-widget:not([style*="display: none"]) input').first().fill(typed);
      await page.keyboard.press('Enter');
    }
  };

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
    await workbench.runCommand('Vectorscope: Inspect Selection');
    await workbench.panelIs('ready');
    expect(await workbench.section('tokens').locator('[data-token-index]').count()).toBeGreaterThan(10);
    expect(new Set(server.requests.map((request) => request.key))).toEqual(new Set([key]));
  });
});
