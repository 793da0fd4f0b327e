import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundleOfSources } from '../../../scripts/l10n.mjs';
import { shippedFiles } from '../../../scripts/package.mjs';
import { metrics } from '../../../src/shared/metrics';
import { pagesIn, placesOf } from '../support/pages';

interface Contributes {
  readonly commands: readonly { readonly command: string; readonly title: string; readonly category?: string }[];
  readonly menus: Readonly<Record<string, readonly { readonly command: string; readonly when?: string }[]>>;
  readonly configuration: { readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
  readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
  readonly walkthroughs: readonly {
    readonly icon: string;
    readonly steps: readonly {
      readonly id: string;
      readonly completionEvents: readonly string[];
      readonly media: { readonly svg: string; readonly altText: string };
    }[];
  }[];
}

const root = join(import.meta.dirname, '..', '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const manifest = read('package.json');
const sentences = JSON.parse(read('package.nls.json')) as Readonly<Record<string, string>>;
const sourcesOf = (folder: string): string =>
  readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => read(join('src', folder, file)))
    .join('\n');
const sources = sourcesOf('extension');
const { contributes } = JSON.parse(manifest) as { readonly contributes: Contributes };
const commands = contributes.commands.map(({ command }) => command);
const views = Object.values(contributes.views).flat();
const steps = contributes.walkthroughs.flatMap(({ steps }) => steps);

it('every string of the manifest is in package.nls.json, and no other', () => {
  const used = [...manifest.matchAll(/"%([^%"]+)%"/g)].map(([, key = '']) => key);
  expect(Object.keys(sentences).sort()).toEqual([...new Set(used)].sort());
});

it('every sentence of the extension and of its pages is in the bundle for translators: npm run l10n', async () => {
  const bundle = await bundleOfSources();
  // A sentence that is put together when it is drawn could not be collected.
  const all = `${sources}\n${sourcesOf('webview')}\n${sourcesOf('shared')}\n${sourcesOf('page')}`;
  expect([...all.matchAll(/l10n\.t\(\s*(?:'[^']*'|"[^"]*")\s*[,)]/g)].length).toBe(all.split('l10n.t(').length - 1);
  // Other languages have other plurals than English, so `plural` chooses between the sentences.
  expect(all.match(/=== 1\s*\?\s*(?:\w+\.)?l10n\.t\(/g)).toBeNull();
  // Nor is it collected from a field of something else.
  expect(all.match(/(?<!\b(?:vscode|this))\.l10n\.t\(/g)).toBeNull();
  expect(read('l10n/bundle.l10n.json')).toBe(bundle);
});

it('every contributed command is registered, and no other', () => {
  const registered = [...sources.matchAll(/registerCommand\(\s*'([^']+)'|\s'(vectorscope\.\w+)': /g)].map(
    ([, command, key = '']) => command ?? key,
  );
  expect([...commands].sort()).toEqual(registered.sort());
});

it('every command has a title under the one category, and a condition unless it makes sense at any time', () => {
  for (const { command, title, category } of contributes.commands) {
    expect(title, command).toMatch(/^%.+%$/);
    // In a menu of the editor a title stands without its category, so this one has the name in itself. It ends in it
    // because the palette sorts by the alphabet, and the editor adds "Vectorscope: Focus on Token View" and others.
    if (command === 'vectorscope.inspectSelection') expect(sentences[title.slice(1, -1)]).toMatch(/ Vectorscope$/);
    else expect(category, command).toBe('Vectorscope');
  }
  const conditions = contributes.menus['commandPalette'] ?? [];
  for (const { command, when } of conditions) expect(when, command).toBeTruthy();
  const always = commands.filter((name) => !conditions.some(({ command }) => command === name));
  expect(always.sort()).toEqual(
    [
      'chooseModel',
      'compareModels',
      'connectToServer',
      'modelMenu',
      'openGuide',
      'openModelFile',
      'openModelFolder',
      'openPanel',
      'openSample',
      'showLog',
    ].map((name) => `vectorscope.${name}`),
  );
});

it('typing the name lists the main command first, and no command that lacks what it needs', () => {
  const needs = new Map((contributes.menus['commandPalette'] ?? []).map(({ command, when = '' }) => [command, when]));
  /** The palette with a text in sight, where these keys hold. It sorts commands by their whole titles. */
  const palette = (...keys: readonly string[]) =>
    contributes.commands
      .filter(({ command }) =>
        (needs.get(command) ?? '')
          .split(' && ')
          .every((term) =>
            term === 'false'
              ? false
              : term.startsWith('!')
                ? !keys.includes(term.slice(1))
                : term === '' || term.startsWith('editorIsOpen') || keys.includes(term),
          ),
      )
      .map(({ title, category }) => [category, sentences[title.slice(1, -1)]].filter(Boolean).join(': '))
      .sort((a, b) => a.localeCompare(b, 'en'));
  for (const keys of [
    [],
    ['vectorscope.loaded'],
    ['vectorscope.noHub'],
    ['vectorscope.loaded', 'vectorscope.inspected'],
  ])
    expect(palette(...keys)[0], keys.join()).toBe('Inspect Selection with Vectorscope');
  const [bare, all] = [
    palette(),
    palette('vectorscope.hubToken', 'vectorscope.loaded', 'vectorscope.inspected', 'vectorscope.searching'),
  ];
  for (const needy of ['Change or Forget the Hub’s Token…', 'Unload Model', 'Stop Looking for Models', 'Export…']) {
    expect(bare).not.toContain(`Vectorscope: ${needy}`);
    expect(all).toContain(`Vectorscope: ${needy}`);
  }
  expect(all).not.toContain('Vectorscope: Load Model');
  expect(all).not.toContain('Vectorscope: Look for Models');
});

it('every command in a menu, a link and a step is contributed', () => {
  const inMenus = Object.values(contributes.menus)
    .flat()
    .map(({ command }) => command);
  const links = Object.values(sentences).flatMap((sentence) =>
    [...sentence.matchAll(/\(command:([\w.]+)\)/g)].map(([, command]) => command),
  );
  const events = steps.flatMap(({ completionEvents }) =>
    completionEvents.filter((event) => event.startsWith('onCommand:')).map((event) => event.slice('onCommand:'.length)),
  );
  const known = [...commands, ...views.map(({ id }) => `${id}.focus`)];
  expect(
    [...inMenus, ...links, ...events].filter((command) => command === undefined || !known.includes(command)),
  ).toEqual([]);
});

it('every setting has a default, a type, a sentence and, as a number, a range', () => {
  for (const [name, setting] of Object.entries(contributes.configuration.properties)) {
    expect(setting, name).toMatchObject({ type: expect.any(String), description: expect.any(String) });
    expect(setting, name).toHaveProperty('default');
    if (setting['type'] === 'integer')
      expect(setting, name).toMatchObject({ minimum: expect.any(Number), maximum: expect.any(Number) });
  }
});

it('every step of the walkthrough is completed by something and has a picture in the colours of the theme', () => {
  expect(steps).toHaveLength(4);
  for (const { id, completionEvents, media } of steps) {
    expect(completionEvents, id).toHaveLength(1);
    expect(media.altText, id).toMatch(/^%.+%$/);
    const picture = read(media.svg);
    expect(picture, id).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 520 300"/);
    // The page that shows it allows no style of its own, no script and no other file.
    expect(picture, id).not.toMatch(/<style|<script|<image|style=|href=/);
    for (const [, colour] of picture.matchAll(/(?:fill|stroke)="([^"]+)"/g))
      expect(colour, id).toMatch(/^(none|var\(--vscode-[\w-]+, .+\))$/);
  }
});

it('the package holds what the manifest, the extension and its pages name, and nothing that only development needs', async () => {
  const files = await shippedFiles();
  const icons = [...contributes.viewsContainers.activitybar, ...views, ...contributes.walkthroughs].map(
    ({ icon }) => icon,
  );
  const read = [
    'media/icon.png',
    'media/icon.svg',
    'media/sample.md',
    'package.nls.json',
    'l10n/bundle.l10n.de.json',
    ...icons,
    ...steps.map(({ media }) => media.svg),
    // Those of the README are addresses in the package.
    ...pagesIn('docs')
      .flatMap(placesOf)
      .map(({ file }) => file),
  ];
  expect(files).toEqual(expect.arrayContaining(read));
  // Tools keep their settings in files whose names begin with a point, or end so.
  expect(files.filter((file) => /^(src|test|scripts|node_modules)\/|^\.|^[^/]*\.(mjs|ts)$/.test(file))).toEqual([]);
  expect(files).not.toContain('DEBUGGING.md');
  expect(files).not.toContain('media/film.gif');
});

it('the settings page offers exactly the metrics that there are', () => {
  expect(contributes.configuration.properties['vectorscope.metric']?.['enum']).toEqual([...metrics]);
});
