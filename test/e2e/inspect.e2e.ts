import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Inspection } from '../../src/shared/inspection';
import { provenanceLines, type Provenance } from '../../src/shared/provenance';
import { rooms } from '../../src/shared/rooms';
import { version } from '../unit/support/manifest';
import { reference } from '../unit/support/reference';
import { Workbench, type Host } from './support/workbench';

const text = 'The capital of France is';
const run = reference.runs.find((candidate) => candidate.text === text);

/** What a host showed: every number of the panel, in the order of the page, and what the hover said. */
const shown: Partial<Record<Host, { readonly numbers: readonly string[]; readonly hover: string }>> = {};

/**
 * The same tour where Node runs the extension and where a browser does, in the order in which a person would go on. In
 * the browser it leaves out what the panel's page does by itself and what the extension does by the editor's interface
 * alone, which is the same code.
 */
describe.each<Host>(['node', 'web'])('inspecting a selection, in the host %s', (host) => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await Workbench.shared({ host });
    return () => workbench.close();
  });
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => workbench.failed(`${host} ${task.name}`)));

  const chip = async (index: number) => (await workbench.open('tokens')).locator(`[data-token-index="${index}"]`);
  const tokens = async () => (await workbench.open('tokens')).locator('[data-token-index] bdi').allTextContents();
  /** The chosen token's section shows a token, by what a person reads there. */
  const chosenIs = async (shown: string) =>
    (await workbench.open('token')).locator('dd.name', { hasText: new RegExp(`^${shown}$`) }).waitFor();

  it('opens the panel beside the editor, with its rooms in their order and the point in sight', async () => {
    await workbench.selectText(text);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    if (host === 'web') await workbench.agreeToDownload();
    await workbench.panelIs('ready');
    await workbench.section('point').waitFor();
    const tabs = await workbench.panel
      .getByRole('tab')
      .evaluateAll((all) => all.map((tab) => tab.getAttribute('data-room')));
    // Files, two models and whole documents have rooms once there are any.
    expect(tabs).toEqual(rooms.filter((room) => !['file', 'both', 'document'].includes(room)));
    expect(await tokens()).toEqual(['The', '·capital', '·of', '·France', '·is']);
    await workbench.picture(host === 'web' ? 'web' : 'inspect');
  });

  it('predicts what the model predicts, every factor of the logit shown', async () => {
    await (await chip(4)).click();
    const first = (await workbench.open('next-token')).locator('.prediction-table [data-rank="1"]');
    await expect.poll(() => first.locator('bdi').textContent()).toBe('·Paris');
    const value = async (name: string) => Number(await first.locator(`.${name}`).first().getAttribute('data-value'));
    const likeliest = run?.['top 20, last position'][0];
    for (const name of ['probability', 'size', 'cosine', 'logit'] as const)
      expect((await value(name)) / (likeliest?.[name] ?? NaN), name).toBeCloseTo(1, 4);
    const [hidden, size, cosine, logit] = [
      await value('hidden-size'),
      await value('size'),
      await value('cosine'),
      await value('logit'),
    ];
    expect((hidden * size * cosine) / logit).toBeCloseTo(1, 5);
  });

  it('says in a hover what the token is', async () => {
    await workbench.focusEditor();
    await workbench.goToLine(5, 17);
    await chosenIs('·France');
    const hover = (await (await workbench.hover(text, 'France')).textContent())?.replaceAll('\u00a0', ' ') ?? '';
    expect(hover).toContain(`id ${run?.ids[3]}`);
    expect(hover).toContain((run?.['surprisal bits of the next token [position 1..]'][2] ?? NaN).toFixed(2));
    for (const [, , probability] of run?.['top 3 [position]'][2] ?? [])
      expect(hover).toContain(Number(probability).toFixed(3));
    await workbench.page.keyboard.press('Escape');
    // The neighbours of the chosen token and all that follows from it are there with the hover's.
    await workbench.section('neighbours').locator(`[data-metric="dot"] [data-rank="1"]`).waitFor();
    const numbers: string[] = [];
    for (const section of ['token', 'neighbours', 'tokens', 'next-token', 'point']) {
      const opened = await workbench.open(section);
      // What a browser's engine takes longer for may be there only now.
      if (section === 'next-token') await opened.locator('.prediction-table [data-rank="1"]').waitFor();
      if (section === 'point') await opened.locator('.point-table').waitFor();
      await expect.poll(() => opened.locator('.pending').count()).toBe(0);
      numbers.push(
        // The room before may be there for a moment longer.
        ...(await opened
          .locator('[data-value]')
          .evaluateAll((all) => all.map((element) => element.getAttribute('data-value') ?? ''))),
      );
    }
    shown[host] = { numbers, hover };
  });

  if (host === 'node') {
    it('copies and exports with what the numbers were made with, down to the hash of the file', async () => {
      const likeliest = run?.['top 20, last position'][0];
      // The last token of the text.
      await workbench.focusEditor();
      await workbench.goToLine(5, 24);
      await chosenIs('·is');
      const section = await workbench.open('next-token');
      const choose = async (item: string) => {
        await section.getByRole('button', { name: /^(Copy|Copied): Likeliest next tokens$/ }).click();
        await section.getByRole('menuitem', { name: item, exact: true }).click();
      };
      const copied = async (item: string, form: RegExp) => {
        await choose(item);
        const clipboard = () => workbench.page.evaluate(() => navigator.clipboard.readText());
        await expect.poll(clipboard).toMatch(form);
        return clipboard();
      };

      const script = await copied('Copy as Python', /^# The prediction after a position/);
      expect(script).toContain(`\nids = [${run?.ids.join(', ')}]\nposition, count = 4, 20\n`);
      const [, folder = '', file = ''] =
        /"pretrained_model_name_or_path": "(.*)", "gguf_file": "(.*)"\}/.exec(script) ?? [];
      const sha256 = createHash('sha256')
        .update(await readFile(join(folder, file)))
        .digest('hex');

      // The extension computes the hash in the background.
      const markdown = () => copied('Copy as Markdown', /\n~~~text\n[^]*\n~~~\n$/);
      await expect.poll(markdown).toMatch(/^sha256: [0-9a-f]{64}$/m);
      const [table = '', lines = ''] = (await markdown()).split(/~~~(?:text)?\n/);
      expect(table).toMatch(
        new RegExp(`\\| 1 \\| ${likeliest?.id} \\| ·Paris \\| ${likeliest?.probability.toFixed(2)}`),
      );

      const { predictions, provenance } = JSON.parse(await copied('Copy as JSON', /^\{[^]*\}$/)) as Inspection & {
        readonly provenance: Provenance;
      };
      expect((predictions?.[0]?.top[0]?.probability ?? NaN) / (likeliest?.probability ?? NaN)).toBeCloseTo(1, 4);
      expect(lines.trimEnd().split('\n')).toEqual(provenanceLines(provenance).map((line) => line.join(': ')));
      expect(provenance).toMatchObject({
        ...{ product: 'Vectorscope', version: version, file: [file], sha256: [sha256] },
        ...{ index: 4, tokens: 5, ids: run?.ids, limit: 512, plain: false },
      });

      await choose('Export…');
      const path = await workbench.saveAs('sample-predictions.json', 'predictions.json');
      await expect.poll(() => readFile(path, 'utf8').catch(() => '')).not.toBe('');
      const saved = JSON.parse(await readFile(path, 'utf8')) as Inspection & { readonly provenance: Provenance };
      expect(saved.provenance).toMatchObject({ version: version, sha256: [sha256], ids: run?.ids });
      const [first] = saved.predictions?.find(({ index }) => index === 4)?.top ?? [];
      expect((first?.probability ?? NaN) / (likeliest?.probability ?? NaN)).toBeCloseTo(1, 4);
    });

    it('saves a picture in both forms, as a document that needs no style sheet', async () => {
      const save = (await workbench.open('token')).getByRole('button', {
        name: 'Save picture: Sizes of the vocabulary',
      });
      await save.click();
      const drawn = await workbench.saveAs('sample-sizes.svg', 'drawn.svg');
      const read = (path: string): Promise<string> => readFile(path, 'latin1').catch(() => '');
      await expect.poll(() => read(drawn)).toMatch(/^<svg [^>]*viewBox=[^]*<\/svg>$/);
      expect(await read(drawn)).toContain('capital');
      expect(await read(drawn)).not.toMatch(/ class=|var\(|color\(|color-mix\(/);
      await save.click();
      const painted = await workbench.saveAs('sample-sizes.svg', 'painted.png');
      await expect.poll(() => read(painted)).toMatch(/^\x89PNG[^]*IEND/);
    });

    it('shows all five neighbours of a hover without a scrollbar, under a title that says that vectors are centred', async () => {
      await workbench.focusEditor();
      await workbench.goToLine(5, 17);
      const settings = join(workbench.folder, '.vscode', 'settings.json');
      await mkdir(join(workbench.folder, '.vscode'), { recursive: true });
      const hover = async () => {
        await workbench.page.mouse.move(1, 1);
        return workbench.hover(text, 'France');
      };
      const says = async () => (await hover()).textContent();
      await writeFile(settings, JSON.stringify({ 'vectorscope.centred': true }));
      await expect.poll(says).toContain('Centred');
      await workbench.picture('hover-centred-1400-900');
      const drawn = await hover();
      expect(await drawn.locator('tbody tr').count()).toBe(5);
      const { content, height } = await drawn.evaluate((element) => {
        const frame = element.closest('.monaco-scrollable-element')?.firstElementChild ?? element;
        return { content: frame.scrollHeight, height: frame.clientHeight };
      });
      expect(content).toBeLessThanOrEqual(height);
      await rm(settings);
      await expect.poll(says).not.toContain('Centred');
    });
  }
});

it('says the same in both hosts', () => {
  const { node, web } = shown;
  expect(web?.hover).toBe(node?.hover);
  expect(node?.numbers.length).toBeGreaterThan(200);
  expect(web?.numbers.length).toBe(node?.numbers.length);
  const apart = (web?.numbers ?? []).flatMap((value, at) => {
    const other = node?.numbers[at] ?? '';
    return value === other || Math.abs(Number(value) - Number(other)) <= 1e-5 * Math.max(1, Math.abs(Number(other)))
      ? []
      : [[value, other]];
  });
  expect(apart).toEqual([]);
});
