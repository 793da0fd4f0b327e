import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reference } from '../unit/support/reference';
import { driven } from './support/driven';
import { families, PanelPage } from './support/panelPage';

const text = 'The capital of France is';
const run = reference.runs.find((candidate) => candidate.text === text);
const fixture = (name: string) => join(families, `${name}.gguf`);

/** What is around the panel: the text, its tokens, the model and the address. In the order of a person's steps. */
describe('the page', () => {
  let tour: PanelPage;
  driven(async () => (tour = await PanelPage.shared()));

  const { poll } = expect;
  const marks = () => tour.page.locator('#marks .token');
  const chosen = () => tour.page.locator('#marks .token.chosen');
  const tokens = async () => (await tour.open('tokens')).locator('[data-token-index] bdi').allTextContents();
  const chip = async (index: number) => (await tour.open('tokens')).locator(`[data-token-index="${index}"]`);
  const name = async (shown: string) =>
    (await tour.open('token')).locator('dd.name').getByText(shown, { exact: true }).waitFor();
  const fragment = () => new URLSearchParams(new URL(tour.page.url()).hash.slice(1));
  const caret = (at: number, end = at) =>
    tour.field.evaluate(
      (area, range) => {
        area.focus();
        (area as HTMLTextAreaElement).setSelectionRange(range[0] ?? 0, range[1] ?? 0);
      },
      [at, end],
    );

  it('marks the tokens in the text, coloured by size', async () => {
    expect(await marks().allTextContents()).toEqual(['The', ' capital', ' of', ' France', ' is']);
    expect(await chosen().textContent()).toBe(' is');
    // As the panel's own chips.
    const levels = await marks().evaluateAll((all) => all.map((mark) => mark.className.match(/level(\d)/)?.[1]));
    expect(levels[0]).toBe('1');
    expect(levels[2]).toBe('5');
  });

  it('has a link to the guide, and in a narrow window more than half of its height for the panel', async () => {
    const guide = tour.page.getByRole('link', { name: 'Reading guide' });
    expect(await guide.isVisible()).toBe(true);
    const usual = tour.page.viewportSize();
    await tour.page.setViewportSize({ width: 420, height: 800 });
    expect(await guide.isVisible()).toBe(true);
    const above = () => tour.page.locator('#panel').evaluate((panel) => panel.getBoundingClientRect().top);
    const head = () => tour.panel.locator('.panel-head').evaluate((line) => line.clientHeight);
    await poll(async () => (await above()) + (await head())).toBeLessThan(0.42 * 800);
    // A screen of 1280 × 720 at twice its size.
    await tour.page.setViewportSize({ width: 640, height: 360 });
    const inspect = tour.page.locator('#inspect');
    const bottom = () => inspect.evaluate((button) => button.getBoundingClientRect().bottom);
    await poll(async () => (await bottom()) < (await above())).toBe(true);
    await tour.page.setViewportSize(usual!);
  });

  it('says why it runs on one thread', async () => {
    expect(await tour.page.locator('#model').textContent()).toMatch(
      /, on one thread: this page is not served with the headers that threads need$/,
    );
  });

  it('predicts what the model predicts', async () => {
    const first = (await tour.open('next-token')).locator('.prediction-table [data-rank="1"]');
    const known = run?.['top 20, last position'][0];
    for (const column of ['probability', 'size', 'cosine', 'logit'] as const) {
      const shown = await first.locator(`.${column}`).first().getAttribute('data-value');
      expect(Number(shown) / (known?.[column] ?? NaN), column).toBeCloseTo(1, 4);
    }
  });

  it('moves the panel with the caret, and the mark with the panel', async () => {
    await caret('The capital of Fr'.length);
    await name('·France');
    await poll(() => chosen().textContent()).toBe(' France');
    await (await chip(1)).click();
    await poll(() => chosen().textContent()).toBe(' capital');
    await name('·capital');
    expect(await tour.field.evaluate((area) => (area as HTMLTextAreaElement).selectionStart)).toBe('The'.length);
  });

  it('keeps the position where the keyboard moves the focus into the text', async () => {
    await (await chip(1)).click();
    await poll(() => chosen().textContent()).toBe(' capital');
    await tour.page.getByRole('link', { name: 'Reading guide' }).focus();
    await tour.field.evaluate((area) => (area as HTMLTextAreaElement).setSelectionRange(24, 24));
    await tour.page.keyboard.press('Tab');
    await poll(() => tour.field.evaluate((area) => area === document.activeElement)).toBe(true);
    // The engine answers in order, so a choice that the focus had made would be there before the search is done.
    await tour.panel.locator('#find-token input, input#find-token').fill('Paris');
    await tour.panel.locator('.found-token').first().waitFor();
    expect(await chosen().textContent()).toBe(' capital');
    await tour.panel.locator('#find-token input, input#find-token').fill('');
  });

  it('copies a link to what it shows', async () => {
    await tour.page.getByRole('button', { name: 'Copy link' }).click();
    await tour.page.getByRole('status').getByText('The link is copied.').waitFor();
    expect(await tour.page.evaluate(() => navigator.clipboard.readText())).toBe(tour.page.url());
  });

  it('shows where a token stands that the mouse is on', async () => {
    await (await chip(1)).click();
    await (await chip(3)).hover();
    await poll(() => tour.page.locator('#marks .token.pointed').allTextContents()).toEqual([' France']);
    await tour.page.mouse.move(1, 1);
    // The focus is on the chip that was clicked.
    await poll(() => tour.page.locator('#marks .token.pointed').allTextContents()).toEqual([' capital']);
  });

  it('says what it shows in its address', async () => {
    await (await tour.open('neighbours')).getByRole('radio', { name: 'centred' }).click();
    await (await tour.open('tokens')).getByRole('radio', { name: 'entropy', exact: true }).click();
    await poll(() => Object.fromEntries(fragment())).toEqual({
      ...{ text, room: 'text', position: '1', centred: 'true', colouring: 'entropy' },
    });
    await (await tour.open('neighbours')).getByRole('radio', { name: 'raw' }).click();
    await (await tour.open('tokens')).getByRole('radio', { name: 'size', exact: true }).click();
  });

  it('says that the numbers are of an earlier text, and inspects the new one with Ctrl+Enter', async () => {
    await tour.field.fill('The old capital of France is Paris.');
    await tour.panel.locator('[data-notice="out-of-date"]').waitFor();
    expect(await marks().count()).toBe(0);
    await tour.field.press('Control+Enter');
    await poll(() => marks().count()).toBe(8);
    await tour.panelIs('ready');
  });

  it('keeps the marks on the text while something before it changes', async () => {
    await caret('The old capital of France is'.length, 'The old capital of France is Paris.'.length);
    await tour.page.getByRole('button', { name: 'Inspect the selection' }).click();
    await poll(tokens).toEqual(['·Paris', '.']);
    expect(await chosen().textContent()).toBe('.');
    await tour.panelIs('ready');
    await caret(0);
    await tour.page.keyboard.type('Now: ');
    expect(await marks().allTextContents()).toEqual([' Paris', '.']);
    expect(await tour.panel.locator('[data-notice="out-of-date"]').count()).toBe(0);
    await poll(() => fragment().get('part')).toBe('33-40');
  });

  it('refuses a text of whitespace, and offers the sample', async () => {
    await tour.field.fill(' \n');
    await tour.page.getByRole('button', { name: 'Inspect the text' }).click();
    await tour.panelIs('failed');
    await tour.panel.locator('[data-notice="failed"]').getByRole('button', { name: 'Try the sample' }).click();
    await poll(tokens).toEqual([
      ...['The', '·best', '·way', '·to', '·learn', '·a', '·language', '·is', '·to', '·speak', '·it'],
    ]);
    await tour.panelIs('ready');
    await tour.inspect(text);
  });

  it('saves what it shows among the downloads', async () => {
    await (await tour.open('tokens')).getByRole('button', { name: 'Copy', exact: false }).last().click();
    const saving = tour.page.waitForEvent('download');
    await (await tour.open('tokens')).getByRole('menuitem', { name: 'Export…' }).click();
    const saved = await saving;
    expect(saved.suggestedFilename()).toBe('text-tokens.json');
    expect(await readFile((await saved.path()) ?? '', 'utf8')).toContain(String(run?.ids[3]));
    await tour.page.getByRole('status').getByText('Saved text-tokens.json').waitFor();
  });

  it('saves a picture that has a canvas, without a style that the page’s policy forbids', async () => {
    const section = await tour.open('vectorscope');
    await section.scrollIntoViewIfNeeded();
    await section.getByRole('button', { name: 'Save picture: Vectorscope' }).click();
    const saving = tour.page.waitForEvent('download');
    await tour.page.getByRole('dialog').getByRole('button', { name: 'SVG' }).click();
    const svg = await readFile((await (await saving).path()) ?? '', 'utf8');
    expect(svg).toContain('image-rendering="pixelated"');
  });

  const model = (shown: string) => tour.panel.locator('.head-line .model', { hasText: shown }).waitFor();

  it('gives paper all of the room that is open, in light colours', async () => {
    await tour.open('token');
    const panel = tour.page.locator('#panel');
    const told = (event: string) => tour.page.evaluate((name) => window.dispatchEvent(new Event(name)), event);
    const shown = () =>
      panel.evaluate((frame: HTMLIFrameElement) => {
        const root = frame.contentDocument?.documentElement;
        return { theme: root?.dataset['theme'], isCut: (root?.scrollHeight ?? NaN) > frame.clientHeight };
      });
    expect(await shown()).toEqual({ theme: 'vscode-dark', isCut: true });
    await told('beforeprint');
    expect(await shown()).toEqual({ theme: 'vscode-light', isCut: false });
    await told('afterprint');
    expect(await shown()).toEqual({ theme: 'vscode-dark', isCut: true });
  });

  it('opens a model of one’s own, which its address names', async () => {
    await (await chip(4)).click();
    await name('·is');
    await tour.useFixture('llama-untied');
    const size = (await tour.open('token')).locator('[data-fact="output-size"]');
    expect(Number(await size.getAttribute('data-value'))).toBeCloseTo(1.125, 3);
    expect(fragment().get('model')).toBe('llama-untied');
  });

  it('says that a model is damaged, and goes back to the one of the site', async () => {
    const torn = join(await mkdtemp(join(tmpdir(), 'vectorscope-page-')), 'torn.gguf');
    await writeFile(torn, (await readFile(fixture('qwen2'))).subarray(0, 3000));
    await tour.openModel(torn);
    await tour.panelIs('failed');
    await tour.page.getByRole('button', { name: 'Back to SmolLM2-135M-Instruct' }).click();
    await model('SmolLM2-135M · Q4_1');
    await tour.panelIs('ready');
  });

  it.each([
    ['page', 'llama-untied'],
    ['panel', 'qwen2'],
  ])('opens what is dropped on the %s', async (place, dropped) => {
    const target = place === 'page' ? tour.page.locator('body') : tour.panel.locator('body');
    await target.evaluate(
      (body, [file = '', bytes = '']) => {
        const data = new DataTransfer();
        data.items.add(new File([Uint8Array.from(atob(bytes), (unit) => unit.charCodeAt(0))], file));
        const isTaken = !body.dispatchEvent(
          new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }),
        );
        if (!isTaken) throw new Error('The page does not take files.');
        body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      },
      [`${dropped}.gguf`, (await readFile(fixture(dropped))).toString('base64')],
    );
    await model(dropped);
    await tour.panelIs('ready');
  });

  it('says why a file is no model, and keeps the one that it has', async () => {
    await tour.openModel(join(import.meta.dirname, 'page.test.ts'));
    await tour.page.getByRole('status').getByText('No model was found among these files.').waitFor();
    await tour.panelIs('ready');
    await tour.useFixture('qwen2');
    await poll(() => tour.page.locator('#status').textContent()).toBe('');
  });
});

/** The model is no part of what these protect, and takes longest. */
describe('the page before anything was downloaded', () => {
  let first: PanelPage;
  driven(async () => (first = await PanelPage.open()));
  const marks = () => first.page.locator('#marks .token');
  const says = (notice: string) => first.page.getByRole('status').getByText(notice).waitFor();

  it('shows the point of the sample without the model, and asks for it with the first click', async () => {
    const fetched: string[] = [];
    first.page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
    await first.goTo('');
    await first.panel.locator('.point-lead', { hasText: '·immerse' }).waitFor();
    await first.panelIs('not-downloaded');
    const predicted = first.panel.locator('.point-table tr.first [data-column="logit"] .point-number');
    expect(Number(await predicted.getAttribute('data-value'))).toBeCloseTo(28.61, 2);
    expect(await marks().count()).toBe(11);
    await first.panel.getByRole('button', { name: 'Next example' }).click();
    const question = first.page.getByRole('dialog');
    await question.getByRole('button', { name: 'Not now' }).click();
    await question.waitFor({ state: 'detached' });
    expect(fetched.filter((path) => path.startsWith('/models/'))).toEqual([]);
    // An edit makes it the numbers of an earlier text. It is not typed: the frame of the panel takes the focus back.
    await first.paste('Another text');
    await first.panel.locator('[data-notice="out-of-date"]').waitFor();
  });

  it('says that a link was made with another model, and shows what that link says but for its token', async () => {
    await first.goTo('#text=Hello&model=llama-untied&token=5&centred=true&colouring=entropy');
    await says('This link was made with llama-untied.');
    await first.useFixture('qwen2');
    const tokens = await first.open('tokens');
    expect((await tokens.locator('[data-token-index] bdi').allTextContents()).join('')).toBe('Hello');
    await tokens.getByRole('radio', { name: 'entropy', exact: true, checked: true }).waitFor();
    await tokens.locator('.chip[aria-selected="true"]').waitFor();
    await (await first.open('neighbours')).getByRole('radio', { name: 'centred', checked: true }).waitFor();
  });

  it('opens the room of a section that a link names, and says in its address which one is open', async () => {
    await first.goTo('#text=Hello&section=journey');
    await first.useFixture('qwen2');
    await first.section('journey').waitFor();
    const room = () => new URLSearchParams(new URL(first.page.url()).hash.slice(1)).get('room');
    await expect.poll(room).toBe('layers');
    await first.open('next-token');
    await expect.poll(room).toBe('prediction');
    await first.open('point');
    await expect.poll(room).toBeNull();
  });

  it('holds a text that is too long for a link over a reload', async () => {
    await first.goTo('#text=Hello');
    await first.useFixture('qwen2');
    const long = 'as long as that '.repeat(2000);
    await first.inspect(long);
    await expect.poll(() => new URL(first.page.url()).hash).toBe('');
    await first.page.reload();
    await expect.poll(async () => (await first.field.inputValue()) === long).toBe(true);
  });
});

it('asks for the download that an inspection needs, and goes on after a yes', async () => {
  const first = await PanelPage.open();
  await first.panelIs('not-downloaded');
  const inspect = first.page.getByRole('button', { name: 'Inspect the text' });
  await inspect.click();
  const question = first.page.getByRole('dialog');
  await question.getByText(/^Vectorscope needs the model .* It is downloaded from/).waitFor();
  await question.getByRole('button', { name: 'Not now' }).click();
  await question.waitFor({ state: 'detached' });
  await first.panelIs('not-downloaded');
  await first.field.fill(text);
  await inspect.click();
  // Whether the browser agrees to keep the model is its own affair.
  const asked = first.page.evaluate(
    () => new Promise<boolean>((resolve) => (navigator.storage.persist = async () => (resolve(true), true))),
  );
  // What the bar shows, and what is said, in per cent.
  await first.panel.locator('body').evaluate((body) => {
    const seen: [bar: number, said: number][] = [];
    Object.assign(globalThis, { seen });
    new MutationObserver(() => {
      const [, bytes, of] =
        /^Downloading .*: (\d+)\sMB of (\d+)\sMB/.exec(
          body.querySelector('[data-notice] .notice-text')?.textContent ?? '',
        ) ?? [];
      const bar = body.querySelector('[role="progressbar"]')?.getAttribute('aria-valuenow');
      if (bar && bytes && of) seen.push([Number(bar), (100 * Number(bytes)) / Number(of)]);
    }).observe(body, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  await question.getByRole('button', { name: /^Download/ }).click();
  expect(await asked).toBe(true);
  await first.panelIs('ready');
  const seen = await first.panel
    .locator('body')
    .evaluate(() => (globalThis as unknown as { readonly seen: readonly [number, number][] }).seen);
  expect(seen.filter(([bar, said]) => Math.abs(bar - said) > 2)).toEqual([]);
  await expect.poll(() => first.page.locator('#marks .token').count()).toBe(5);
  await first.close();
});

it('runs on several threads where the headers for them are sent', async () => {
  const isolated = await PanelPage.open({ isIsolated: true, fixture: 'qwen2' });
  await isolated.page.locator('#model', { hasText: /, threads: \d+$/ }).waitFor();
  await isolated.close();
});
