import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rooms, type Room } from '../../src/shared/rooms';
import { empty } from '../unit/webview/build';
import { documentOf } from '../unit/webview/documents';
import { fileOf, statistics } from '../unit/webview/files';
import { copyOf } from './support/copies';
import { driven } from './support/driven';
import { faults } from './support/fit';
import { sentencesIn } from './support/language';
import { openRoom } from './support/openRoom';
import { takesPictures } from './support/panelDriver';
import { families, PanelPage } from './support/panelPage';
import { keepAsked, tell } from './support/toldPanel';

const german = sentencesIn('de');
/** English sentences whose German differs. A word that is English for one thing and German for another is no fault. */
const values = new Set(Object.values(german));
const english = Object.keys(german).filter((key) => german[key] !== key && !values.has(key));

/** These take the inspected text or the model away, so they come last. */
const last: readonly Room[] = ['both', 'document', 'file'];

describe('the page in German', () => {
  let tour: PanelPage;
  driven(async () => {
    tour = await PanelPage.shared({ language: 'de' });
    await tour.setPanelWidth(420);
    return tour;
  });

  it('has the language of its address, and no English around the panel', async () => {
    const html = tour.page.locator('html');
    expect(await html.getAttribute('lang')).toBe('de');
    expect(await tour.panel.locator('html').getAttribute('lang')).toBe('de');
    expect(await tour.page.locator('#inspect').textContent()).toBe('Text untersuchen');
    // The product's name is also that of a section, which has a German one.
    const said = (await html.evaluate(sayings)).filter((text) => text !== 'Vectorscope');
    expect(said).toContain('Vectorscope: die Untersuchung');
    expect(english.filter((sentence) => said.includes(sentence))).toEqual([]);
    expect(await tour.panel.locator('html').evaluate((page) => page.ownerDocument.title)).toBe(
      'Vectorscope: die Untersuchung',
    );
    if (takesPictures) await tour.page.screenshot({ path: 'test/output/german-page.png' });
  });

  it.each([...rooms.filter((room) => !last.includes(room)), ...last])(
    'fits in 420 pixels, and no sentence stays English: %s',
    async (room) => {
      await (openers[room] ?? (() => openRoom(tour, room)))();
      const html = tour.panel.locator('html');
      expect(await html.evaluate(faults)).toEqual([]);
      expect(await html.evaluate(inMargin)).toEqual([]);
      // Beside the text in a window of 1280 pixels.
      if (room === 'vector') {
        await tour.setPanelWidth(896);
        expect(await html.evaluate(faults)).toEqual([]);
        await tour.setPanelWidth(420);
      }
      const said = await html.evaluate(sayings);
      expect(english.filter((sentence) => said.includes(sentence))).toEqual([]);
      expect(said.filter((text) => numberWithPoint.test(text))).toEqual([]);
      if (!takesPictures) return;
      for (const theme of ['Dark Modern', 'Light Modern', 'Dark High Contrast'] as const) {
        await tour.setTheme(theme);
        for (const width of [1000, 420]) {
          await tour.fitPanel(width);
          await tour.panelPicture(`german-${room}-${theme}-${width}`);
        }
      }
      await tour.setTheme('Dark Modern');
      await tour.setPanelWidth(420);
    },
  );

  const openers: Partial<Record<Room, () => Promise<void>>> = {
    layers: openHead,
    vector: openVector,
    texts: openTexts,
    lab: runExperiment,
    both: compareModels,
    document: showDocument,
    file: showFile,
  };

  async function openVector(): Promise<void> {
    const search = tour.panel.locator('#find-token input, input#find-token');
    await search.fill('h - #3');
    await tour.panel.getByRole('option').first().click();
    await tour.section('vector').waitFor();
    await openRoom(tour, 'vector');
    const steer = await tour.open('steer');
    await steer.getByRole('button', { name: 'Mit h - #3 laufen lassen' }).click();
    await steer.locator('.before-after').waitFor();
  }

  async function openTexts(): Promise<void> {
    const texts = await tour.open('texts');
    await texts.getByRole('textbox').fill('The capital of Italy is');
    await texts.getByRole('button', { name: 'Vergleichen', exact: true }).click();
    await openRoom(tour, 'texts');
    const patch = await tour.open('patch');
    const fill = patch.getByRole('button', { name: 'Raster füllen' });
    await fill.waitFor();
    // What stands above the grid grows with the first row. A grid that moves under the mouse takes no click.
    const height = () => patch.locator('.patch-measure').evaluate((element) => element.getBoundingClientRect().height);
    const before = await height();
    await fill.click();
    await patch.locator('.patch-cell[data-value*="."]').last().click();
    await patch.locator('.before-after').waitFor();
    expect(await height()).toBe(before);
  }

  async function openHead(): Promise<void> {
    await openRoom(tour, 'layers');
    const attention = tour.section('attention');
    await attention.locator('[data-layer="23"] .head-cell').nth(4).click();
    await attention.locator('.why-there').waitFor();
    await attention.getByRole('button', { name: 'Ohne diesen Head laufen lassen' }).click();
    await attention.locator('.before-after').waitFor();
    const neurons = tour.section('neurons');
    await neurons.locator('tr[data-neuron] button').first().click();
    await neurons.locator('[data-fact="neuron"]').waitFor();
  }

  async function runExperiment(): Promise<void> {
    await openRoom(tour, 'lab');
    const row = tour.section('lab').locator('[data-experiment="length"]');
    await row.locator('.lab-opener').click();
    await row.getByRole('button', { name: 'Starten', exact: true }).click();
    await row.locator('.lab-outcome[data-estimate="false"]').waitFor();
  }

  async function compareModels(): Promise<void> {
    await tour.useFixture('qwen2');
    await tour.compareWith(copyOf('Q8_0', join(families, 'qwen2.gguf')));
    await openRoom(tour, 'both');
  }

  async function showDocument(): Promise<void> {
    await keepAsked(tour);
    await tell(tour, { ...empty, document: documentOf(documentText) }, 'state');
    await tour.section('document').waitFor();
  }

  async function showFile(): Promise<void> {
    const name = 'output_norm.weight';
    await tell(tour, { ...empty, file: fileOf({ statistics: { [name]: { kind: 'read', statistics } } }) }, 'state');
    await openRoom(tour, 'file');
    await tour.section('file-tensors').getByRole('button', { name, exact: true }).click();
    await tour.section('file-tensors').locator('.below-row svg').waitFor();
  }
});

/** As long as a page of a report. */
const documentText = Array.from({ length: 60 }, (_, line) => `The line ${line} says something else.`).join('\n');

/** German has a decimal comma. A head has a point in its name, `23.4`, and thousands are in threes. */
const numberWithPoint = /[−\d]\.(?!\d{3}(?!\d))\d+ (?:bits?|Bit|%|°)/;

/** Words beside a picture that reach into the margin of the page. Runs in the panel's page. */
function inMargin(html: HTMLElement): string[] {
  return [...html.querySelectorAll('section .layer-word')]
    .filter((word) => {
      const body = word.closest('section');
      return body !== null && word.getBoundingClientRect().left < body.getBoundingClientRect().left;
    })
    .map((word) => word.textContent ?? '');
}

/** All texts of the panel but the tokens, and what is said of its parts. Runs in the panel's page. */
function sayings(html: HTMLElement): string[] {
  const said: string[] = [];
  const walker = html.ownerDocument.createTreeWalker(html, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement?.closest('.token-text, .mono, .excerpt, .file, #marks, script, style'))
      said.push(node.nodeValue?.trim() ?? '');
  for (const name of ['title', 'aria-label', 'placeholder'])
    for (const element of html.querySelectorAll(`main section [${name}], iframe[${name}]`))
      said.push(element.getAttribute(name)?.trim() ?? '');
  return said;
}
