// Collects all sentences of the extension and its pages for translators: `npm run l10n` writes l10n/bundle.l10n.json,
// drops translations of sentences that are gone, and says how many are missing. Those are shown in English.
import { getL10nJson } from '@vscode/l10n-dev';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [bundle, germanBundle] = ['l10n/bundle.l10n.json', 'l10n/bundle.l10n.de.json'];

/** @param {string} file @returns {Readonly<Record<string, string>>} */
const sentencesOf = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** The keys of the sentences that have no German, in which case they are shown in English. */
export const withoutGerman = () =>
  [
    /** @type {const} */ ([bundle, germanBundle]),
    /** @type {const} */ (['package.nls.json', 'package.nls.de.json']),
  ].flatMap(([english, german]) => {
    const translated = sentencesOf(german);
    return Object.keys(sentencesOf(english)).filter((key) => !Object.hasOwn(translated, key));
  });

/** Every import of a source. */
const imports = /^import [^;]*;$/gm;

/** The tags of `src/shared/said.ts` and of the errors that are made with it. A test finds one that is missing. */
export const saidTags = [
  ...['said', 'badRequest', 'modelMissing', 'modelDamaged', 'modelUnsupported'],
  ...['damaged', 'failed', 'mismatch', 'unlike'],
];
const tags = new RegExp(`(?<![\\w.\`-])(?:${saidTags.join('|')})\``, 'g');

/**
 * The templates of sentences that name no language, with `{0}`, `{1}` … in place of their values.
 * @param {string} source
 */
export function templatesOf(source) {
  return Array.from(source.matchAll(tags), ({ index, 0: { length } }) => {
    let [template, values] = ['', 0];
    for (let at = index + length; source[at] !== '`'; at++) {
      if (source.startsWith('${', at)) {
        template += `{${values++}}`;
        at = endOfValue(source, at + 2);
      } else template += source[at];
    }
    return template;
  });
}

/**
 * The place of the brace that ends a value. A value can hold templates, and those values of their own.
 * @param {string} source
 * @param {number} from
 */
function endOfValue(source, from) {
  /** @type {string[]} */
  const open = ['{'];
  for (let at = from; ; at++) {
    const inTemplate = open.at(-1) === '`';
    if (source[at] === '`' && inTemplate) open.pop();
    else if (source[at] === '`') open.push('`');
    else if (source[at] === '{' && (!inTemplate || source[at - 1] === '$')) open.push('{');
    else if (source[at] === '}' && !inTemplate && open.length > 1) open.pop();
    else if (source[at] === '}' && !inTemplate) return at;
  }
}

/**
 * The sentences of a page: the texts of its elements with `data-l10n`, as `src/page/language.ts` reads them.
 * @param {string} html
 */
export const textsOf = (html) =>
  Array.from(html.matchAll(/<\w[^>]*\sdata-l10n(?=[\s>])[^>]*>([^<]+)</g), ([, text = '']) =>
    text.trim().replace(/\s+/g, ' '),
  );

/** @param {readonly string[]} folders */
const filesIn = (folders) =>
  folders.flatMap((folder) =>
    readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(root, 'src', folder, file),
    ),
  );

/** All templates of the engine and of what it shares. */
export const saidTemplates = () =>
  filesIn(['engine', 'shared'])
    .filter((file) => extname(file) === '.ts')
    .flatMap((file) => templatesOf(readFileSync(file, 'utf8')))
    // A sentence that is translated already has nothing but a value.
    .filter((template) => template !== '{0}');

/**
 * The library takes its time for each source and each import, so sources of one kind are read as one, with the single
 * import that it looks for. Some functions get `l10n` as an argument instead.
 * @returns {Promise<string>} the bundle's text, with its sentences in alphabetical order
 */
export async function bundleOfSources() {
  const files = filesIn(['extension', 'webview', 'shared', 'page']);
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
  const pages = files
    .filter((file) => extname(file) === '.html')
    .flatMap((file) => textsOf(readFileSync(file, 'utf8')));
  const known = [...saidTemplates(), ...pages].map((sentence) => [sentence, sentence]);
  const sentences = Object.entries({ ...Object.fromEntries(known), ...(await getL10nJson(sources)) }).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return `${JSON.stringify(Object.fromEntries(sentences), null, 2)}\n`;
}

/** The German of the sentences that are there, in their order. */
function writeGerman() {
  const german = sentencesOf(germanBundle);
  const left = Object.keys(sentencesOf(bundle)).filter((key) => Object.hasOwn(german, key));
  const text = JSON.stringify(Object.fromEntries(left.map((key) => [key, german[key]])), null, 2);
  writeFileSync(join(root, germanBundle), `${text}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, bundle), await bundleOfSources());
  writeGerman();
  const missing = withoutGerman();
  if (missing.length > 0)
    console.log(`Without German: ${missing.length}\n${missing.map((key) => `  ${key}`).join('\n')}`);
}
