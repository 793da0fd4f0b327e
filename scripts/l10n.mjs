// Collects all sentences of the extension and its pages for translators: `npm run l10n` writes l10n/bundle.l10n.json.
import { getL10nJson } from '@vscode/l10n-dev';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundlePath = join(root, 'l10n', 'bundle.l10n.json');

/** Every import of a source. */
const imports = /^import [^;]*;$/gm;

/**
 * The library takes its time for each source and each import, so sources of one kind are read as one, with the single
 * import that it looks for. Some functions get `l10n` as an argument instead.
 * @returns {Promise<string>} the bundle's text, with its sentences in alphabetical order
 */
export async function bundleOfSources() {
  const files = ['extension', 'webview', 'shared'].flatMap((folder) =>
    readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(root, 'src', folder, file),
    ),
  );
  const sources = /** @type {const} */ (['.ts', '.tsx']).map((extension) => ({
    extension,
    contents: ["import * as l10n from '@vscode/l10n';"]
      .concat(
        files
          .filter((file) => extname(file) === extension)
          .map((file) => readFileSync(file, 'utf8').replace(imports, '').replaceAll('this.l10n.t(', 'l10n.t(')),
      )
      .join('\n'),
  }));
  const bundle = Object.entries(await getL10nJson(sources)).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(bundle), null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(bundlePath, await bundleOfSources());
