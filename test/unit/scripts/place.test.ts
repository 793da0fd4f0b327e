import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { staleParts } from '../../../scripts/build/freshness.mjs';
import { placePart } from '../../../scripts/build/place.mjs';

let root = '';
const dist = (...path: string[]) => join(root, 'dist', ...path);
const write = (path: string, text: string) => writeFileSync(join(root, path), text);
const outputs = (files: Readonly<Record<string, string>>) =>
  Object.entries(files).map(([path, text]) => ({ path, contents: Buffer.from(text) }));
const isStale = () => staleParts(root, ['webview']).length > 0;

/** Builds a part of these files from the sources as they are. */
async function build(files: Readonly<Record<string, string>>): Promise<void> {
  const [stale] = staleParts(root, ['webview']);
  if (stale) await placePart(dist(), stale.name, stale.fingerprint, outputs(files));
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'vectorscope-place-'));
  mkdirSync(join(root, 'src', 'inner'), { recursive: true });
  write('src/a.ts', 'one');
  write('src/inner/b.ts', 'two');
});
afterEach(() => rmSync(root, { recursive: true }));

describe('a part is out of date', () => {
  const files = { 'webview/panel.js': 'script', 'webview/panel.css': 'style' };
  beforeEach(() => build(files));

  it('never after it was built', () => {
    expect(isStale()).toBe(false);
  });

  it.each<readonly [string, () => void]>([
    ['a source was changed', () => write('src/inner/b.ts', 'TWO')],
    ['a source was added', () => write('src/inner/c.ts', '')],
    ['a source was removed', () => rmSync(join(root, 'src', 'a.ts'))],
    ['a source has another name', () => renameSync(join(root, 'src', 'a.ts'), join(root, 'src', 'c.ts'))],
    ['other packages were installed', () => write('package-lock.json', '{}')],
    ['one of its files is gone', () => rmSync(dist('webview', 'panel.js'))],
    ['one of its files is cut', () => write('dist/webview/panel.js', 'scr')],
    [
      'another build put a file of the same length there',
      () =>
        void [
          write('dist/webview/other', 'SCRIPT'),
          utimesSync(dist('webview', 'other'), 1, 1),
          renameSync(dist('webview', 'other'), dist('webview', 'panel.js')),
        ],
    ],
    ['nothing says what it was built from', () => rmSync(dist('built'), { recursive: true })],
  ])('when %s', async (_, change) => {
    change();
    expect(isStale()).toBe(true);
    await build(files);
    expect(isStale()).toBe(false);
    expect(readFileSync(dist('webview', 'panel.js'), 'utf8')).toBe('script');
  });
});

it('a part that was built for debugging is none that can be shipped, and the other way round', async () => {
  const stale = (forDebugging: boolean) => staleParts(root, ['webview'], forDebugging);
  for (const forDebugging of [true, false]) {
    const [part] = stale(forDebugging);
    expect(part).toBeDefined();
    if (part) await placePart(dist(), part.name, part.fingerprint, outputs({ 'webview/panel.js': 'script' }));
    expect(stale(forDebugging)).toEqual([]);
    expect(stale(!forDebugging)).toHaveLength(1);
  }
});

describe('a build', () => {
  const identity = (path: string) => statSync(dist(path)).ino;

  it('leaves alone what stays the same, and gives what differs another file', async () => {
    await build({ 'webview/panel.js': 'script', 'webview/panel.css': 'style' });
    const [script, style] = [identity('webview/panel.js'), identity('webview/panel.css')];
    write('src/a.ts', 'ONE');
    await build({ 'webview/panel.js': 'SCRIPT', 'webview/panel.css': 'style' });
    expect(identity('webview/panel.css')).toBe(style);
    // Who reads the earlier file reads it to its end.
    expect(identity('webview/panel.js')).not.toBe(script);
    expect(readFileSync(dist('webview/panel.js'), 'utf8')).toBe('SCRIPT');
  });

  it('leaves what an earlier one made for a day, for programs that import it late', async () => {
    await build({ 'webview/panel.js': 'first', 'webview/chunk-1.js': 'first' });
    const long = new Date(Date.now() - 25 * 60 * 60_000);
    // It was made long ago, and is in use until now.
    utimesSync(dist('webview', 'chunk-1.js'), long, long);
    await build({ 'webview/panel.js': 'second', 'webview/chunk-2.js': 'second' });
    expect(readdirSync(dist('webview')).sort()).toEqual(['chunk-1.js', 'chunk-2.js', 'panel.js']);
    utimesSync(dist('webview', 'chunk-1.js'), long, long);
    write('src/a.ts', 'ONE');
    await build({ 'webview/panel.js': 'third', 'webview/chunk-2.js': 'second' });
    expect(readdirSync(dist('webview')).sort()).toEqual(['chunk-2.js', 'panel.js']);
  });

  it('that fails leaves no traces', async () => {
    await build({ 'webview/panel.js': 'script' });
    write('src/a.ts', 'ONE');
    mkdirSync(dist('webview', 'folder'));
    await expect(build({ 'webview/folder': 'no place for a file' })).rejects.toThrow();
    expect(readdirSync(dist()).sort()).toEqual(['built', 'webview']);
    expect(isStale()).toBe(true);
  });
});
