import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { fetchWhole } from '../../../../src/engine/hub/download';
import { localEngine } from '../../../../src/engine/localEngine';
import type { Progress } from '../../../../src/shared/engine';
import { FakeHub, fileOf } from '../../../servers/fakeHub';
import { families, family, folderFiles, scratchFolder } from '../../support/hubModels';
import { partName, partsOf } from '../../support/splitModel';

// Whole models from a Hub.

const hub = new FakeHub();
const scratch = scratchFolder();
beforeAll(async () => {
  await hub.listen();
  hub.add('own/one', { 'qwen3.gguf': family('qwen3') });
  hub.add('own/folder', folderFiles('gemma3'));
  const parts = partsOf(join(families, 'qwen2.gguf'), 3);
  hub.add('own/split', Object.fromEntries(parts.map((bytes, i) => [`sub/${partName('q', i, 3)}`, fileOf(bytes)])));
});
afterAll(async () => {
  await hub.close();
  scratch.remove();
});
beforeEach(() => hub.reset());

const isRange = ({ path, range }: { readonly path: string; readonly range: string | undefined }) =>
  path.includes('/resolve/') && range !== 'bytes=0-0';
const requestOf = (repository: string, name: string) => ({
  repository,
  folder: join(scratch.path, name),
  hub: hub.address,
});

it.each([
  ['a file', 'own/one', 'qwen3'],
  ['a folder', 'own/folder', 'gemma3'],
  ['a model in parts', 'own/split', 'qwen2'],
])('fetches %s, which runs', async (_, repository, architecture) => {
  const told: Progress[] = [];
  const { path, bytes } = await fetchWhole(requestOf(repository, 'whole'), { onProgress: (one) => told.push(one) });
  expect(told.at(-1)).toEqual({ stage: 'download', fraction: 1, fetched: { bytes, of: bytes } });
  expect(path.startsWith(join(scratch.path, 'whole', repository))).toBe(true);
  const engine = localEngine();
  expect(await engine.describe({ path })).toMatchObject({ verdict: 'runs', architecture });
  await engine.close();
  hub.reset();
  expect((await fetchWhole(requestOf(repository, 'whole'))).path).toBe(path);
  expect(hub.sent).toBe(0);
});

it('continues where a connection broke', async () => {
  const request = requestOf('own/one', 'cut');
  hub.fault = (seen) => (isRange(seen) ? { kind: 'cut', after: 30_000 } : undefined);
  await expect(fetchWhole(request)).rejects.toMatchObject({ code: 'fetch-failed' });
  hub.reset();
  const { path } = await fetchWhole(request);
  expect(hub.seen.filter(isRange).map(({ range }) => range)).toEqual([`bytes=30000-${family('qwen3').size - 1}`]);
  expect(readFileSync(path)).toEqual(readFileSync(join(families, 'qwen3.gguf')));
  expect(readdirSync(dirname(path))).toEqual(['qwen3.gguf']);
});

it('is cancelled, and keeps what is there', async () => {
  const request = requestOf('own/one', 'cancelled');
  const abort = new AbortController();
  hub.fault = (seen) => (isRange(seen) ? { kind: 'stalled', after: 20_000 } : undefined);
  const ended = fetchWhole(request, { signal: abort.signal, onProgress: ({ fetched }) => fetched && abort.abort() });
  await expect(ended).rejects.toMatchObject({ code: 'cancelled' });
  hub.reset();
  await fetchWhole(request);
  expect(hub.sent).toBeLessThan(family('qwen3').size);
});

it('keeps nothing of a file with another hash', async () => {
  const bytes = new Uint8Array(readFileSync(join(families, 'gpt2.gguf')));
  const spoiled = bytes.slice();
  spoiled[50_000] = (spoiled[50_000] as number) ^ 1;
  hub.add('own/spoiled', { 'gpt2.gguf': { ...fileOf(bytes), read: (from, to) => spoiled.subarray(from, to) } });
  const request = requestOf('own/spoiled', 'spoiled');
  await expect(fetchWhole(request)).rejects.toMatchObject({
    code: 'fetch-failed',
    message: expect.stringMatching(/gpt2\.gguf has the SHA-256 .*, expected .* was not kept/) as string,
  });
  expect(readdirSync(join(request.folder, 'own', 'spoiled'))).toEqual([]);
});

it('throws away what it has of a file that changed', async () => {
  const old = family('phi3');
  hub.add('own/changed', { 'phi3.gguf': old });
  const request = requestOf('own/changed', 'changed');
  hub.fault = (seen) => (isRange(seen) ? { kind: 'cut', after: 10_000 } : undefined);
  await expect(fetchWhole(request)).rejects.toMatchObject({ code: 'fetch-failed' });
  hub.fault = (seen) => {
    if (isRange(seen)) hub.add('own/changed', { 'phi3.gguf': { ...old, size: old.size + 32 } });
    return undefined;
  };
  await expect(fetchWhole(request)).rejects.toMatchObject({
    message: expect.stringMatching(/phi3\.gguf changed on .* thrown away/) as string,
  });
  expect(readdirSync(join(request.folder, 'own', 'changed'))).toEqual([]);
});

it('replaces no file that is there', async () => {
  const request = requestOf('own/one', 'taken');
  const path = join(request.folder, 'own', 'one', 'qwen3.gguf');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'a diary');
  await expect(fetchWhole(request)).rejects.toMatchObject({
    code: 'not-written',
    message: expect.stringMatching(/There is already another file at .*qwen3\.gguf\. Move it away/) as string,
  });
  expect(readFileSync(path, 'utf8')).toBe('a diary');
  expect(existsSync(path)).toBe(true);
});
