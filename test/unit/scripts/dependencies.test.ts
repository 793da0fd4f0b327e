import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { nodeBundles, webBundles } from '../../../scripts/build/bundles.mjs';

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as Readonly<
  Record<'dependencies' | 'devDependencies', Readonly<Record<string, string>>>
>;

/** The package that a file belongs to; undefined for our own. */
const packageOf = (file: string) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];

/** `npm audit --omit=dev` looks at the dependencies alone, so they have to be what people run. */
it('what our sources bring into a bundle is a dependency, and nothing else is', async () => {
  const bundled = new Set<string>();
  for (const bundle of [...Object.values(nodeBundles), ...Object.values(webBundles)]) {
    const { metafile } = await build({ ...bundle, write: false, metafile: true });
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

it('every version is exact', () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
});
