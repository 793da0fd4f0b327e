import { describe, expect, it } from 'vitest';
import { lineBeginnings } from '../../src/shared/document/sums';
import type { DocumentView } from '../../src/shared/document/view';
import type { PanelState } from '../../src/shared/panel';
import { empty, inspected, vocabularyToken } from '../unit/webview/build';
import { documentOf } from '../unit/webview/documents';
import { colourRules, violations } from './support/axe';
import { driven } from './support/driven';
import { opensWithOneThing } from './support/firstView';
import { faults } from './support/fit';
import { PanelPage } from './support/panelPage';
import { asked as askedOf, keepAsked, tell as tellOf } from './support/toldPanel';

const sentences = [
  'The quick brown fox jumps over the lazy dog',
  'and then, without anybody asking, it writes an incomprehensibly long report about that',
  '',
  'short',
  'A\u00a0line with\ttabs, marks and “quotation” in the middle of it all',
];
/** As a template of a document: so many lines, in which the sentences take turns. */
const textOf = (lines: number): string =>
  Array.from({ length: lines }, (_, line) => sentences[line % sentences.length]).join('\n');
const text = textOf(60);
const whole = { ...documentOf(text), control: [vocabularyToken('<|im_end|>', 2), vocabularyToken('<repo_name>', 4)] };
const documentLines = lineBeginnings(text, whole.lines.starts);
const half = documentOf(text, { measured: 200 });

describe('the room of a document', () => {
  let tour: PanelPage;
  const section = () => tour.section('document');
  const button = (name: string) => section().getByRole('button', { name, exact: true });

  const tell = (change: Partial<PanelState>, type?: 'state') => tellOf(tour, change, type);
  const show = (document: DocumentView) => tell({ document, documentLines });
  const goTo = (message: { readonly section: string; readonly from?: readonly string[] }) =>
    tour.page.evaluate((message) => {
      const frame = window.document.querySelector<HTMLIFrameElement>('#panel');
      frame?.contentWindow?.postMessage({ type: 'goTo', ...message }, location.origin);
    }, message);
  const asked = () => askedOf(tour);

  driven(async () => {
    tour = await PanelPage.open();
    await keepAsked(tour);
    return tour;
  });

  it('opens by itself with the document, without an inspected text', async () => {
    await tell(empty, 'state');
    await section().waitFor({ state: 'detached' });
    await show(whole);
    await section().waitFor();
    expect(await tour.panel.locator('h1').textContent()).toBe('notes.md');
    expect(await tour.panel.locator('.notice').count()).toBe(0);
    await opensWithOneThing(tour);
    await tour.open('document');
  });

  it('shows the numbers of the document', async () => {
    const { total, surprising, lines } = whole;
    const finding = await section().locator('.finding').textContent();
    expect(finding).toContain(`${total.bitsPerCharacter?.toFixed(2)} bits a character`);
    expect(finding).toContain(`over ${total.tokens} tokens in 60 lines`);
    const tokens = section().locator('.document-surprising tbody tr');
    expect(await tokens.count()).toBe(10);
    expect(await tokens.first().locator('[data-value]').last().getAttribute('data-value')).toBe(
      String(surprising[0]?.surprisal),
    );
    expect(await tokens.first().locator('.expected').textContent()).toContain('·the 0.500');
    const line = section().locator('.document-lines tbody tr').first();
    expect(await line.locator('.text').textContent()).toBe(sentences[1]);
    const [number = 0, many, bits] = await line
      .locator('[data-value]')
      .evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-value'))));
    expect([many, bits]).toEqual([lines.tokens[number - 1], lines.bits[number - 1]]);
  });

  it('shows more on demand, and the lines in order', async () => {
    const more = section().getByRole('button', { name: /^Show .* more$/ });
    await more.first().click();
    await expect.poll(() => section().locator('.document-surprising tbody tr').count()).toBe(whole.surprising.length);
    await section().getByRole('radio', { name: 'in order' }).click();
    const numbers = section().locator('.document-lines tbody th');
    await expect.poll(() => numbers.count()).toBeGreaterThan(50);
    expect(await numbers.first().textContent()).toBe('1');
    expect(await more.count()).toBe(0);
  });

  it('names the control tokens that are spelled, with the switch that reads them as text', async () => {
    await asked();
    const part = section().locator('[data-fact="control"]');
    expect(await part.textContent()).toContain('The text spells control tokens: <|im_end|>, <repo_name>.');
    await part.getByRole('checkbox', { name: 'Special tokens as text' }).click();
    expect((await asked()).filter(({ type }) => type !== 'inView')).toEqual([
      { type: 'setOptions', options: { plain: true } },
      { type: 'continueDocument' },
    ]);
  });

  it('asks for the place of a token, of a line, and of a bar by mouse and by keys', async () => {
    await asked();
    const { surprising, lines } = whole;
    const place = (line: number) => ({ start: lines.starts[line], end: lines.starts[line + 1] });
    await section().locator('.document-surprising tbody button').first().click();
    await section().locator('.document-lines tbody button').nth(1).click();
    const chart = section().locator('.document-chart svg');
    await chart.click({ position: { x: 31, y: 60 } });
    await section().locator('.canvas-cell').focus();
    await tour.page.keyboard.press('ArrowRight');
    expect(await section().locator('.canvas-cell').getAttribute('aria-label')).toMatch(/^Line 2: .* bits a character/);
    expect(await section().locator('[data-fact="line"]').textContent()).toMatch(/^Line 2:/);
    await tour.page.keyboard.press('Enter');
    const [first] = surprising;
    expect((await asked()).filter(({ type }) => type !== 'inView')).toEqual(
      [{ start: first?.start, end: first?.end }, place(1), place(0), place(1)].map((at) => ({
        type: 'revealInDocument',
        ...at,
      })),
    );
  });

  it('says how far it is, and stops and goes on', async () => {
    await show(half);
    const notice = section().locator('.notice');
    await notice.waitFor();
    expect(await notice.textContent()).toMatch(/^Measuring line \d+ of 60/);
    expect(await section().getByRole('progressbar').getAttribute('aria-valuenow')).toBe(
      String(Math.round((100 * 200) / half.tokens)),
    );
    await asked();
    await button('Stop').click();
    await show({ ...half, progress: 'stopped' });
    await button('Continue').click();
    await show({ ...half, progress: 'stopped', failure: 'The engine stopped unexpectedly.' });
    await section().getByRole('alert').waitFor();
    expect(await section().getByRole('alert').textContent()).toBe('The engine stopped unexpectedly.');
    await button('Continue').click();
    await show({ ...whole, outOfDate: true });
    await expect.poll(() => notice.textContent()).toContain('These numbers belong to the earlier');
    expect(await notice.getByRole('button').count()).toBe(0);
    await show({ ...whole, progress: 'stopped', outOfDate: true });
    await button('Measure again').click();
    expect(await tour.panel.locator('.sections.out-of-date').count()).toBe(1);
    await button('Close').click();
    expect((await asked()).map(({ type }) => type)).toEqual([
      'stopDocument',
      'continueDocument',
      'continueDocument',
      'continueDocument',
      'closeDocument',
    ]);
  });

  it('opens where the command leads to it, and keeps the words on a selection out of its header', async () => {
    const state = inspected(['The', ' best', ' way']);
    await tell({ ...state, outOfDate: true, document: whole }, 'state');
    await tour.panel.locator('.room[data-room="text"]').click();
    await tour.panel.locator('.head-position').waitFor();
    expect(await tour.panel.locator('[data-notice="out-of-date"]').count()).toBe(1);
    await goTo({ section: 'document' });
    await section().waitFor();
    expect(await tour.panel.locator('h1').textContent()).toBe('notes.md');
    expect(await tour.panel.locator('.head-position, .excerpt, [data-notice="out-of-date"]').count()).toBe(0);
  });

  it('is left for a selection that is inspected, and no other room is', async () => {
    await goTo({ section: 'point', from: ['point', 'document'] });
    await tour.panel.locator('.room[data-room="point"][aria-selected="true"]').waitFor();
    await tour.panel.locator('.room[data-room="text"]').click();
    await goTo({ section: 'point', from: ['point', 'document'] });
    // Messages come in order, so that one is dealt with when the next one shows.
    await tell({ outOfDate: false });
    await tour.panel.locator('[data-notice="out-of-date"]').waitFor({ state: 'detached' });
    expect(await tour.panel.locator('.room[aria-selected="true"]').getAttribute('data-room')).toBe('text');
  });

  it('is offered beside tokens that are left out, though not on a page that has no documents', async () => {
    const state = inspected(['The', ' best', ' way']);
    await tell({ ...state, text: state.text && { ...state.text, leftOut: 1 }, document: null }, 'state');
    await tour.panel.locator('.room[data-room="text"]').click();
    const offer = tour.section('tokens').locator('[data-fact="left-out"]');
    expect(await offer.textContent()).toBe(
      'Predictions cover the first 2 tokens. Inspect Document measures the whole document.',
    );
    expect(await offer.isVisible()).toBe(false);
    await asked();
    await offer.locator('button').dispatchEvent('click');
    expect((await asked()).map(({ type }) => type)).toEqual(['inspectDocument']);
  });

  it('has no fault that axe-core finds, and cuts nothing at any width', async () => {
    // Another document begins with few rows again.
    await tell({ ...empty, documentLines, document: { ...whole, uri: 'file:///other.md' } }, 'state');
    await expect.poll(() => section().locator('.document-lines tbody tr').count()).toBe(10);
    await tour.unfold('document-purpose');
    const main = tour.panel.locator('main');
    expect(await violations(main)).toEqual([]);
    await tour.setTheme('Dark High Contrast');
    expect(await violations(main, colourRules)).toEqual([]);
    for (const width of [1000, 420]) {
      await tour.setPanelWidth(width);
      expect(await tour.panel.locator('html').evaluate(faults), `${width} pixels`).toEqual([]);
    }
    // Eleven letters of a line, at one height with its numbers.
    await tour.setPanelWidth(346);
    const texts = section().locator('.document-lines td.text');
    expect(await texts.first().evaluate((cell) => cell.clientWidth)).toBeGreaterThanOrEqual(11 * 6.7);
    const heights = await section()
      .locator('.document-lines tbody :is(td, th)')
      .evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).verticalAlign));
    expect([...new Set(heights)]).toEqual(['middle']);
  });

  it('draws few elements of a document of 20,000 lines', async () => {
    const lines = 20_000;
    const each = { tokens: 9, bits: 40, characters: 50 };
    const long = {
      starts: Uint32Array.from({ length: lines + 1 }, (_, line) => each.characters * line),
      tokens: new Uint32Array(lines).fill(each.tokens),
      bits: Float64Array.from({ length: lines }, (_, line) => each.bits + (line % 101)),
      characters: new Uint32Array(lines).fill(each.characters),
    };
    await show({ ...whole, lines: long, uri: 'file:///long.md' });
    await expect.poll(() => section().locator('.finding').textContent()).toContain('in 20,000 lines');
    expect(await section().locator('*').count()).toBeLessThan(600);
    expect(await section().locator('[data-fact="bins"]').textContent()).toMatch(/stands for \d+ lines/);
  });
});
