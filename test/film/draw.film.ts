import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { firstSentence as text } from '../e2e/support/pictures';
import { settledPlace } from '../e2e/support/settledPlace';
import { steady, Studio } from '../e2e/support/studio';
import { Recorder } from './recorder';

const file = join(import.meta.dirname, '..', '..', 'media', 'film.gif');

/** Bytes. */
const most = 3_000_000;

it('draws the film at the top of the README', async () => {
  const studio = await Studio.open();
  try {
    const workbench = await studio.windowOf('node');
    const { page, panel } = workbench;
    await page.setViewportSize({ width: 1150, height: 980 });
    await workbench.runCommand('View: Close Primary Side Bar');
    // The model stays loaded.
    await workbench.runCommand('Vectorscope: Clear Inspection');
    await workbench.runCommand('View: Close Editors in Other Groups');
    await workbench.goToLine(1);
    const film = await Recorder.start(page, steady);
    await film.hold(1200);

    const line = page.locator('.view-line').filter({ hasText: text }).first();
    await film.moveTo(line.locator('span').first(), 0);
    await page.mouse.down();
    await film.moveTo(line.locator('span > span').last(), 1);
    await page.mouse.up();
    await workbench.statusSays(new RegExp(`\\(${text.length} selected\\)$`));
    await film.hold(700);

    await page.keyboard.press('F1');
    const field = page.locator('.quick-input-widget input[type="text"]');
    for (const typed of ['>ins', '>inspect', '>inspect sel']) {
      await field.fill(typed);
      await page
        .locator('.quick-input-list .monaco-list-row', { hasText: 'Inspect Selection with Vectorscope' })
        .waitFor();
      await film.hold(300);
    }
    await film.hold(600);
    await page.keyboard.press('Enter');
    await panel.locator('main').waitFor();
    await film.hold(200);
    await workbench.panelIs('ready');
    await workbench.section('point').locator('.point-table').waitFor();
    await panel.locator('.term-list').waitFor();
    await film.hold(4000);

    const enter = async (room: string) => {
      const tab = panel.locator(`.room[data-room="${room}"]`);
      await film.moveTo(tab);
      await tab.click();
    };
    await enter('text');
    const chip = workbench.section('tokens').locator('[data-token-index]').filter({ hasText: '·language' }).first();
    await chip.waitFor();
    await film.hold(1500);
    await film.moveTo(chip);
    await chip.click();
    await film.hold(700);
    await enter('token');
    await workbench.section('token').locator('dd.name', { hasText: '·language' }).waitFor();
    await workbench.section('neighbours').locator('[data-metric="dot"] [data-rank="10"]').waitFor();
    await film.hold(2500);

    const place = await settledPlace(page, text, 'learn');
    await film.goTo(place);
    await page.locator('.monaco-hover:visible .hover-contents').filter({ hasText: 'dot product' }).first().waitFor();
    await film.hold(3000);

    const gif = await film.gif();
    await writeFile(file, gif);
    process.stdout.write(`media/film.gif: ${(film.length / 1000).toFixed(1)} s, ${(gif.length / 1e6).toFixed(2)} MB\n`);
    expect(gif.length).toBeLessThan(most);
  } finally {
    await studio.close();
  }
});
