import { transform } from 'esbuild';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { builtIn, type PartName } from '../../../scripts/build/freshness.mjs';

// Everything that builds, at once and in a fresh copy of the repository. It keeps all cores busy, so it runs alone.

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const model = join(repository, 'test', 'fixtures', 'families', 'llama-untied.gguf');
const copied = [
  'bin',
  'scripts',
  'src',
  'l10n',
  'media',
  'package.json',
  'package-lock.json',
  'package.nls.json',
  'tsconfig.base.json',
  '.vscodeignore',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];
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

const copy = mkdtempSync(join(tmpdir(), 'vectorscope-copy-'));
afterAll(() => rmSync(copy, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: copy, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', reject).on('close', (code) => resolve({ code, out, err }));
  });
}

/** Changes a line of every bundle, so that a build has something to do. */
function changeSources(round: number): void {
  for (const file of ['src/shared/errors.ts', 'src/webview/panel.tsx']) {
    // At once: what a compiler says of half a source file is no fault of the build.
    writeFileSync(
      join(copy, 'changed'),
      `${readFileSync(join(repository, file), 'utf8')}\nObject.assign(globalThis, { round: ${round} });\n`,
    );
    renameSync(join(copy, 'changed'), join(copy, file));
  }
}

/** What was seen of the files in dist. */
class Versions {
  readonly #seen = new Map<string, string[]>();
  /** A file was missing, or only a part of it was there, or something that it imports was missing. */
  readonly faults: string[] = [];

  count = (file: string): number => this.#seen.get(file)?.length ?? 0;

  async look(file: string): Promise<void> {
    const path = join(copy, 'dist', file);
    if (!existsSync(path)) return void this.faults.push(`${file} is missing`);
    const text = readFileSync(path, 'utf8');
    const before = this.#seen.get(file) ?? [];
    if (before.at(-1) === text) return;
    this.#seen.set(file, [...before, text]);
    const imported = [...text.matchAll(/(?:from|import\(|import)"\.\/([^"]+)"/g)].map(([, name]) =>
      join(dirname(path), name ?? ''),
    );
    for (const name of imported) if (!existsSync(name)) this.faults.push(`${file} imports ${name}, which is missing`);
    await transform(text, { loader: 'js' }).catch(() => this.faults.push(`${file} is not whole`));
  }
}

/** The names of the files in an archive, from the directory at its end. */
function namesIn(zip: Buffer): string[] {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  const names: string[] = [];
  for (let at = zip.readUInt32LE(end + 16); at < end;) {
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    names.push(zip.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}

it('twenty command lines, builds and packages at once do not disturb each other, and no file is ever missing or half written', async () => {
  for (const name of copied) cpSync(join(repository, name), join(copy, name), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  const inspect = () => run('scripts/vectorscope.mjs', 'inspect', 'of a', '--model', model, '--json');
  let waiting = true;
  const commandLines = Promise.all(Array.from({ length: 20 }, inspect)).finally(() => (waiting = false));
  const build = async (round: number): Promise<Ended> => {
    changeSources(round);
    return run('scripts/build.mjs');
  };
  const builds = [await build(0)];
  const loop = async () => {
    for (let round = 1; waiting || round <= 3; round++) builds.push(await build(round));
  };
  let underway = true;
  const work = Promise.all([
    commandLines,
    Promise.all([run('scripts/package.mjs'), run('scripts/package.mjs')]),
    loop(),
  ]).finally(() => (underway = false));
  const seen = new Versions();
  while (underway) {
    for (const entry of entries) await seen.look(entry);
    await new Promise(setImmediate);
  }
  const [ended, packages] = await work;

  expect(ended.filter(({ code, err }) => code !== 0 || err !== '')).toEqual([]);
  expect(new Set(ended.map(({ out }) => out)).size).toBe(1);
  expect([...builds, ...packages].filter(({ code }) => code !== 0)).toEqual([]);
  expect(seen.faults).toEqual([]);
  for (const entry of entries) expect(seen.count(entry), entry).toBeGreaterThan(1);
  // The last build is there, and it is all of one piece.
  expect(new Set([...packaged, 'commandLine'].map((part) => builtIn(join(copy, 'dist'), part)?.fingerprint)).size).toBe(
    1,
  );
  // What earlier builds left for programs that run is not packaged.
  expect((await run('scripts/package.mjs')).code).toBe(0);
  const { version } = JSON.parse(readFileSync(join(copy, 'package.json'), 'utf8')) as { readonly version: string };
  const inPackage = namesIn(readFileSync(join(copy, `vectorscope-${version}.vsix`))).filter((name) =>
    name.startsWith('extension/dist/'),
  );
  expect(inPackage.sort()).toEqual(
    packaged
      .flatMap((part) =>
        Object.keys(builtIn(join(copy, 'dist'), part)?.files ?? {}).map((file) => `extension/dist/${file}`),
      )
      .sort(),
  );
}, 300_000);
