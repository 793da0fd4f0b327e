import { copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { chromium, type BrowserContextOptions, type FrameLocator, type Locator, type Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { defaultModel } from '../../../src/shared/defaultModel';
import { extensionId } from '../../../src/shared/extensionId';
import { megabytes } from '../../../src/shared/format';
import { ourFontsAlone } from '../../page/support/fonts';
import { PanelDriver, takesPictures, type PanelStatusKind } from '../../page/support/panelDriver';
import { themes, type Theme } from '../../page/support/themes';
import { failedPicture } from '../../unit/support/failedPicture';
import { editor, webEditor } from './editors';
import { settledPlace } from './settledPlace';

/** Where the extension runs: on the editor's server, or in the browser. */
export type Host = 'node' | 'web';

/** The button that agrees to the download of the model, in the notification and in the panel. */
export const downloadButton = `Download ${megabytes(defaultModel.bytes)}`;

/** The lowest and narrowest window that the workbench is drawn in well, CSS pixels. */
const smallest = 600;

interface Opened {
  readonly page: Page;
  end(): Promise<void>;
}

/** The file that is open in every window. */
const document = 'sample.md';

/** CSS pixels. */
const usual = { width: 1400, height: 900 };

/** The windows that the files of this worker share, by their extension hosts. */
const sharedWindows = new Map<Host, Workbench>();

/** A real editor in a real browser, driven as a person would: by keys, by the mouse and by what is on the screen. */
export class Workbench extends PanelDriver {
  private constructor(
    readonly page: Page,
    /** What the window opens. */
    readonly folder: string,
    private readonly end: () => Promise<void>,
  ) {
    super();
  }

  /**
   * The window that the files of this worker share, as if it were just opened: nothing is inspected, the file holds the
   * sample, and the panel is closed. To open a window and load a model in it takes longer than most of the tests that
   * follow. A file leaves the settings, the model and the options as it finds them. The side bar stays as it is: a view
   * that is shown again can no longer be told from the panel by its frame.
   */
  static async shared({
    host = 'node',
    width = usual.width,
    height = usual.height,
  }: { host?: Host; width?: number; height?: number } = {}): Promise<Workbench> {
    const open = sharedWindows.get(host);
    const workbench = open ?? (await Workbench.open({ host, width, height }));
    sharedWindows.set(host, workbench);
    if (open) await open.startOver({ width, height });
    return workbench;
  }

  /**
   * Opens a window on a folder of its own with the sample in it, or another text in the sample's place, and waits until
   * the cursor is in the document. `folder` is that of another window, `host` the extension host, `origin` that of
   * another editor or of a proxy in front of one, `beside` a window whose browser and storage are shared, and whose
   * sizes, `environment` what the browser's own environment has besides ours.
   */
  static async open({
    width = usual.width,
    height = usual.height,
    text,
    folder: shared,
    host = 'node',
    origin,
    beside,
    environment,
  }: {
    width?: number;
    height?: number;
    text?: string;
    folder?: string;
    host?: Host;
    origin?: string;
    beside?: Workbench;
    environment?: Record<string, string>;
  } = {}): Promise<Workbench> {
    const { folder: above, sample } = editor();
    // Of its own, since what a test types is saved.
    const folder = shared ?? (await mkdtemp(join(above, 'window-')));
    if (shared === undefined)
      await (text === undefined ? copyFile(sample, join(folder, document)) : writeFile(join(folder, document), text));
    const { page, end } = beside
      ? await pageBeside(beside.page)
      : await pageInBrowser({ viewport: { width, height } }, environment);
    try {
      page.setDefaultTimeout(60_000);
      const workbench = new Workbench(page, folder, end);
      await page.goto(
        `${origin ?? (host === 'web' ? webEditor() : editor()).origin}/?folder=${encodeURIComponent(folder)}`,
      );
      await page.locator('.explorer-viewlet .monaco-list-row').filter({ hasText: document }).dblclick();
      await workbench.untilReady();
      return workbench;
    } catch (error) {
      await end();
      throw error;
    }
  }

  /** Leaves a shared window to the next file. */
  async close(): Promise<void> {
    if (![...sharedWindows.values()].includes(this)) await this.end();
  }

  /** Takes a picture of what went wrong. The next file has another window: this one may be in any state. */
  async failed(name: string): Promise<void> {
    for (const [host, shared] of sharedWindows) if (shared === this) sharedWindows.delete(host);
    await this.screenshot(failedPicture(name));
  }

  private async startOver(size: { readonly width: number; readonly height: number }): Promise<void> {
    await this.page.mouse.move(1, 1);
    await this.page.setViewportSize(size);
    // The palette has the command only where there is something to clear.
    if ((await this.panelFrame.count()) > 0) await this.runCommand('Vectorscope: Clear Inspection');
    await this.show();
    await this.runCommand('View: Close Editors in Other Groups');
    await this.untilReady();
  }

  /** Has the file hold a text, the sample by default, as if it had been changed by another program. */
  async show(text?: string): Promise<void> {
    const shown = text ?? (await readFile(editor().sample, 'utf8'));
    await writeFile(join(this.folder, document), shown);
    await this.focusEditor();
    await this.runCommand('File: Revert File');
    await this.page.locator('.tab.dirty').waitFor({ state: 'detached' });
    await this.goToLine(1);
    const [line = ''] = shown.split('\n');
    await this.page
      .locator('.view-line')
      .filter({ hasText: line.slice(0, 30) })
      .first()
      .waitFor();
  }

  /**
   * Reloads the window by the editor's own command: a browser's reload gives the editor no time to store where it was.
   */
  async reload(): Promise<void> {
    const hadPanel = (await this.panelFrame.count()) > 0;
    const loaded = this.page.waitForEvent('load');
    await this.runCommand('Developer: Reload Window');
    await loaded;
    // As it comes back it takes the focus, from a question that is open by then too.
    if (hadPanel) await this.panel.locator('main').waitFor();
    await this.untilReady();
  }

  private async untilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor();
    await this.focusEditor();
    await this.goToLine(1);
  }

  async focusEditor(): Promise<void> {
    // A hover of what the mouse rests on may lie over the line.
    await this.page.mouse.move(0, 0);
    await this.page
      .locator(`.editor-instance[aria-label*="${document}"], .editor-instance:has([aria-label*="${document}"])`)
      .first()
      .locator('.view-line')
      .first()
      .click();
  }

  /** Runs a command by its whole title, as the palette shows it: "Inspect Selection with Vectorscope". */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.pick(`>${title}`, title);
  }

  private async pick(typed: string, label: string): Promise<void> {
    const box = this.page.locator('.quick-input-widget:not([style*="display: none"])');
    await box.locator('input[type="text"]').fill(typed);
    await box
      .locator('.quick-input-list .monaco-list-row')
      .filter({ has: this.page.locator('.label-name', { hasText: new RegExp(`^${escaped(label)}$`) }) })
      .first()
      .click();
  }

  /**
   * Answers the question where to save, which suggests a name, with another name in the window's folder. Returns the
   * path. `kind` is the form to choose first, where there are several.
   */
  async saveAs(suggested: string, name: string): Promise<string> {
    const field = this.page.locator('.quick-input-widget:not([style*="display: none"]) input[type="text"]');
    await expect.poll(() => field.inputValue()).toMatch(new RegExp(`${escaped(suggested)}$`));
    const path = join(this.folder, name);
    await field.fill(path);
    await field.press('Enter');
    await field.waitFor({ state: 'hidden' });
    return path;
  }

  /** Answers the question for a file with its path. */
  async chooseFile(path: string): Promise<void> {
    const field = this.page.locator('.quick-input-widget:not([style*="display: none"]) input[type="text"]');
    const row = (name: string) =>
      this.page
        .locator('.quick-input-list .monaco-list-row')
        .filter({ has: this.page.locator('.label-name', { hasText: new RegExp(`^${escaped(name)}$`) }) });
    // The dialog shows a path before it has read that folder, and goes back to it once it has, whatever was typed
    // meanwhile.
    await row('..').waitFor();
    await field.fill(`${dirname(path)}/`);
    // Answered before the folder was read, it would choose nothing.
    await row(basename(path)).click();
    await field.waitFor({ state: 'hidden' });
  }

  /** Puts the cursor at the start of a line, 1-based. */
  async goToLine(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press('Control+g');
    await this.page.locator('.quick-input-widget input[type="text"]').fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    // The status bar may have said so before.
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.statusSays(new RegExp(`Ln ${line}, Col ${column}$`));
  }

  /** Selects the first place where a text without line ends stands in the file. */
  async selectText(text: string): Promise<void> {
    await this.focusEditor();
    await this.goToLine(1);
    await this.page.keyboard.press('Control+f');
    const find = this.page.locator('.find-widget.visible .find-part textarea').first();
    await find.fill(text);
    await this.page
      .locator('.find-widget.visible .matchesCount')
      .filter({ hasText: / of \d/ })
      .waitFor();
    await find.press('Enter');
    await find.press('Escape');
    await this.statusSays(new RegExp(`\\(${text.length} selected\\)$`));
  }

  /** Selects whole lines, 1-based, the last one and its end included. */
  async selectLines(from: number, to: number): Promise<void> {
    await this.focusEditor();
    await this.goToLine(from);
    for (let line = from; line <= to; line++) await this.page.keyboard.press('Control+l');
    await this.statusSays(new RegExp(`^Ln ${to + 1}, Col 1 \\(\\d+ selected\\)$`));
  }

  /** Selects the whole text, which has so many UTF-16 units. */
  async selectAll(length: number): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press('Control+a');
    await this.statusSays(new RegExp(`\\(${length} selected\\)$`));
  }

  /** Puts the mouse on a text in the editor, waits for the hover, and returns its words. */
  async hover(line: string, text: string): Promise<Locator> {
    const size = this.page.viewportSize();
    if (size) await this.laidOut(size);
    const place = await settledPlace(this.page, line, text);
    await this.page.mouse.move(place.x - 2, place.y);
    await this.page.mouse.move(place.x, place.y, { steps: 3 });
    const hover = this.page.locator('.monaco-hover:visible .hover-contents').filter({ hasText: /\S/ });
    await hover.first().waitFor();
    return hover.first();
  }

  /** Resizes the window, CSS pixels, and waits until the workbench has filled it. */
  async resize(size: { readonly width: number; readonly height: number }): Promise<void> {
    await this.page.setViewportSize(size);
    await this.laidOut(size);
  }

  private async laidOut({ width, height }: { readonly width: number; readonly height: number }): Promise<void> {
    await expect
      .poll(async () => {
        const box = await this.page.locator('.monaco-workbench').boundingBox();
        return { width: box?.width, height: box?.height };
      })
      .toEqual({ width, height });
  }

  /** Waits until the status bar says this of the cursor and the selection. */
  async statusSays(text: RegExp): Promise<void> {
    await this.page.locator('.statusbar-item[id="status.editor.selection"]').filter({ hasText: text }).waitFor();
  }

  /** The editor says in the address of a webview's frame when it stands in a view. */
  private get panelFrame(): Locator {
    return this.page.locator(
      `iframe.webview.ready[src*="extensionId=${extensionId}"]:not([src*="purpose=webviewView"])`,
    );
  }

  private get sideFrame(): Locator {
    return this.page.locator(`iframe.webview.ready[src*="extensionId=${extensionId}"][src*="purpose=webviewView"]`);
  }

  /** The panel's page. Locators in it wait until the panel is there. */
  get panel(): FrameLocator {
    return this.panelFrame.contentFrame().frameLocator('iframe#active-frame');
  }

  /** The page of the view in the side bar, in the same way. */
  get side(): FrameLocator {
    return this.sideFrame.contentFrame().frameLocator('iframe#active-frame');
  }

  /** The notifications that are drawn now. */
  get notifications(): Locator {
    return this.page.locator('.notification-toast');
  }

  /** Agrees to the download of the model, as a browser's extension host asks before it fetches the file. */
  async agreeToDownload(): Promise<void> {
    await this.notifications.getByRole('button', { name: downloadButton }).click();
  }

  /** Opens the view in the side bar and waits until it is in a state. */
  async openSide(kind: PanelStatusKind): Promise<Locator> {
    await this.runCommand('Vectorscope: Focus on Token View');
    const main = this.side.locator(`main[data-status="${kind}"]`);
    await main.waitFor();
    return main;
  }

  async setTheme(theme: Theme): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.pick('>Preferences: Color Theme', 'Preferences: Color Theme');
    await this.pick(theme, theme);
    await this.workbenchReached(theme);
  }

  /** Waits until the workbench has the colours of a theme. */
  async workbenchReached(theme: Theme): Promise<void> {
    await this.page.locator(`.monaco-workbench.${themes[theme].workbench}`).waitFor();
  }

  async fitPanel(width: number, last?: string): Promise<void> {
    for (let trial = 0; trial < 10; trial++) {
      const panel = await this.settledPanel(last);
      const window = this.page.viewportSize();
      if (!window) throw new Error('The window has no size.');
      // The panel has half of the width that the side bar leaves.
      const wanted = {
        width: Math.max(smallest, window.width + 2 * (width - panel.width)),
        height: Math.max(smallest, window.height + panel.content - panel.height),
      };
      if (wanted.width === window.width && Math.abs(wanted.height - window.height) < 2) return;
      await this.resize(wanted);
    }
    throw new Error(`The panel did not come to a width of ${width} pixels.`);
  }

  /** Takes a picture of the window, if pictures are wanted. */
  async picture(name: string): Promise<void> {
    if (takesPictures) await this.screenshot(name);
  }

  private async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: join(editor().pictures, `${name}.png`) });
  }

  /**
   * Takes a picture of the panel alone, if pictures are wanted, without what the editor says about the place where the
   * mouse happens to be.
   */
  async panelPicture(name: string): Promise<void> {
    if (!takesPictures) return;
    await this.page.mouse.move(1, 1);
    await expect.poll(() => this.page.locator('.monaco-hover:visible').count()).toBe(0);
    await this.panelFrame.screenshot({ path: join(editor().pictures, `${name}.png`) });
  }
}

/** No window depends on the fonts of the machine. */
let fonts: Promise<Record<string, string>> | undefined;

async function pageInBrowser(sizes: BrowserContextOptions, environment = {}): Promise<Opened> {
  const { executable, flags } = inject('browser');
  fonts ??= ourFontsAlone(await mkdtemp(join(tmpdir(), 'vectorscope-fonts-')));
  const env = { ...process.env, ...(await fonts), ...environment };
  const browser = await chromium.launch({ executablePath: executable, args: flags, env });
  const context = await browser.newContext({
    ...sizes,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  return { page: await context.newPage(), end: () => browser.close() };
}

async function pageBeside(other: Page): Promise<Opened> {
  const page = await other.context().newPage();
  return { page, end: () => page.close() };
}

export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
