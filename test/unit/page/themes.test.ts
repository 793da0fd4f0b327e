import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root, textOf } from '../support/pages';

// Whether they are the editor's is asked in an editor: test/e2e/colours.long.e2e.ts.
it('the page has every variable of the editor that the panel and the page use', () => {
  const used = ['src/webview', 'src/page'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(css|tsx?)$/.test(file))
      .flatMap((file) => textOf(join(folder, file)).match(/--vscode-[\w-]*\w/g) ?? []),
  );
  const themes = textOf('media/themes.css');
  expect([...new Set(used)].filter((name) => !themes.includes(`${name}:`))).toEqual([]);
});
