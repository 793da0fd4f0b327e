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
    await open('lab');
    // What is typed before the room was painted counts, too: all of this passes in one frame.
    await tour.panel.locator('.room[data-room="texts"]').evaluate(async (tab: HTMLElement) => {
      const rendered = async () => {
        for (let turn = 0; turn < 50; turn++) await Promise.resolve();
      };
      tab.click();
      await rendered();
      const field = document.querySelector<HTMLInputElement>('#other-text');
      if (!field) throw new Error('The room has no field for another text.');
      field.value = 'The France of capital is';
      field.dispatchEvent(new Event('input', { bubbles: true }));
      await rendered();
      field.parentElement?.querySelector<HTMLElement>('vscode-button, button:not(.text-link)')?.click();
    });
    await tour.section('patch').waitFor();
    await opensWithOneThing(tour);
  });

  it('both', async () => {
    await tour.compareWith(join(families, 'qwen2.gguf'));
    await tour.section('both-text').locator('tbody tr').first().waitFor();
    await opensWithOneThing(tour);
  });
});
