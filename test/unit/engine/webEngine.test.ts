import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { heldBytes, forget } from '../../../src/engine/platform/web/platform';
import { WebEngine } from '../../../src/engine/workers/web/webEngine';
import { EngineError } from '../../../src/shared/errors';
import type { GivenModel } from '../../../src/shared/webWorker';
import { writeTinyModel } from '../support/tinyModel';

// The engine as it is in a browser, over that place's files and memory.
vi.mock('#platform', () => import('../../../src/engine/platform/web/platform'));
vi.stubGlobal('navigator', { deviceMemory: 8, hardwareConcurrency: 2 });

const tiny = writeTinyModel();
afterAll(() => rmSync(tiny.folder, { recursive: true }));
const folder = fileURLToPath(new URL('../../fixtures/folders/qwen3-bf16', import.meta.url));

const file = (path: string, bytes: Uint8Array = readFileSync(tiny.path)): GivenModel => ({
  path,
  isFolder: false,
  files: [{ path, bytes }],
});
const given: Readonly<Record<string, () => GivenModel>> = {
  '/m/tiny.gguf': () => file('/m/tiny.gguf'),
  'far-away://host/m/my tiny.gguf': () => file('/m/my tiny.gguf'),
  '/m/torn.gguf': () => file('/m/torn.gguf', readFileSync(tiny.path).subarray(0, 900)),
  '/m/folder': () => ({
    path: '/m/folder',
    isFolder: true,
    files: readdirSync(folder).map((name) => ({ path: `/m/folder/${name}`, bytes: readFileSync(join(folder, name)) })),
  }),
  '/m/empty': () => ({ path: '/m/empty', isFolder: true, files: [] }),
};
const ask = vi.fn(async (path: string) => {
  const model = given[path];
  if (!model) throw new EngineError('model-missing', `There is no model file at ${path}. Choose another.`);
  return model();
});
const engine = () => new WebEngine({}, ask).engine;

beforeEach(() => {
  ask.mockClear();
  for (const make of Object.values(given)) forget(make().path);
  expect(heldBytes()).toBe(0);
});

it('asks for a file once, holds it while it is loaded, and names it as its path does', async () => {
  const web = engine();
  const { name } = await web.load({ path: 'far-away://host/m/my tiny.gguf', threads: 1 });
  expect(name).toBe('my tiny');
  expect((await web.describe({ path: 'far-away://host/m/my tiny.gguf' })).fileBytes).toBe(heldBytes());
  expect((await web.run({ text: 'Thea' })).length).toBeGreaterThan(0);
  expect(ask).toHaveBeenCalledOnce();
  await web.close();
});

it('shares one question among those that wait', async () => {
  const web = engine();
  const [summary, info] = await Promise.all([
    web.describe({ path: '/m/tiny.gguf' }),
    web.load({ path: '/m/tiny.gguf', threads: 1 }),
  ]);
  expect([summary.verdict, info.fileBytes]).toEqual(['runs', summary.fileBytes]);
  expect(ask).toHaveBeenCalledOnce();
  await web.close();
});

it('reads a folder of several files', async () => {
  const web = engine();
  const { name, architecture } = await web.load({ path: '/m/folder', threads: 1 });
  expect([name, architecture]).toEqual(['folder', 'qwen3']);
  await web.close();
});

it('says what the editor said of a file, and what is wrong with one or with a folder', async () => {
  const web = engine();
  await expect(web.load({ path: '/m/gone.gguf' })).rejects.toMatchObject({
    code: 'model-missing',
    message: 'There is no model file at /m/gone.gguf. Choose another.',
  });
  await expect(web.load({ path: '/m/torn.gguf', threads: 1 })).rejects.toMatchObject({ code: 'model-damaged' });
  await expect(web.load({ path: '/m/empty', threads: 1 })).rejects.toMatchObject({
    code: 'model-missing',
    message: expect.stringContaining('no config.json in /m/empty'),
  });
});

it('lets go of a file that is no good, so that one that was put right is read', async () => {
  const web = engine();
  await expect(web.load({ path: '/m/torn.gguf', threads: 1 })).rejects.toMatchObject({ code: 'model-damaged' });
  expect(heldBytes()).toBe(0);
  ask.mockResolvedValueOnce(file('/m/torn.gguf'));
  expect((await web.load({ path: '/m/torn.gguf', threads: 1 })).name).toBe(basename('/m/torn.gguf', '.gguf'));
  await web.close();
});

it('drops what comes when nobody waits any more', async () => {
  const web = engine();
  const abort = new AbortController();
  let come = (_model: GivenModel) => {};
  ask.mockReturnValueOnce(new Promise((resolve) => void (come = resolve)));
  const load = web.load({ path: '/m/tiny.gguf', threads: 1 }, { signal: abort.signal });
  await vi.waitFor(() => expect(ask).toHaveBeenCalledOnce());
  abort.abort();
  await expect(load).rejects.toMatchObject({ code: 'cancelled' });
  come(file('/m/tiny.gguf'));
  expect((await web.load({ path: '/m/tiny.gguf', threads: 1 })).name).toBe('tiny');
  expect(ask).toHaveBeenCalledTimes(2);
  await web.close();
});

it('asks for the file of a second model, and keeps it as long as that is compared', async () => {
  const web = engine();
  const second = 'far-away://host/m/my tiny.gguf';
  await web.load({ path: '/m/tiny.gguf', threads: 1 });
  const alone = heldBytes();
  const { info, sameVocabulary } = await web.loadOther({ path: second });
  expect([info.name, sameVocabulary, heldBytes()]).toEqual(['my tiny', true, 2 * alone]);
  expect(await web.textInBoth({ text: 'Thea', count: 1 })).toMatchObject({
    kind: 'same',
    perplexity: expect.anything(),
  });
  await web.releaseOther({});
  expect(heldBytes()).toBe(alone);
  await expect(web.loadOther({ path: '/m/torn.gguf' })).rejects.toMatchObject({ code: 'model-damaged' });
  expect(heldBytes()).toBe(alone);
  // The first one's own file stays.
  await web.loadOther({ path: '/m/tiny.gguf' });
  await web.releaseOther({});
  expect((await web.run({ text: 'Thea' })).length).toBeGreaterThan(0);
  expect([heldBytes(), ask.mock.calls.length]).toEqual([alone, 3]);
  await web.close();
});

it('keeps the file of a second model that becomes the first', async () => {
  const web = engine();
  const second = 'far-away://host/m/my tiny.gguf';
  await web.load({ path: '/m/tiny.gguf', threads: 1 });
  await web.loadOther({ path: second });
  await web.load({ path: second, threads: 1 });
  await web.releaseOther({});
  expect((await web.loadOther({ path: '/m/tiny.gguf' })).sameVocabulary).toBe(true);
  await web.close();
});
