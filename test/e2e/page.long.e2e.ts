import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { differenceBetween } from '../page/support/imageFiles';
import { areaOf, fit } from '../page/support/partOfPanel';
import { Workbench } from './support/workbench';

/** What the page's tests compare with the page; its lower part is the same picture in an editor. */
const picture = join(import.meta.dirname, '..', '..', 'media', 'pictures', 'room-token-1000.webp');
/** The share of the pixels that may differ. */
const most = 0.001;

/** The page without an editor draws the panel as an editor does, so that its tests and its pictures tell the truth. */
describe('the panel in an editor', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.shared();
    await workbench.selectText('The capital of France is');
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
    // As the pictures of the page have it.
    await workbench.focusEditor();
    await workbench.goToLine(5, 24);
    await workbench.panel.locator('.head-position[data-value="4"]').waitFor();
    return () => workbench.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(task.name)));

  // Elsewhere the system chooses the fonts, and draws them in its own way.
  it.runIf(process.platform === 'linux')('is the panel of the page, pixel by pixel below its head', async () => {
    const part = { panel: 1000, from: 'token', to: 'vectorscope' };
    await workbench.setTheme('Dark Modern');
    await workbench.themeReached(workbench.panel, 'Dark Modern');
    await (await workbench.open('neighbours')).locator('[data-metric="dot"] [data-rank="10"]').waitFor();
    await workbench.panel.locator('.term-list').waitFor();
    await fit(workbench, part);
    await workbench.page.mouse.move(1, 1);
    const whole = sharp(await readFile(picture));
    const { width, height } = await whole.metadata();
    // The head names the document, which is another one on the page.
    const drawn = async () => {
      const now = await workbench.page.screenshot({ clip: await areaOf(workbench, part) });
      const { height: lower } = await sharp(now).metadata();
      const known = await whole
        .clone()
        .extract({ left: 0, top: height - lower, width, height: lower })
        .png()
        .toBuffer();
      const difference = await differenceBetween(known, now);
      return difference.kind === 'pixels' ? difference.pixels / (width * lower) : 1;
    };
    await expect.poll(drawn).toBeLessThanOrEqual(most);
  });
});
