import { build, type BuildOptions } from 'esbuild';
import { expect, it } from 'vitest';
import { debuggable, nodeBundles, webBundles } from '../../scripts/build/bundles.mjs';
import { testBundles } from '../../scripts/test/testInterface.mjs';

/** Members of the interface whose names stand nowhere else. */
const names = ['killWorker', 'receiveFromSide', 'panelState', 'sideState', 'engineCalls'];

async function namesIn(options: BuildOptions | undefined): Promise<readonly string[]> {
  const { outputFiles = [] } = await build({ ...options, write: false });
  return names.filter((name) => outputFiles.some(({ text }) => text.includes(name)));
}

it.each([
  ['Node', nodeBundles.extension, testBundles['dist/extension.cjs']],
  ['a browser', webBundles.extension, testBundles['dist/web/extension.cjs']],
])(
  'what is shipped for %s has no interface for tests, and what the host tests put in its place has',
  async (_, shipped, forTests) => {
    expect(await namesIn(shipped)).toEqual([]);
    expect(await namesIn(forTests)).toEqual(names);
  },
);

it('only a build for debugging has source maps, and lets the environment open the engine to a debugger', async () => {
  const variable = 'VECTORSCOPE_INSPECT_ENGINE';
  const [shipped] = (await build({ ...nodeBundles.extension, write: false })).outputFiles;
  expect(shipped?.text).not.toContain(variable);
  expect(shipped?.text).not.toContain('sourceMappingURL');
  const { outputFiles } = await build({ ...debuggable(nodeBundles.extension), write: false });
  const [map, bundle] = ['.map', '.cjs'].map((ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text);
  expect(bundle).toContain(`process.env.${variable}`);
  expect(bundle).toMatch(/\n\/\/# sourceMappingURL=extension\.cjs\.map\n$/);
  expect((JSON.parse(map ?? '{}') as { sources: string[] }).sources).toContain('../src/extension/extension.ts');
});
