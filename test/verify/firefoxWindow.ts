import type { Browser, Frame, Page } from 'puppeteer-core';
import { defaultModel } from '../../src/shared/defaultModel';
import { extensionId } from '../../src/shared/extensionId';
import { megabytes } from '../../src/shared/format';

const document = 'sample.md';
const questionBox = '.quick-input-widget:not([style*="display: none"])';
const rows = `${questionBox} .quick-input-list .monaco-list-row`;
const panelFrame = `iframe.webview.ready[src*="extensionId=${extensionId}"]:not([src*="purpose=webviewView"])`;
const modelItem = '.statusbar-item[id$="vectorscope.model"]';

/** Long, for a machine that is busy. Milliseconds. */
const patience = 120_000;
/** The menu is drawn once, so it is opened again until the engine has decided what it runs on. */
const menuTrials = 60;
const betweenTrials = 1000;

/**
 * A window of the editor in Firefox, driven by keys and by the mouse. Playwright drives no Firefox but its own, so the
 * tours' `Workbench` cannot.
 */
export class FirefoxWindow {
  /** What was thrown in the window or in one of its frames. */
  readonly errors: string[] = [];

  private constructor(readonly page: Page) {
    page.on('pageerror', (error) =>
      this.errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
  }

  /** Opens the editor and in it the sample. */
  static async open(browser: Browser, url: string): Promise<FirefoxWindow> {
    const page = await browser.newPage();
    page.setDefaultTimeout(patience);
    page.setDefaultNavigationTimeout(patience);
    const window = new FirefoxWindow(page);
    await page.goto(url, { waitUntil: 'domcontentloaded' });
    await page.waitForSelector('.monaco-workbench .part.statusbar');
    await page.locator(`.explorer-viewlet .monaco-list-row ::-p-text(${document})`).click({ count: 2 });
    await page.locator('.editor-instance .view-line').click();
    return window;
  }

  /** Selects the first place where a text without line ends stands in the file. */
  async selectText(text: string): Promise<void> {
    await this.page.keyboard.down('Control');
    await this.page.keyboard.press('f');
    await this.page.keyboard.up('Control');
    const find = '.find-widget.visible .find-part textarea';
    await this.page.locator(find).fill(text);
    await this.page.waitForSelector('.find-widget.visible .matchesCount ::-p-text( of )');
    await this.page.focus(find);
    await this.page.keyboard.press('Enter');
    await this.page.keyboard.press('Escape');
    await this.page.waitForSelector(
      `.statusbar-item[id="status.editor.selection"] ::-p-text((${text.length} selected))`,
    );
  }

  /** Runs a command by its whole title, as the palette shows it. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.page.locator(`${questionBox} input[type="text"]`).fill(`>${title}`);
    await this.page.locator(`${rows} ::-p-text(${title})`).click();
  }

  /** Agrees to the download of the model. */
  async agreeToDownload(): Promise<void> {
    await this.page.locator(`.notification-toast ::-p-text(Download ${megabytes(defaultModel.bytes)})`).click();
  }

  /**
   * Waits until the panel shows a result, and returns its page. Rejects with the panel's message if there is no result.
   */
  async panel(): Promise<Frame> {
    const editorFrame = await contentOf(this.page, panelFrame);
    const panel = await contentOf(editorFrame, 'iframe#active-frame');
    const main = await panel.waitForSelector(
      'main:is([data-status="ready"], [data-status="failed"], [data-status="cancelled"])',
    );
    const [status, said] = await panel.evaluate(
      (element) => [element?.getAttribute('data-status'), element?.textContent],
      main,
    );
    if (status !== 'ready') throw new Error(`The panel is ${status}: ${said}`);
    return panel;
  }

  /**
   * The lines of the menu behind the model's item in the status bar, once a model is loaded and the backend is decided.
   */
  async menu(): Promise<readonly string[]> {
    for (let trial = 1; ; trial++) {
      await this.page.locator(modelItem).click();
      await this.page.waitForSelector(`${rows} ::-p-text(Host:)`);
      const lines = await this.page.$$eval(rows, (all) => all.map((row) => (row as HTMLElement).innerText));
      await this.page.keyboard.press('Escape');
      await this.page.waitForSelector(rows, { hidden: true });
      const isDecided =
        lines.some((line) => line.startsWith('Threads:')) && !lines.some((line) => line.includes('is being tried'));
      if (isDecided) return lines;
      if (trial === menuTrials) throw new Error(`The menu does not say what the model runs on:\n${lines.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, betweenTrials));
    }
  }
}

async function contentOf(parent: Page | Frame, selector: string): Promise<Frame> {
  const element = await parent.waitForSelector(selector);
  const frame = await element?.contentFrame();
  if (!frame) throw new Error(`There is no page in ${selector}.`);
  return frame;
}
