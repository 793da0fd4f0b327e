import { existsSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedFiles } from '../../../scripts/package.mjs';
import { anchorsOf, pagesIn, root, targetsOf, textOf } from '../support/pages';

/** The pages that the extension shows, and that a reader of its README comes to. */
const packaged = ['README.md', ...pagesIn('docs')];
const pages = [
  ...packaged,
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'models/README.md',
  ...pagesIn('src'),
];
const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

const isOurs = (target: string): boolean => !/^[a-z]+:/.test(target);
/** The file of a link, from the root of the repository, and the anchor in it. */
function placeOf(page: string, target: string): { readonly file: string; readonly anchor: string } {
  const [path = '', anchor = ''] = target.split('#');
  return { file: path === '' ? page : posix.join(posix.dirname(page), path), anchor };
}

describe.each(pages)('%s', (page) => {
  const places = targetsOf(page).filter(isOurs).map((target) => placeOf(page, target));

  it('has links and pictures that lead somewhere', () => {
    const dead = places.filter(
      ({ file, anchor }) => !existsSync(posix.join(root, file)) || (anchor !== '' && !anchorsOf(file).includes(anchor)),
    );
    expect(dead).toEqual([]);
  });

  it('names commands of npm that there are', () => {
    const named = [...textOf(page).matchAll(/npm run (?:-s |--silent )?([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

it('the package holds what its pages link to', async () => {
  const files = new Set(await shippedFiles());
  const missing = packaged.flatMap((page) =>
    targetsOf(page)
      .filter(isOurs)
      .map((target) => placeOf(page, target).file)
      .filter((file) => !files.has(file)),
  );
  expect(missing).toEqual([]);
});

it('every page of docs is reached from its index, and every picture is shown', () => {
  const from = (page: string) => targetsOf(page).map((target) => placeOf(page, target).file);
  const index = 'docs/README.md';
  expect(pagesIn('docs').filter((page) => page !== index && !from(index).includes(page))).toEqual([]);
  const shown = new Set(packaged.flatMap(from));
  const pictures = ['media/pictures', 'docs/pictures'].flatMap((folder) =>
    readdirSync(posix.join(root, folder)).map((file) => `${folder}/${file}`),
  );
  expect(pictures.filter((picture) => !shown.has(picture))).toEqual([]);
});
