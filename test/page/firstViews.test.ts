import { join } from 'node:path';
import { describe, it } from 'vitest';
import { driven } from './support/driven';
import { opensWithOneThing } from './support/firstView';
import { families, PanelPage } from './support/panelPage';

/** The rooms of a file and of a document are opened by their own tours. */
describe('a room opens with one thing', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.open({ fixture: 'qwen2' })));
  const open = (room: string) => tour.panel.locator(`.room[data-room="${room}"]`).click();

  it.each(['point', 'text', 'token', 'prediction', 'layers'])('%s', async (room) => {
    await open(room);
    await opensWithOneThing(tour);
  });

  it('lab, whose pictures come with an experiment', async () => {
    await open('lab');
    await opensWithOneThing(tour, 0);
  });

  it('vector', async () => {
    const search = tour.panel.locator('#find-token input, input#find-token');
    await search.fill('h - #3');
    await search.press('Enter');
    await tour.section('vector').locator('.neighbours').waitFor();
    await opensWithOneThing(tour);
  });

  it('texts', async () => {
    await open('texts');
    await tour.section('texts').getByRole('textbox').fill('The France of capital is');
    await tour.section('texts').getByRole('button', { name: 'Compare', exact: true }).click();
    await tour.section('patch').waitFor();
    await opensWithOneThing(tour);
  });

  it('both', async () => {
    await tour.compareWith(join(families, 'qwen2.gguf'));
    await tour.section('both-text').locator('tbody tr').first().waitFor();
    await opensWithOneThing(tour);
  });
});
