import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { noticesOf, noticesPath, shippedMetafiles } from '../../../scripts/notices.mjs';

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as Readonly<
  Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>
>;

/** The package that a file belongs to; undefined for our own. */
const packageOf = (file: string) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];

const metafiles = await shippedMetafiles();

/** `npm audit --omit=dev` looks at the dependencies alone, so they have to be what people run. */
it('what our sources bring into a bundle is a dependency, and nothing else is', () => {
  const bundled = new Set<string>();
  for (const metafile of metafiles) {
    const imported = Object.entries(metafile.inputs).flatMap(([file, { imports }]) =>
      packageOf(file) ? [] : imports.map(({ path }) => path),
    );
    const entries = Object.values(metafile.outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
    for (const file of [...imported, ...entries]) bundled.add(packageOf(file) ?? '');
  }
  bundled.delete('');
  expect(Object.keys(manifest.dependencies)).toEqual([...bundled].sort());
  expect(Object.keys(manifest.devDependencies).filter((name) => bundled.has(name))).toEqual([]);
});

it('NOTICES.txt has the licence of every package in a bundle; `npm run notices` writes it', () => {
  expect(readFileSync(noticesPath, 'utf8')).toBe(noticesOf(metafiles));
});

it('every version is exact', () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
});
