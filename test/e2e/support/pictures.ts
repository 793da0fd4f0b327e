import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PartOfPanel } from '../../page/support/partOfPanel';
import type { Picture } from '../../page/support/pictureFiles';
import type { Theme } from '../../page/support/themes';
import { modelPath } from '../../unit/support/engine';
import { choices, stepInput } from './connecting';
import type { Host, Workbench } from './workbench';

/** The first sentence of the sample, which is the clearest example. */
export const firstSentence = 'The best way to learn a language is to speak it';

/** The text of every other picture, in line 5 of the sample. */
export const text = 'The capital of France is';

/** A picture for which an editor is needed. */
export interface EditorPicture extends Picture {
  readonly theme: Theme;
  /** Where the extension runs; beside the editor's server where nothing is said. */
  readonly host?: Host;
  readonly shows: Shown;
  /** Name of the model; the one that ships inside where nothing is said. */
  readonly model?: string;
  /** A server runs the model. */
  readonly isServed?: true;
  /** There is a Hub. */
  readonly hasHub?: true;
  /** What a person does after the text was inspected. It ends when everything in the picture is drawn. */
  readonly prepare: (workbench: Workbench) => Promise<void>;
}

/** The whole window of a size in CSS pixels, the list of choices at its top, or a part of the panel. */
type Shown =
  | { readonly window: { readonly width: number; readonly height: number } }
  | { readonly choices: true }
  | PartOfPanel;

const themes = { dark: 'Dark Modern', light: 'Light Modern', hc: 'Dark High Contrast' } as const;
const kinds = ['dark', 'light', 'hc'] as const;

/** In this order, so that the theme, the token and the model change seldom. */
export const pictures: readonly EditorPicture[] = [
  ...(['dark', 'light'] as const).map((kind): EditorPicture => ({
    folder: 'media/pictures',
    name: `editor-${kind}`,
    theme: themes[kind],
    shows: { window: { width: 1800, height: 1050 } },
    async prepare(workbench) {
      await workbench.openSide('ready');
      await putCursorIn(workbench, '·France');
      await workbench.hover(text, 'France');
    },
  })),
  {
    folder: 'media',
    name: 'first-view-dark',
    theme: 'Dark Modern',
    shows: { window: { width: 1400, height: 900 } },
    async prepare(workbench) {
      await workbench.runCommand('View: Show Explorer');
      await workbench.selectText(firstSentence);
      await workbench.runCommand('Inspect Selection with Vectorscope');
      await workbench.panel.locator('.head-line .excerpt', { hasText: 'The best way' }).waitFor({ state: 'attached' });
      await workbench.panelIs('ready');
      await numbersAreThere(workbench);
    },
  },
  {
    folder: 'docs/pictures',
    name: 'server-dark',
    theme: 'Dark Modern',
    isServed: true,
    shows: { panel: 1000, to: 'point' },
    prepare: (workbench) => putCursorIn(workbench, '·is'),
  },
  {
    folder: 'docs/pictures',
    name: 'hub-dark',
    theme: 'Dark Modern',
    isServed: true,
    hasHub: true,
    shows: { choices: true },
    async prepare(workbench) {
      await workbench.runCommand('Vectorscope: Open from the Hub…');
      await stepInput(workbench).fill('GGUF');
      await choices(workbench).locator('.monaco-list-row', { hasText: 'downloads: 1,234,567' }).waitFor();
    },
  },
  // Last in this window, since the pictures before show the text as it is.
  {
    folder: 'media/pictures',
    name: 'chat-dark',
    theme: 'Dark Modern',
    shows: { window: { width: 1400, height: 900 } },
    async prepare(workbench) {
      await workbench.selectText(text);
      await workbench.runCommand('Vectorscope: Inspect as Chat');
      await (await workbench.open('tokens')).locator('.band-role', { hasText: 'assistant' }).waitFor();
      await workbench.panelIs('ready');
      await workbench.panel.locator('.term-list').waitFor();
    },
  },
  {
    folder: 'media/pictures',
    name: 'document-dark',
    theme: 'Dark Modern',
    shows: { window: { width: 1400, height: 900 } },
    async prepare(workbench) {
      await workbench.runCommand('Vectorscope: Inspect Document');
      const { panel } = workbench;
      await panel.locator('[data-section="document"] .finding', { hasText: 'over 318 tokens' }).waitFor();
      await panel.locator('.term-list').waitFor();
      await workbench.focusEditor();
      await workbench.goToLine(1);
    },
  },
  {
    folder: 'media/pictures',
    name: 'browser-host',
    theme: 'Dark Modern',
    host: 'web',
    shows: { window: { width: 1500, height: 1000 } },
    async prepare(workbench) {
      await workbench.openSide('ready');
      await putCursorIn(workbench, '·is');
    },
  },
  // Last of all, since they close the panel.
  ...kinds.map((kind): EditorPicture => ({
    folder: 'media/pictures',
    name: `file-${kind}`,
    theme: themes[kind],
    shows: { window: { width: 1400, height: 900 } },
    async prepare(workbench) {
      const { page, panel } = workbench;
      const name = basename(modelPath);
      await copyFile(modelPath, join(workbench.folder, name));
      await workbench.runCommand('View: Close All Editors');
      await workbench.runCommand('View: Show Explorer');
      await page.locator('.explorer-viewlet .monaco-list-row').filter({ hasText: name }).dblclick();
      await panel.locator('[data-fact="memory-run"]').waitFor();
      // A short list leaves room for the tensors.
      const metadata = await workbench.open('file-metadata');
      await metadata.locator('#metadata-filter input, input#metadata-filter').fill('head');
      await panel.getByRole('button', { name: 'token_embd.weight' }).click();
      await panel.locator('.tensor-rows svg').waitFor();
      await panel.locator('.term-list').waitFor({ state: 'attached' });
      await page.mouse.move(1, 1);
    },
  })),
];

/** The column of a token in the text, 1-based, with the cursor behind its first letter. */
const columns = { '·of': 13, '·France': 17, '·is': 24 } as const;

/** Puts the cursor in a token, and waits until the panel shows it. */
async function putCursorIn(workbench: Workbench, token: keyof typeof columns): Promise<void> {
  await workbench.focusEditor();
  await workbench.goToLine(5, columns[token]);
  await (await workbench.open('token')).locator('dd.name', { hasText: token }).first().waitFor();
  await numbersAreThere(workbench);
}

/** Waits for the slowest parts: the lists, the disagreements, and the terms that are underlined last. */
async function numbersAreThere(workbench: Workbench): Promise<void> {
  await (await workbench.open('neighbours')).locator('[data-metric="dot"] [data-rank="10"]').waitFor();
  await (await workbench.open('point')).locator('.point-table').waitFor();
  await workbench.panel.locator('.term-list').waitFor();
}
