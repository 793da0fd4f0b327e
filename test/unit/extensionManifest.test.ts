import { listFiles, PackageManager } from '@vscode/vsce';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const manifest = read('package.json');
const sources = readdirSync(join(root, 'src', 'extension'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => read(join('src', 'extension', file)))
  .join('\n');
const contributed = (JSON.parse(manifest) as { contributes: { commands: { command: string }[]; configuration: { properties: Record<string, Record<string, unknown>> } } }).contributes;

it('every string of the manifest is in package.nls.json, and no other', () => {
  const used = [...manifest.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
  expect(Object.keys(JSON.parse(read('package.nls.json')) as object).sort()).toEqual(used.sort());
});

it('every sentence of the extension is in the bundle for translators, and no other', () => {
  const used = [...sources.matchAll(/l10n\.t\((?:'([^']*)'|"([^"]*)")/g)].map(([, single, double]) => single ?? double);
  expect(used.length).toBe(sources.split('l10n.t(').length - 1);
  expect(Object.keys(JSON.parse(read('l10n/bundle.l10n.json')) as object).sort()).toEqual([...new Set(used)].sort());
});

it('every contributed command is registered, and no other', () => {
  const registered = [...sources.matchAll(/registerCommand\('([^']+)'/g)].map(([, command]) => command);
  expect(contributed.commands.map(({ command }) => command).sort()).toEqual(registered.sort());
});

it('every setting has a default, a type, a sentence and, as a number, a range', () => {
  for (const [name, setting] of Object.entries(contributed.configuration.properties)) {
    expect(setting, name).toMatchObject({ type: expect.any(String), description: expect.any(String) });
    expect(setting, name).toHaveProperty('default');
    if (setting['type'] === 'integer') expect(setting, name).toMatchObject({ minimum: expect.any(Number), maximum: expect.any(Number) });
  }
});

it('the package holds the icons and the sentences, and no document to try things in', async () => {
  const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
  expect(files).toEqual(expect.arrayContaining(['media/icon.png', 'media/icon.svg', 'package.nls.json', 'l10n/bundle.l10n.json']));
  expect(files.filter((file) => /sample|^(src|test|scripts)\//.test(file))).toEqual([]);
});
