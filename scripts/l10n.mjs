// Collects all sentences of the extension and its pages for translators: `npm run l10n` writes l10n/bundle.l10n.json.
import { getL10nJson } from '@vscode/l10n-dev';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
export const bundlePath = join(root, 'l10n', 'bundle.l10n.json');

/** @returns {Promise<string>} the bundle's text, with its sentences in alphabetical order */
export async function bundleOfSources() {
  const files = ['extension', 'webview'].flatMap((folder) =>
    readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => join(root, 'src', folder, file)),
  );
  const sources = files.map((file) => ({
    contents: readFileSync(file, 'utf8'),
    extension: /** @type {'.ts' | '.tsx'} */ (extname(file)),
  }));
  const bundle = Object.entries(await getL10nJson(sources)).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(bundle), null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(bundlePath, await bundleOfSources());
