import { copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shortName } from '../../../src/shared/modelName';
import { monospace, ourFontsAlone } from '../../page/support/fonts';
import { areaOf, fit } from '../../page/support/partOfPanel';
import { themes, type Theme } from '../../page/support/themes';
import { FakeLlamaServer } from '../../servers/fakeLlamaServer';
import { ownModel } from '../../servers/ownModel';
import { modelPath } from '../../unit/support/engine';
import { choices, connectTo, disconnect } from './connecting';
import { editor } from './editors';
import { openExampleHub } from './exampleHub';
import { ModelsView } from './modelsView';
import { text, type EditorPicture } from './pictures';
import { Workbench, type Host } from './workbench';

const inside = 'SmolLM2-135M-Instruct';
/** The panel shows it, so it must not change. */
const port = 18_080;
const place = `localhost:${port}`;

/**
 * What depends on the hour: the time of an inspection. Rules of CSS put fixed words in its place, since the editor
 * draws it again whenever it likes.
 */
export const steady = `
  .pane:has(.pane-header[aria-label^="Inspections "]) .label-description { font-size: 0; }
  .pane:has(.pane-header[aria-label^="Inspections "]) .label-description::after {
    content: "10:30 AM · ${text}"; font-size: 12px; margin-left: 6px;
  }
  /* Some wait for a rest of the engine; others come and go with ports, keyboard, notices and history of the editor. */
  .statusbar-item:is([id$="vectorscope.tokenCount"], [id="status.forwardedPorts"], [id="status.workbench.keyboardLayout"],
    [id="status.languageStatus"], [id="status.notifications"]) { display: none !important; }
  .part.titlebar .action-item:has(> .codicon-arrow-left, > .codicon-arrow-right),
  .part.activitybar .badge { visibility: hidden !important; }
  /* The width of a list's rows is rounded in one way or the other. */
  .monaco-list-row { background-color: transparent !important; outline: 0 !important; }
`;

/** After a while the editor explains the field in which a person types. */
const unexplained = '.workbench-hover-container { display: none !important; }';

/** Windows for pictures, in a browser that has only our fonts. Each is opened when it is first needed. */
export class Studio {
  private readonly windows = new Map<Host, Workbench>();
  /** Sizes of the window that gave the panel a width, for the next picture of it. */
  private readonly fitting = new Map<string, { readonly width: number; readonly height: number }>();
  private theme: Theme = 'Dark Modern';
  private model = inside;
  private models: ModelsView | null = null;
  private server: { close(): Promise<void> } | null = null;
  private hub: { close(): Promise<void> } | null = null;

  private constructor(
    private readonly folder: string,
    private readonly environment: Record<string, string>,
  ) {}

  static async open(): Promise<Studio> {
    const { folder, sample } = editor();
    const above = await mkdtemp(join(folder, 'pictures-'));
    // The window shows its name.
    const notes = join(above, 'notes');
    await mkdir(join(notes, '.vscode'), { recursive: true });
    await copyFile(sample, join(notes, 'sample.md'));
    const studio = new Studio(notes, await ourFontsAlone(join(above, 'fonts')));
    await studio.setTheme('Dark Modern');
    return studio;
  }

  async close(): Promise<void> {
    try {
      // Windows of later files start with this choice.
      if (this.server) await this.leaveServer();
      if (this.model !== inside) await this.models?.choose(inside);
    } finally {
      await this.hub?.close();
      // The first one ends the browser.
      for (const window of [...this.windows.values()].reverse()) await window.close();
    }
  }

  /** Takes a picture of the windows, as they are, for `test/output`. */
  async failed(name: string): Promise<void> {
    for (const [host, window] of this.windows) await window.failed(`${name}, ${host}`);
  }

  /** Prepares a picture, and returns a function that takes it: a PNG. */
  async prepare({
    theme,
    host = 'node',
    model = inside,
    isServed,
    hasHub,
    shows,
    prepare,
  }: EditorPicture): Promise<() => Promise<Buffer>> {
    if (theme !== this.theme) await this.setTheme(theme);
    const workbench = await this.windowOf(host);
    const { page } = workbench;
    // A list of choices of the picture before.
    if (await choices(workbench).isVisible()) await page.keyboard.press('Escape');
    await page.mouse.move(1, 1);
    await page.locator('.monaco-hover:visible').first().waitFor({ state: 'hidden' });
    if (host === 'node' && isServed) await this.askServer(workbench);
    else if (host === 'node') await this.setModel(workbench, model);
    if (hasHub) this.hub ??= await openExampleHub();
    await workbench.workbenchReached(theme);
    await workbench.themeReached(workbench.panel, theme);
    if ('window' in shows) {
      await page.setViewportSize(shows.window);
      await prepare(workbench);
      return () => page.screenshot({ style: steady });
    }
    if ('choices' in shows) {
      await prepare(workbench);
      return () => choices(workbench).screenshot({ style: steady + unexplained });
    }
    const key = JSON.stringify(shows);
    const known = this.fitting.get(key);
    if (known) await page.setViewportSize(known);
    await prepare(workbench);
    await fit(workbench, shows);
    const size = page.viewportSize();
    if (size) this.fitting.set(key, size);
    return async () => page.screenshot({ style: steady, clip: await areaOf(workbench, shows) });
  }

  /** The window, with the text inspected. */
  async windowOf(host: Host): Promise<Workbench> {
    const open = this.windows.get(host);
    if (open) return open;
    const [beside] = this.windows.values();
    const { folder, environment } = this;
    const workbench = await Workbench.open({ host, folder, environment, ...(beside && { beside }) });
    this.windows.set(host, workbench);
    await workbench.selectText(text);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    if (host === 'web') await workbench.agreeToDownload();
    await workbench.panelIs('ready');
    return workbench;
  }

  /** Only the folder's own settings: those of the user are the other tests' too. */
  private async setTheme(theme: Theme): Promise<void> {
    this.theme = theme;
    const settings = {
      'workbench.colorTheme': themes[theme].setting,
      'editor.fontFamily': monospace,
      'editor.cursorBlinking': 'solid',
      'editor.occurrencesHighlight': 'off',
      'editor.lightbulb.enabled': 'off',
      // It is there or not, by which of the editor's own extensions starts first.
      'breadcrumbs.showEditorType': false,
    };
    await writeFile(join(this.folder, '.vscode', 'settings.json'), JSON.stringify(settings));
  }

  /** Has a server run the model that ships inside. */
  private async askServer(workbench: Workbench): Promise<void> {
    if (this.server) return;
    const model = await ownModel(modelPath);
    const server = await FakeLlamaServer.start(model, { port });
    this.server = {
      async close() {
        await server.close();
        await model.close();
      },
    };
    this.models ??= await ModelsView.open(workbench);
    await connectTo(workbench, this.models, { address: `http://${place}`, key: '', matrices: inside });
    await workbench.panel.locator('[data-notice="served"]').waitFor();
    await workbench.selectText(text);
    await workbench.runCommand('Inspect Selection with Vectorscope');
    await workbench.panelIs('ready');
  }

  private async leaveServer(): Promise<void> {
    const workbench = this.windows.get('node');
    if (workbench && this.models) await disconnect(workbench, this.models, place, inside);
    await this.server?.close();
    this.server = null;
    await workbench?.panelIs('ready');
  }

  private async setModel(workbench: Workbench, model: string): Promise<void> {
    if (this.server) await this.leaveServer();
    if (model === this.model) return;
    this.models ??= await ModelsView.open(workbench);
    const search = this.models.row('Look for Models');
    if (await search.isVisible()) await search.click();
    await this.models.choose(model);
    this.model = model;
    await workbench.panel
      .locator('.head-line .model')
      .filter({ hasText: new RegExp(`^${shortName(model)}`) })
      .waitFor();
    await workbench.panelIs('ready');
  }
}
