import { lexer, walkTokens, type Tokens, type TokensList } from 'marked';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export const root = join(import.meta.dirname, '..', '..', '..');

/** The text of a page, by its path from the root of the repository. */
export const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

const parsed = new Map<string, TokensList>();

/** A page is parsed once: others point at its headings many times. */
function partsOf(page: string): TokensList {
  const parts = parsed.get(page) ?? lexer(textOf(page));
  parsed.set(page, parts);
  return parts;
}

/** The pages of a folder and of those in it, by their paths from the root of the repository. */
export const pagesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .sort();

export interface Table {
  /** The heading above it, without its marks. */
  readonly heading: string;
  /** The paragraph right before it; empty if there is none under the heading. */
  readonly before: string;
  /** The cells as they are written. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function tablesOf(page: string): readonly Table[] {
  const tables: Table[] = [];
  let [heading, before] = ['', ''];
  for (const token of partsOf(page)) {
    if (token.type === 'heading') [heading, before] = [(token as Tokens.Heading).text, ''];
    else if (token.type === 'paragraph') before = (token as Tokens.Paragraph).text;
    else if (token.type === 'table') {
      const { header, rows } = token as Tokens.Table;
      const cells = (row: readonly Tokens.TableCell[]) => row.map(({ text }) => text);
      tables.push({ heading, before, head: cells(header), rows: rows.map(cells) });
    }
  }
  return tables;
}

/** The rows of the one table under a heading. */
export function rowsUnder(page: string, heading: string): Table['rows'] {
  const [table, ...others] = tablesOf(page).filter((one) => one.heading === heading);
  if (!table || others.length > 0) throw new Error(`${page} has not one table under “${heading}”.`);
  return table.rows;
}

/** The pages that the extension shows, and that a reader of its README comes to. */
export const packagedPages = ['README.md', ...pagesIn('docs')];

/** The targets of links and pictures, as they are written. */
export function targetsOf(page: string): readonly string[] {
  const targets: string[] = [];
  void walkTokens(partsOf(page), (token) => {
    if (token.type === 'link' || token.type === 'image') targets.push((token as Tokens.Link | Tokens.Image).href);
  });
  return targets;
}

interface Place {
  readonly file: string;
  readonly anchor: string;
}

/** The files of a page’s links and pictures, from the root of the repository, and the anchors in them. */
export const placesOf = (page: string): readonly Place[] =>
  targetsOf(page)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor = ''] = target.split('#');
      return { file: path === '' ? page : posix.join(posix.dirname(page), path), anchor };
    });

/** The anchors of a page’s headings, as GitHub and VS Code make them. */
export const anchorsOf = (page: string): readonly string[] =>
  partsOf(page)
    .filter((token): token is Tokens.Heading => token.type === 'heading')
    .map(({ text }) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    );

/** What stands between backticks. */
export const codesIn = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, one = '']) => one);
