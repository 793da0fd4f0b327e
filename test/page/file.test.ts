import { describe, expect, it } from 'vitest';
import type { FileView } from '../../src/shared/contents';
import type { PanelState } from '../../src/shared/panel';
import { verbatim } from '../../src/shared/said';
import { allFirst, empty, model, neighbours, vocabularyToken } from '../unit/webview/build';
import { contentsOf, fileOf, statistics, template, tensorsOf, wrongCuts } from '../unit/webview/files';
import { colourRules, violations } from './support/axe';
import { driven } from './support/driven';
import { opensWithOneThing } from './support/firstView';
import { faults } from './support/fit';
import { PanelPage } from './support/panelPage';
import { asked as askedOf, keepAsked, tell as tellOf } from './support/toldPanel';

const name = 'blk.3.attn_q.weight';

/** The page without an editor opens no model file as a document, so the panel is told what an editor would tell it. */
describe('the room of a model file', () => {
  let tour: PanelPage;
  const section = (id: 'file' | 'file-metadata' | 'file-tensors') => tour.section(id);
  const tensors = () => section('file-tensors');
  const rows = () => tensors().locator('tbody:not([aria-hidden]) tr[data-tensor], tbody:not([aria-hidden]) tr.group');
  const names = () => rows().locator('th').allTextContents();
  const button = (of: 'file' | 'file-tensors', text: string) =>
    section(of).getByRole('button', { name: text, exact: true });
  const filter = (id: 'metadata' | 'tensors', query: string) =>
    tour.panel.locator(`input#${id}-filter, #${id}-filter input`).fill(query);

  const tell = (change: Partial<PanelState>, type?: 'state') => tellOf(tour, change, type);
  const show = (file: FileView) => tell({ ...empty, file }, 'state');
  const asked = async () => (await askedOf(tour)).filter(({ type }) => type !== 'inView');

  driven(async () => {
    tour = await PanelPage.open();
    await keepAsked(tour);
    return tour;
  });

  it('opens alone, without the words of an empty panel', async () => {
    await show(fileOf({ summary: null, contents: null }));
    await expect.poll(() => section('file').locator('.finding').textContent()).toBe('Reading the file');
    expect(await tour.panel.locator('h1').textContent()).toBe('small.Q4_K_M.gguf');
    expect(await tour.panel.locator('.notice, .rooms, .search, .model').count()).toBe(0);
    await show(fileOf());
    await expect
      .poll(() => section('file').locator('.finding').textContent())
      .toBe('small: a llama model with 135 M parameters in Q4_K_M. It runs on this machine');
    expect(await tour.panel.locator('.notice, .rooms, .search, .model').count()).toBe(0);
    await opensWithOneThing(tour);
  });

  it('offers what can be done with it', async () => {
    await asked();
    for (const text of ['Use This Model', 'Compare with the Loaded Model', 'Load Geometry', 'Copy as Markdown'])
      await button('file', text).click();
    const intents = await asked();
    expect(intents.map(({ type }) => type)).toEqual(['useFile', 'compareFile', 'loadGeometry', 'copy']);
    const [, , , copied] = intents;
    const text = copied?.type === 'copy' ? copied.text : '';
    expect(text).toContain('| Family | llama |');
    expect(text).toContain('| llama.context\\_length | number | 2048 |');
    expect(text).toContain('| blk.3.attn\\_q.weight | Q4\\_K | 64 × 64 | 4096 |');
  });

  it('says that it is in use, and offers neither to use it nor to compare it with itself', async () => {
    await show(fileOf({ inUse: true }));
    await expect.poll(() => section('file').locator('.file-in-use').textContent()).toContain('the model in use');
    for (const text of ['Use This Model', 'Compare with the Loaded Model'])
      expect(await button('file', text).count(), text).toBe(0);
    expect(await button('file', 'Load Geometry').count()).toBe(1);
    await show(fileOf());
  });

  it('says that it may cut otherwise, where and why, and asks for another tokenizer', async () => {
    await show(fileOf({ tokenizer: wrongCuts }));
    const cuts = section('file').locator('[data-fact="cuts"]');
    await expect.poll(() => cuts.locator('.note').count()).toBe(2);
    await cuts.locator('summary').click();
    const rows = () => cuts.locator('tbody tr').allTextContents();
    await expect.poll(rows).toEqual(['12·345345they split it into words differently']);
    await asked();
    await button('file', 'Compare its tokenizer with another…').click();
    expect((await asked()).map(({ type }) => type)).toEqual(['openTokenizer']);
    await show(fileOf());
  });

  it('loads the geometry with a way to stop, and leads to its tokens and the lab', async () => {
    const working = {
      kind: 'working',
      what: 'loading',
      modelName: 'small',
      modelBytes: 1,
      fraction: 0.5,
    } as unknown as PanelState['status'];
    await tell({ status: working, file: fileOf({ geometry: 'loading' }) });
    const loading = section('file').locator('.file-loading');
    expect(await loading.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('50');
    expect(await tour.panel.locator('.panel-head .notice').count()).toBe(0);
    await loading.getByRole('button', { name: 'Cancel' }).click();
    const loaded = { ...empty, model: { ...model, trunk: null }, loaded: true, file: fileOf({ geometry: 'loaded' }) };
    await tell(loaded, 'state');
    await button('file', 'Look at its tokens').click();
    expect((await asked()).map(({ type }) => type)).toEqual(['cancel', 'chooseToken']);
    await tell({
      token: {
        token: vocabularyToken('x', 1),
        ownRank: { raw: allFirst, centred: allFirst, normed: allFirst },
      },
      neighbours: neighbours([1], [1], [1]),
    });
    await tour.section('token').waitFor();
    expect(await tour.panel.locator('.room').allTextContents()).toEqual([
      ...['The fileFile', 'A tokenToken', 'A vectorVector', 'LabLab'],
    ]);
    expect(await tour.panel.locator('.head-line .search').count()).toBe(1);
    expect(await tour.panel.locator('h1').textContent()).toBe('small.Q4_K_M.gguf');
    await tour.panel.locator('.room[data-room="file"]').click();
    await section('file').waitFor();
  });

  it('filters the metadata by key and value, and opens long values', async () => {
    const table = (await tour.open('file-metadata')).locator('table');
    expect(await table.locator('tbody tr').count()).toBe(6);
    expect(await table.locator('tr', { hasText: 'tokens' }).first().locator('summary').textContent()).toBe(
      'list, 49,152 × text: "<s>", "</s>", "a"',
    );
    await filter('metadata', 'MESSAGE');
    await expect.poll(() => table.locator('tbody tr').count()).toBe(1);
    expect(await section('file-metadata').locator('.file-filter [role="status"]').textContent()).toBe('1 of 6 keys');
    await table.locator('summary').click();
    expect(await table.locator('pre').textContent()).toBe(template);
    await asked();
    await table.getByRole('button', { name: 'Copy the value of tokenizer.chat_template' }).click();
    expect(await asked()).toEqual([{ type: 'copy', text: template }]);
    await tour.page.keyboard.press('Tab');
    await tour.panel.locator('#metadata-filter').press('Escape');
    await expect.poll(() => table.locator('tbody tr').count()).toBe(6);
  });

  it('shows the tensors as a tree whose layers are closed', async () => {
    expect(await names()).toEqual([
      'token_embd.weight',
      'blk',
      ...Array.from({ length: 12 }, (_, layer) => `blk.${layer}`),
      'output_norm.weight',
    ]);
    const layer = rows().nth(5);
    expect(await layer.locator('td').allTextContents()).toEqual(['', '3 tensors', '20.7 kB', '0.6 %']);
    await layer.getByRole('button').focus();
    await tour.page.keyboard.press('ArrowRight');
    await expect.poll(names).toEqual(expect.arrayContaining(['attn_norm.weight', 'attn_q.weight', 'ffn_up.weight']));
    expect(await layer.getByRole('button').getAttribute('aria-expanded')).toBe('true');
    await tour.page.keyboard.press('ArrowDown');
    await tour.page.keyboard.press('ArrowDown');
    const focused = tour.panel.locator('button:focus');
    expect(await focused.getAttribute('aria-label')).toBe(name);
    await tour.page.keyboard.press('ArrowLeft');
    expect(await focused.getAttribute('aria-label')).toBe('blk.3, 3 tensors');
    await tour.page.keyboard.press('End');
    expect(await focused.getAttribute('aria-label')).toBe('output_norm.weight');
  });

  it('filters the tensors by name and type', async () => {
    await filter('tensors', 'attn q4');
    await expect.poll(async () => (await names()).length).toBe(13);
    expect((await names()).slice(0, 2)).toEqual(['blk', '0.attn_q.weight']);
    expect(await tensors().locator('.file-filter [role="status"]').textContent()).toBe('12 of 38 tensors');
    await filter('tensors', name);
    await expect.poll(names).toEqual([name]);
  });

  it('asks for the numbers of a tensor, shows how far they are, and stops', async () => {
    await asked();
    await rows().getByRole('button').click();
    expect(await asked()).toEqual([{ type: 'measureTensor', name }]);
    await tell({ file: fileOf({ statistics: { [name]: { kind: 'reading', fraction: 0.25 } } }) });
    const below = tensors().locator('.below-row');
    await expect.poll(() => below.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('25');
    await below.getByRole('button', { name: 'Stop' }).click();
    await tell({ file: fileOf() });
    await below.getByRole('button', { name: 'Read Its Numbers' }).click();
    await tell({ file: fileOf({ statistics: { [name]: { kind: 'failed', message: 'The file is gone.' } } }) });
    await expect.poll(() => below.getByRole('alert').textContent()).toBe('The file is gone.');
    await below.getByRole('button', { name: 'Try again' }).click();
    expect((await asked()).map(({ type }) => type)).toEqual(['stopTensor', 'measureTensor', 'measureTensor']);
    await tell({ file: fileOf({ statistics: { [name]: { kind: 'read', statistics } } }) });
    await below.locator('svg').waitFor();
    const values = await below.locator('dd').evaluateAll((all) => all.map(({ dataset }) => Number(dataset['value'])));
    expect(values).toEqual([4096, -0.5, 0.75, 0.0012, 0.125, 0.25]);
    expect(await below.locator('.tensor-rows p').textContent()).toBe(
      '64 rows with sizes from 0.500 to 1.50, 1.00 on average',
    );
    expect(await below.locator('svg rect').count()).toBe(4);
  });

  it('has no fault that axe-core finds, and cuts nothing at any width', async () => {
    const main = tour.panel.locator('main');
    expect(await violations(main)).toEqual([]);
    await tour.setTheme('Dark High Contrast');
    expect(await violations(main, colourRules)).toEqual([]);
    await tour.setTheme('Dark Modern');
    for (const width of [1000, 420]) {
      await tour.setPanelWidth(width);
      expect(await tour.panel.locator('html').evaluate(faults), `${width} pixels`).toEqual([]);
    }
  });

  it('says where a damaged file breaks, and shows what was read', async () => {
    const damage = 'The file ends within its tensor table: 3 of 38 entries could be read.';
    const contents = contentsOf({ damage: verbatim(damage), tensors: tensorsOf(0) });
    await show(fileOf({ summary: null, contents, path: '/models/damaged.gguf' }));
    await expect.poll(() => section('file').getByRole('alert').textContent()).toBe(damage);
    expect(await section('file').locator('.finding').textContent()).toBe(
      'Only a part of this GGUF file could be read: 6 keys and 2 tensors.',
    );
    await expect.poll(names).toEqual(['token_embd.weight', 'output_norm.weight']);
    expect(await button('file', 'Use This Model').count()).toBe(0);
    await show(fileOf({ failure: 'The file was removed.', outOfDate: true }));
    await expect.poll(() => section('file').getByRole('alert').textContent()).toBe('The file was removed.');
    expect(await tour.panel.locator('.sections.out-of-date').count()).toBe(1);
  });

  it('draws few elements of 5,000 tensors and 300 keys, and reaches the last by a key', async () => {
    const keys = Array.from({ length: 300 }, (_, at) => ({
      key: `general.note.${at}`,
      type: 'text' as const,
      text: `Note ${at}`,
      entries: null,
      isCut: false,
    }));
    const contents = contentsOf({ tensors: tensorsOf(1666), metadata: keys });
    await show(fileOf({ contents, path: '/models/large.gguf' }));
    await expect.poll(() => tensors().locator('.finding').textContent()).toBe('5,000 tensors');
    await tensors().getByRole('button', { name: 'name', exact: true }).click();
    await expect.poll(async () => (await names())[1]).toBe('blk.0.attn_q.weight');
    expect(await tour.panel.locator('main *').count()).toBeLessThan(3500);
    await rows().first().getByRole('button').focus();
    await tour.page.keyboard.press('End');
    const focused = tour.panel.locator('button:focus');
    await expect.poll(() => focused.getAttribute('aria-label')).toBe('token_embd.weight');
    expect(await focused.isVisible()).toBe(true);
    expect(await tour.panel.locator('main *').count()).toBeLessThan(3500);
    await tensors().getByRole('button', { name: 'name', exact: true }).click();
    await tensors().getByRole('button', { name: 'name', exact: true }).click();
  });
});
