import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { fileHash } from '../../../src/engine/model/fileHash';

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-hash-'));
const path = join(folder, 'model.gguf');
const bytes = new Uint8Array(3 * 2 ** 20 + 1).fill(7);
afterAll(() => rmSync(folder, { recursive: true }));

function written() {
  writeFileSync(path, bytes);
  return { path, bytes: bytes.length, changed: statSync(path).mtimeMs };
}
const free = async () => undefined;

it('reads a file in pieces, and tells how far it is', async () => {
  const engine = localEngine();
  const fractions: number[] = [];
  const found = await engine.fileHash(written(), { onProgress: ({ fraction }) => fractions.push(fraction) });
  await engine.close();
  expect(found).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect([fractions.length, fractions.at(-1)]).toEqual([4, 1]);
});

it('waits between the pieces while a text runs, and stops when nobody wants it', async () => {
  let turns = 0;
  const stop = new AbortController();
  const turn = async () => {
    if (++turns === 2) stop.abort();
  };
  await expect(fileHash(written(), { signal: stop.signal }, turn)).rejects.toMatchObject({ code: 'cancelled' });
  expect(turns).toBe(2);
});

it('refuses a file that is another by now, or becomes another meanwhile', async () => {
  const file = written();
  const sentence = /model\.gguf has changed since it was loaded\. Load the model again/;
  await expect(fileHash({ ...file, changed: 1 }, {}, free)).rejects.toThrow(sentence);
  await expect(fileHash(file, {}, async () => appendFileSync(path, 'x'))).rejects.toThrow(sentence);
});
