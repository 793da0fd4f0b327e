import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { nodeBundles, webBundles } from '../../scripts/build/bundles.mjs';
import { besides } from '../../src/extension/web/workerProcess';

/** What a window of a browser fetches before the runtime and the model, bytes. */
const most = 1_500_000;

it('is small for browsers, and asks for nothing of Node', async () => {
  let bytes = 0;
  for (const options of [webBundles.extension, webBundles.worker, webBundles.gpu]) {
    // A built-in of Node cannot be resolved for a browser, so that the bundle would not come about.
    const { outputFiles, metafile } = await build({ ...options, write: false, metafile: true });
    for (const { contents } of outputFiles) bytes += contents.length;
    expect(
      Object.values(metafile.outputs)
        .flatMap(({ imports }) => imports.filter(({ external }) => external).map(({ path }) => path))
        .filter((path) => path !== 'vscode'),
    ).toEqual([]);
    const ours = new Set(Object.keys(metafile.inputs).filter((file) => file.includes('/node/')));
    expect([...ours].filter((file) => file.startsWith('src/'))).toEqual([]);
    for (const { text } of outputFiles)
      expect(text).not.toMatch(
        /\bBuffer\.(from|alloc|compare|concat)\(|\bsetImmediate\(|\bprocess\.(memoryUsage|send)\b/,
      );
  }
  expect(bytes).toBeLessThan(most);
});

it.each([
  ['by its path', 'https://host/extension/dist/web/worker.js', 'https://host/extension/models/a.gguf'],
  [
    'by a query',
    'http://host/resource?path=%2Fextension%2Fdist%2Fweb%2Fworker.js&tkn=',
    'http://host/resource?path=%2Fextension%2Fmodels%2Fa.gguf&tkn=',
  ],
])('finds its other files where an editor serves them %s', (_, address, other) => {
  expect(besides(address, 'dist/web/worker.js')('models/a.gguf')).toBe(other);
});

it('says when it cannot', () => {
  expect(() => besides('https://host/moved', 'dist/web/worker.js')).toThrow('does not name its file');
});

it('has VS Code’s toolkit in a bundle that the panel’s first view does without', async () => {
  const { metafile } = await build({ ...nodeBundles.webview, write: false, metafile: true });
  const holds = (path: string) => Object.keys(metafile.outputs[path]?.inputs ?? {}).filter((file) => isToolkit(file));
  const first = Object.keys(metafile.outputs).find((path) => path.endsWith('/panel.js')) ?? '';
  const atOnce = metafile.outputs[first]?.imports.filter(({ kind }) => kind !== 'dynamic-import') ?? [];
  for (const path of [first, ...atOnce.map((one) => one.path)]) expect(holds(path)).toEqual([]);
  const later = metafile.outputs[first]?.imports.filter(({ kind }) => kind === 'dynamic-import') ?? [];
  expect(later.filter(({ path }) => holds(path).length > 0)).toHaveLength(1);
  const ours = Object.entries(metafile.inputs).filter(([file]) => !file.startsWith('node_modules'));
  expect(ours.filter(([, { imports }]) => imports.some(({ path }) => isToolkit(path))).map(([file]) => file)).toEqual([
    'src/webview/toolkit.ts',
  ]);
});

const isToolkit = (file: string): boolean => /^node_modules\/@(vscode\/webview-ui-toolkit|microsoft\/fast-)/.test(file);
