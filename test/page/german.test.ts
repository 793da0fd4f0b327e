import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rooms as allRooms } from '../../src/shared/rooms';
import { faults } from './support/fit';
import { sentencesIn } from './support/language';
import { openRoom } from './support/openRoom';
import { takesPictures } from './support/panelDriver';
import { PanelPage } from './support/panelPage';

const rooms = allRooms.filter((room) => !['file', 'both', 'document'].includes(room));
const german = sentencesIn('de');
/** English sentences whose German differs. A word that is English for one thing and German for another is no fault. */
const values = new Set(Object.values(german));
const english = Object.keys(german).filter((key) => german[key] !== key && !values.has(key));

describe('the panel in German', () => {
  let tour: PanelPage;
  beforeAll(async () => {
    tour = await PanelPage.shared({ language: 'de' });
    await tour.setPanelWidth(420);
    return () => tour.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => tour.failed(task.name)));

  it.each(rooms)('fits in 420 pixels, and no sentence stays English: %s', async (room) => {
    await (room === 'vector' ? openVector() : room === 'texts' ? openTexts() : openRoom(tour, room));
    const html = tour.panel.locator('html');
    await html.evaluate((page) => page.scrollTo(0, 0));
    expect(await html.evaluate(faults)).toEqual([]);
    const said = await html.evaluate(sayings);
    expect(english.filter((sentence) => said.includes(sentence))).toEqual([]);
    expect(said.filter((text) => numberWithPoint.test(text))).toEqual([]);
    if (!takesPictures) return;
    for (const width of [1000, 420]) {
      await tour.fitPanel(width);
      await tour.panelPicture(`german-${room}-${width}`);
    }
    await tour.setPanelWidth(420);
  });

  async function openVector(): Promise<void> {
    const search = tour.panel.locator('#find-token');
    await search.fill('h - #3');
    await tour.panel.getByRole('option').first().click();
    await tour.section('vector').waitFor();
    await openRoom(tour, 'vector');
  }

  async function openTexts(): Promise<void> {
    const texts = await tour.open('texts');
    await texts.getByRole('textbox').fill('The capital of Italy is');
    await texts.getByRole('button', { name: 'Vergleichen', exact: true }).click();
    await openRoom(tour, 'texts');
  }
});

/** German has a decimal comma. A head has a point in its name, `23.4`, and thousands are in threes. */
const numberWithPoint = /[−\d]\.(?!\d{3}(?!\d))\d+ (?:bits?|Bit|%|°)/;

/** All texts of the panel but the tokens, and what is said of its parts. Runs in the panel's page. */
function sayings(html: HTMLElement): string[] {
  const said: string[] = [];
  const walker = html.ownerDocument.createTreeWalker(html, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement?.closest('.token-text, .mono, .excerpt, .file, script, style'))
      said.push(node.nodeValue?.trim() ?? '');
  for (const name of ['title', 'aria-label', 'placeholder'])
    for (const element of html.querySelectorAll(`main section [${name}]`))
      said.push(element.getAttribute(name)?.trim() ?? '');
  return said;
}
