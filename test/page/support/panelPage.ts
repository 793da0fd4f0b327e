import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type FrameLocator, type Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { excerptLength } from '../../../src/extension/inspection/subject';
import { failedPicture } from '../../unit/support/failedPicture';
import { ourFontsAlone } from './fonts';
import type { Language } from './language';
import { PanelDriver, takesPictures, type PanelSize } from './panelDriver';
import { themes, type Theme } from './themes';

export const families = join(import.meta.dirname, '..', '..', 'fixtures', 'families');

const usualText = 'The capital of France is';
const lastOfUsual = 4;
/** CSS pixels. */
const usual = { width: 860, height: 900 };

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What the files of this worker share: a browser, and a page in it. */
let browser: Browser | null = null;
let sharedPage: PanelPage | null = null;

/** The page without an editor in a real browser, driven as a person would, with the fonts of our packages alone. */
export class PanelPage extends PanelDriver {
  /** What the browser complained of: exceptions, and what the page's policy does not allow. */
  readonly #complaints: string[] = [];

  private constructor(readonly page: Page) {
    super();
    page.on('pageerror', ({ message }) => this.#complaints.push(message));
    page.on('console', (said) => said.type() === 'error' && this.#complaints.push(said.text()));
  }

  /**
   * The page that the files of this worker share, as if it were just opened, with the text inspected. Its last token is
   * chosen, as by a link that says so; with null the page chooses. `language` is that of the page and the panel,
   * English where nothing is said.
   */
  static async shared({
    text = usualText,
    position = text === usualText ? lastOfUsual : null,
    language,
    ...size
  }: {
    readonly text?: string;
    readonly position?: number | null;
    readonly language?: Language | undefined;
  } & Partial<Size> = {}) {
    const page = sharedPage ?? (await PanelPage.#new());
    await page.page.setViewportSize({ ...usual, ...size });
    await page.page.mouse.move(1, 1);
    await page.page.emulateMedia(themes['Dark Modern'].media);
    const search = language === undefined ? '' : `?lang=${language}`;
    const choices = new URLSearchParams({ text, ...(position !== null && { position: String(position) }) });
    await page.goTo(`${search}#${choices}`);
    // The text is in the address already, so that the model is loaded once.
    if (page !== sharedPage) await page.panel.getByRole('button', { name: /^Download|herunterladen$/ }).click();
    await page.isInspected(text);
    return (sharedPage = page);
  }

  /**
   * A page of its own without a model, or with a small one of the fixtures, which is there at once. `isIsolated` has it
   * served with the headers for threads, `isKept` lets the browser keep it for a visit without a network.
   */
  static async open({
    text = usualText,
    isIsolated = false,
    isKept = false,
    fixture,
  }: { text?: string; isIsolated?: boolean; isKept?: boolean; fixture?: string } = {}) {
    const page = await PanelPage.#new(isIsolated, isKept);
    await page.goTo(`#${new URLSearchParams({ text })}`);
    if (fixture !== undefined) await page.useFixture(fixture);
    return page;
  }

  static async #new(isIsolated = false, isKept = false): Promise<PanelPage> {
    if (!browser?.isConnected()) {
      const { executable, flags } = inject('browser');
      const fonts = await ourFontsAlone(await mkdtemp(join(tmpdir(), 'vectorscope-fonts-')));
      browser = await chromium.launch({ executablePath: executable, args: flags, env: { ...process.env, ...fonts } });
    }
    const context = await browser.newContext({
      baseURL: inject('site')[isIsolated ? 'isolated' : 'plain'],
      viewport: usual,
      reducedMotion: 'reduce',
      colorScheme: 'dark',
      permissions: ['clipboard-read', 'clipboard-write'],
      serviceWorkers: isKept ? 'allow' : 'block',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    return new PanelPage(page);
  }

  /** Leaves a shared page to the next file. Fails if the browser complained of anything. */
  async close(): Promise<void> {
    expect(this.#complaints.splice(0)).toEqual([]);
    if (this !== sharedPage) await this.page.context().close();
  }

  /** Takes a picture of what went wrong. The next file has another page: this one may be in any state. */
  async failed(name: string): Promise<void> {
    if (this === sharedPage) sharedPage = null;
    await this.page.screenshot({ path: join(inject('output'), `${failedPicture(name)}.png`) });
  }

  get panel(): FrameLocator {
    return this.page.frameLocator('#panel');
  }

  get field() {
    return this.page.locator('#text');
  }

  /** Opens the page anew, with this at the end of its address. */
  async goTo(end: string): Promise<void> {
    await this.page.goto('about:blank');
    await this.page.goto(`/${end}`);
    await this.panel.locator('main[data-status]').waitFor();
  }

  /**
   * Puts a text into the field as a paste does. Playwright types a text that it fills in, which takes a minute for one
   * of 200,000 characters, and goes elsewhere if the focus moves meanwhile.
   */
  paste(text: string): Promise<void> {
    return this.field.evaluate((area, value) => {
      (area as HTMLTextAreaElement).value = value;
      area.dispatchEvent(new Event('input'));
    }, text);
  }

  /** Inspects all of a text, and waits for its numbers. */
  async inspect(text: string): Promise<void> {
    await this.paste(text);
    await this.page.locator('#inspect').click();
    await this.isInspected(text);
  }

  private async isInspected(text: string): Promise<void> {
    // The panel shows the text once its numbers are on their way.
    const excerpt = this.panel.locator('.head-line .excerpt');
    await excerpt
      .and(
        this.panel.getByTitle(text.slice(0, excerptLength) + (text.length > excerptLength ? '…' : ''), { exact: true }),
      )
      // A narrow header has no room for it.
      .waitFor({ state: 'attached' });
    await this.panelIs('ready');
  }

  /** Opens a model file, or the files of a folder. */
  async openModel(...files: string[]): Promise<void> {
    await this.page.locator('#model-file').setInputFiles(files);
  }

  /** Compares the model with another, whose file or files these are. */
  async compareWith(...files: string[]): Promise<void> {
    await this.page.locator('#other-file').setInputFiles(files);
  }

  /** Opens a model of the fixtures, and waits for its numbers. */
  async useFixture(name: string): Promise<void> {
    await this.openModel(join(families, `${name}.gguf`));
    await this.panel.locator('.head-line .model', { hasText: name }).waitFor();
    await this.panelIs('ready');
  }

  async setTheme(theme: Theme): Promise<void> {
    await this.page.emulateMedia(themes[theme].media);
    await this.themeReached(this.panel, theme);
  }

  async fitPanel(width: number, last?: string): Promise<void> {
    await this.resize(width, (panel, window) => window.height + panel.content - panel.height, last);
  }

  /** Gives the panel a width in a window of the usual height, which is drawn ten times as fast as a high one. */
  async setPanelWidth(width: number): Promise<void> {
    await this.resize(width, () => usual.height);
  }

  private async resize(width: number, heightOf: (panel: PanelSize, window: Size) => number, last?: string) {
    // The page puts the text beside the panel or above it, by the window's shape.
    for (let trial = 0; trial < 10; trial++) {
      const panel = await (trial === 0 ? this.panelSize(last) : this.settledPanel(last));
      const window = this.page.viewportSize();
      if (!window) throw new Error('The window has no size.');
      const height = heightOf(panel, window);
      if (trial > 0 && panel.width === width && Math.abs(height - window.height) < 2) return;
      await this.page.setViewportSize({ width: window.width + width - panel.width, height });
    }
    throw new Error(`The panel did not come to a width of ${width} pixels.`);
  }

  /** Takes a picture of the panel alone, if pictures are wanted. */
  async panelPicture(name: string): Promise<void> {
    if (!takesPictures) return;
    await this.page.mouse.move(1, 1);
    await this.page.locator('#panel').screenshot({ path: join(inject('output'), `${name}.png`) });
  }
}
