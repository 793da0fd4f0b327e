import { existsSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, packagedPages, pagesIn, placesOf, root, textOf } from '../support/pages';

const pages = [
  ...packagedPages,
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'RELEASING.md',
  'SECURITY.md',
  'SUPPORT.md',
  'models/README.md',
  ...pagesIn('src'),
];
const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

describe.each(pages)('%s', (page) => {
  const places = placesOf(page);

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

it('every page of docs is reached from its index, and every picture is shown', () => {
  const from = (page: string) => placesOf(page).map(({ file }) => file);
  const index = 'docs/README.md';
  expect(pagesIn('docs').filter((page) => page !== index && !from(index).includes(page))).toEqual([]);
  const shown = new Set(packagedPages.flatMap(from));
  const pictures = ['media/pictures', 'docs/pictures'].flatMap((folder) =>
    readdirSync(posix.join(root, folder)).map((file) => `${folder}/${file}`),
  );
  expect(pictures.filter((picture) => !shown.has(picture))).toEqual([]);
});
