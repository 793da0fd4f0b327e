import { choices, stepInput } from './connecting';
import type { Host, Theme, Workbench } from './workbench';

/** The text of every picture, in line 5 of the sample. */
export const text = 'The capital of France is';

/** The folders of the pictures of the README and of the reading guide. */
export const folders = ['media/pictures', 'docs/pictures'] as const;

/** A picture in a document: `npm run pictures` draws it, and the end-to-end tests compare it with what is drawn now. */
export interface Picture {
  readonly folder: (typeof folders)[number];
  /** Its name in the folder, without `.png`. */
  readonly name: string;
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

export interface PartOfPanel {
  /** Its width, CSS pixels. */
  readonly panel: number;
  /** The section at whose top the picture begins; the top of the panel where nothing is said. */
  readonly from?: string;
  /** The section at whose end the picture ends. */
  readonly to: string;
  /** Selects the only part of that section that is drawn. */
  readonly only?: string;
}

const themes = { dark: 'Dark Modern', light: 'Light Modern', hc: 'Dark High Contrast' } as const;
const kinds = ['dark', 'light', 'hc'] as const;

/** A picture of the guide: one part of a section, in a panel of this width. */
const partOf = (section: string, only: string, panel: number, rest: Pick<Picture, 'name' | 'prepare'>): Picture => ({
  folder: 'docs/pictures',
  theme: 'Dark Modern',
  shows: { panel, to: section, only },
  ...rest,
});

/** In this order, so that the theme, the token and the model change seldom. */
export const pictures: readonly Picture[] = [
  {
    folder: 'media/pictures',
    name: 'first-view-dark',
    theme: 'Dark Modern',
    shows: { window: { width: 1400, height: 900 } },
    prepare: (workbench) => choose(workbench, '·is'),
  },
  ...kinds.map((kind): Picture => ({
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
  ...kinds.toReversed().flatMap((kind): Picture[] => [
    {
      folder: 'media/pictures',
      name: `panel-${kind}-1000`,
      theme: themes[kind],
      shows: { panel: 1000, to: 'next-token' },
      prepare: (workbench) => choose(workbench, '·is'),
    },
    {
      folder: 'media/pictures',
      name: `panel-${kind}-420`,
      theme: themes[kind],
      shows: { panel: 420, to: 'vectorscope' },
      prepare: (workbench) => choose(workbench, '·is'),
    },
  ]),
  partOf('next-token', '.lengths', 700, { name: 'lengths', prepare: (workbench) => choose(workbench, '·is') }),
  partOf('journey', '[data-picture="journey"]', 1000, {
    name: 'journey',
    async prepare(workbench) {
      await choose(workbench, '·is');
      await workbench.section('journey').locator('[data-fact="total"]', { hasText: '17.37' }).waitFor();
    },
  }),
  partOf('journey', '[data-picture="lens"]', 1000, {
    name: 'lens',
    async prepare(workbench) {
      await choose(workbench, '·is');
      await workbench.section('journey').locator('.lens-row[data-layer="30"] [data-position="4"] bdi').waitFor();
    },
  }),
  partOf('position', '[data-picture="position"]', 1000, {
    name: 'position',
    prepare: (workbench) => choose(workbench, '·is'),
  }),
  partOf('attention', '.attention-columns', 1000, {
    name: 'attention',
    async prepare(workbench) {
      await choose(workbench, '·is');
      const attention = workbench.section('attention');
      await attention.locator('[data-layer="23"] .head-cell').nth(4).click();
      await attention.locator('.open-head [data-fact="head"]').waitFor();
      await attention.locator('.pattern-picture').waitFor();
    },
  }),
  partOf('token', '[data-picture="sizes"]', 560, { name: 'sizes', prepare: (workbench) => choose(workbench, '·of') }),
  partOf('neighbours', '[data-picture="neighbours"]', 1000, {
    name: 'neighbours',
    prepare: (workbench) => find(workbench, ' Paris'),
  }),
  ...(['distance', 'cosine', 'dot product'] as const).map((metric) =>
    partOf('vectorscope', '[data-picture="vectorscope"]', 700, {
      name: `scope-${metric.replace('dot product', 'dot')}`,
      async prepare(workbench) {
        await nameOf(workbench, '·Paris').waitFor();
        await turnScope(workbench, 'token', '·Paris', metric);
      },
    }),
  ),
  partOf('vectorscope', '[data-picture="vectorscope"]', 700, {
    name: 'scope-h',
    async prepare(workbench) {
      await choose(workbench, '·is');
      await turnScope(workbench, 'residual, h', 'h, position 5', 'dot product');
    },
  }),
  ...kinds.flatMap((kind): Picture[] => [
    {
      folder: 'docs/pictures',
      name: `server-${kind}`,
      theme: themes[kind],
      isServed: true,
      shows: { panel: 1000, to: 'tokens' },
      prepare: (workbench) => choose(workbench, '·is'),
    },
    {
      folder: 'docs/pictures',
      name: `hub-${kind}`,
      theme: themes[kind],
      isServed: true,
      hasHub: true,
      shows: { choices: true },
      async prepare(workbench) {
        await workbench.runCommand('Vectorscope: Open from the Hub…');
        await stepInput(workbench).fill('GGUF');
        await choices(workbench).locator('.monaco-list-row', { hasText: '1,234,567 downloads' }).waitFor();
      },
    },
  ]),
  {
    folder: 'media/pictures',
    name: 'untied-dark',
    theme: 'Dark Modern',
    model: 'llama-untied',
    shows: { panel: 1000, from: 'token', to: 'neighbours' },
    async prepare(workbench) {
      await choose(workbench, '·is');
      await workbench.section('neighbours').getByRole('radio', { name: 'across' }).click();
      await workbench.section('neighbours').locator('.finding', { hasText: 'with output rows' }).waitFor();
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
];

/** The column of a token in the text, 1-based, with the cursor behind its first letter. */
const columns = { '·of': 13, '·France': 17, '·is': 24 } as const;

/** Has the panel show a token. */
async function choose(workbench: Workbench, token: keyof typeof columns): Promise<void> {
  if (await nameOf(workbench, token).isVisible()) await numbersAreThere(workbench);
  else await putCursorIn(workbench, token);
}

/** Puts the cursor in a token, and waits until the panel shows it. */
async function putCursorIn(workbench: Workbench, token: keyof typeof columns): Promise<void> {
  await workbench.focusEditor();
  await workbench.goToLine(5, columns[token]);
  await nameOf(workbench, token).waitFor();
  await numbersAreThere(workbench);
}

/** Has the panel show a token of the vocabulary. */
async function find(workbench: Workbench, token: string): Promise<void> {
  await workbench.panel.locator('#find-token').first().click();
  await workbench.page.keyboard.type(token);
  await workbench.panel
    .getByRole('option')
    .filter({ hasText: new RegExp(`^${token.replace(' ', '·')}`) })
    .first()
    .click();
  await nameOf(workbench, token.trim()).waitFor();
  await numbersAreThere(workbench);
}

/** Puts a vector upright in the vectorscope, and has a metric drawn. */
async function turnScope(workbench: Workbench, axis: string, name: string, metric: string): Promise<void> {
  const scope = workbench.section('vectorscope');
  // A wider panel draws all metrics and has no switch.
  await workbench.fitPanel(700, 'vectorscope');
  await scope.locator('.scope-tools').getByRole('radio', { name: axis, exact: true }).click();
  await scope.locator('.scope-axis text', { hasText: name }).waitFor();
  await scope.locator('.section-controls').getByRole('radio', { name: metric, exact: true }).click();
  await scope.locator('.family.shown').waitFor();
}

const nameOf = (workbench: Workbench, token: string) =>
  workbench.section('token').locator('dd.name', { hasText: token }).first();

/** Waits for the slowest parts: the lists, the disagreements, and the terms that are underlined last. */
async function numbersAreThere(workbench: Workbench): Promise<void> {
  await workbench.section('neighbours').locator('[data-metric="dot"] [data-rank="10"]').waitFor();
  await workbench.section('point').locator('.point-table').waitFor();
  await workbench.panel.locator('.term-list').waitFor();
}
