import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const file = join(root, 'media', 'themes.css');
const users = ['src/page/page.css', 'src/page/frame.css', 'src/page/field.ts'];

/** Values of the editor's variables, by their names. */
export type Variables = Readonly<Record<string, string>>;

/** A person's system has other fonts than the machine that draws the pictures, so the page names its own. */
const ownFonts = /^--vscode-(editor-)?font-/;

/** The names of the editor's variables that the panel and the page around it use. */
export async function usedVariables(): Promise<readonly string[]> {
  // The panel's own, and the toolkit that it loads.
  const panel = (await readdir(join(root, 'dist', 'webview'))).map((name) => `dist/webview/${name}`);
  const texts = await Promise.all([...panel, ...users].map((user) => readFile(join(root, user), 'utf8')));
  const names = texts.flatMap((text) => text.match(/--vscode-[\w-]*\w/g) ?? []);
  return [...new Set(names)].filter((name) => !ownFonts.test(name)).sort();
}

/** The themes as the page has them, in the order of the file. */
export async function pageThemes(): Promise<Readonly<Record<string, Variables>>> {
  const css = await readFile(file, 'utf8');
  const blocks = [...css.matchAll(/\[data-theme='([\w-]+)'\] \{\n([^}]*)\}/g)];
  return Object.fromEntries(
    blocks.map(([, kind = '', body = '']) => [
      kind,
      Object.fromEntries([...body.matchAll(/(--[\w-]+): (.*);/g)].map(([, name, value]) => [name, value])),
    ]),
  );
}

export async function writeThemes(themes: Readonly<Record<string, Variables>>): Promise<void> {
  const [head = ''] = (await readFile(file, 'utf8')).split('\n:root[data-theme');
  const blocks = Object.entries(themes).map(([kind, variables]) => {
    const lines = Object.entries(variables).map(([name, value]) => `  ${name}: ${value};\n`);
    return `:root[data-theme='${kind}'] {\n${lines.join('')}}\n`;
  });
  await writeFile(file, `${head.trimEnd()}\n\n${blocks.join('\n')}`);
}
