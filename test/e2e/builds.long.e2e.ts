import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { builtIn, type PartName } from '../../scripts/build/freshness.mjs';
import { EditorOfCopy } from './support/editorOfCopy';
import { FreshCopy, repository, type Ended } from './support/freshCopy';
import { namesIn, Versions } from './support/versions';

// Everything that builds and everything that runs what was built, at once and in a fresh copy of the repository. It
// keeps all cores busy, so it runs alone.

const model = join(repository, 'test', 'fixtures', 'families', 'llama-untied.gguf');
/** What is started, or fetched, by its name. */
const entries = [
  'cli/vectorscope.mjs',
  'cli/kernelThread.mjs',
  'node/worker.mjs',
  'node/kernelThread.mjs',
  'extension.cjs',
  'web/extension.cjs',
  'web/worker.js',
  'webview/panel.js',
];
/** The parts that an editor needs. */
const packaged: readonly PartName[] = ['engine', 'extension', 'web', 'webview'];

const copy = new FreshCopy();
const dist = join(copy.path, 'dist');
let editor: EditorOfCopy | undefined;
afterAll(async () => {
  await editor?.close();
  copy.remove();
});
beforeEach(({ task, onTestFailed }) => onTestFailed(() => editor?.workbench.failed(task.name)));

it('twenty command lines, builds, packages and an editor that inspects do not disturb each other, and no file is ever missing or half written', async () => {
  const commandLines: Ended[] = [];
  const builds: Ended[] = [];
  const seen = new Versions(dist);
  /** Until the editor is done, or something failed. */
  let underway = true;

  async function build(): Promise<void> {
    copy.changeSources(builds.length);
    builds.push(await copy.run('scripts/build.mjs'));
  }
  const pack = () => copy.run('scripts/package.mjs');
  const commandLine = () => copy.run('scripts/vectorscope.mjs', 'inspect', 'of a', '--model', model, '--json');

  const built = build();
  let building = built;
  async function buildOn(): Promise<void> {
    await built;
    while (underway) await (building = build());
  }
  /** Waits for a build that began after this moment. */
  async function untilBuilt(): Promise<void> {
    const before = builds.length;
    while (builds.length < before + 2 && underway) await building;
  }
  async function runCommandLines(): Promise<void> {
    do commandLines.push(...(await Promise.all(Array.from({ length: 20 }, commandLine))));
    while (underway);
  }
  async function inspectOn(): Promise<EditorOfCopy> {
    editor = await EditorOfCopy.open(copy);
    await built;
    await editor.inspectNext();
    await editor.unload();
    await editor.inspectNext();
    await editor.closePanel();
    await editor.inspectNext();
    // The engine asks for the runtime's file by the name that it had in its own build, and this one gives it another.
    await untilBuilt();
    await editor.useOnnx();
    await editor.inspectNext();
    underway = false;
    return editor;
  }
  async function lookOn(): Promise<void> {
    await built;
    while (underway) {
      for (const entry of entries) await seen.look(entry);
      await new Promise(setImmediate);
    }
  }
  const work = [inspectOn(), Promise.all([pack(), pack()]), runCommandLines(), buildOn(), lookOn()] as const;
  for (const one of work) one.catch(() => (underway = false));
  // Whatever fails, nothing runs on in the copy.
  await Promise.allSettled(work);
  const [{ faults, exceptions, log }, packages] = await Promise.all(work);

  expect(commandLines.filter(({ code, err }) => code !== 0 || err !== '')).toEqual([]);
  expect(new Set(commandLines.map(({ out }) => out)).size).toBe(1);
  expect([...builds, ...packages].filter(({ code }) => code !== 0)).toEqual([]);
  expect(faults).toEqual([]);
  expect(await exceptions()).toEqual([]);
  const lines = await log();
  expect(lines.filter((line) => line.includes('[error]'))).toEqual([]);
  expect(lines.filter((line) => line.endsWith('The engine was started.')).length).toBe(2);
  expect(seen.faults).toEqual([]);
  for (const entry of entries) expect(seen.count(entry), entry).toBeGreaterThan(1);
  // The last build is there, and it is all of one piece.
  expect(new Set([...packaged, 'commandLine'].map((part) => builtIn(dist, part)?.fingerprint)).size).toBe(1);
  // What earlier builds left for programs that run is not packaged.
  expect((await pack()).code).toBe(0);
  const { version } = JSON.parse(readFileSync(join(copy.path, 'package.json'), 'utf8')) as { readonly version: string };
  const inPackage = namesIn(readFileSync(join(copy.path, `vectorscope-${version}.vsix`))).filter((name) =>
    name.startsWith('extension/dist/'),
  );
  expect(inPackage.sort()).toEqual(
    packaged
      .flatMap((part) => Object.keys(builtIn(dist, part)?.files ?? {}).map((file) => `extension/dist/${file}`))
      .sort(),
  );
}, 600_000);
