import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchGeometry } from '../../../../src/engine/hub/geometry';
import { localEngine } from '../../../../src/engine/localEngine';
import { FakeHub, fileOf } from '../../../servers/fakeHub';
import { largeModel } from '../../../servers/largeModel';
import { expectSameGeometry, families, family, folderFiles, folders, scratchFolder } from '../../support/hubModels';
import { partName, partsOf } from '../../support/splitModel';

// Geometries that are read by ranges, against the whole files.

const hub = new FakeHub();
const scratch = scratchFolder();
const folder = scratch.path;
beforeAll(() => hub.listen());
afterAll(async () => {
  await hub.close();
  scratch.remove();
});
beforeEach(() => hub.reset());

const fetchOf = (repository: string, file?: string) =>
  fetchGeometry({ repository, folder, hub: hub.address, ...(file !== undefined && { file }) });

/** `toEqual` would take minutes for large files. */
const sameFile = (a: string, b: string): boolean => readFileSync(a).equals(readFileSync(b));

const names = readdirSync(families).flatMap((file) => (file.endsWith('.gguf') ? [file.slice(0, -5)] : []));
for (const name of names) hub.add(`family/${name}`, { [`${name}.gguf`]: family(name) });

describe.each(names)('%s', (name) => {
  it('gives the same neighbours, ranks and sizes as the whole file', async () => {
    const { path, bytesOfFile } = await fetchOf(`family/${name}`);
    expect(bytesOfFile).toBe(family(name).size);
    await expectSameGeometry(path, join(families, `${name}.gguf`));
  });
});

const folderNames = readdirSync(folders).filter((name) => name !== 'configs');
for (const name of folderNames) hub.add(`folder/${name}`, folderFiles(name));

describe.each(folderNames)('the folder %s', (name) => {
  it('gives the same neighbours, ranks and sizes as the whole folder', async () => {
    const { path, file } = await fetchOf(`folder/${name}`);
    expect(file).toMatch(/^model\.safetensors/);
    await expectSameGeometry(path, join(folders, name));
  });
});

describe('a model in three files', () => {
  const parts = partsOf(join(families, 'llama-untied.gguf'), 3);
  beforeAll(() =>
    hub.add(
      'split/model',
      Object.fromEntries(parts.map((bytes, part) => [`F32/${partName('Tiny-F32', part, 3)}`, fileOf(bytes)])),
    ),
  );

  it('gives the same neighbours as the one in one file', async () => {
    const { path, file } = await fetchOf('split/model', 'F32');
    expect(file).toBe('F32/Tiny-F32-00001-of-00003.gguf');
    expect(path).toMatch(/Tiny-F32\.gguf$/);
    await expectSameGeometry(path, join(families, 'llama-untied.gguf'));
  });

  it('is refused by the name of the part that the repository lacks', async () => {
    hub.add('split/gap', { [partName('Tiny', 0, 2)]: fileOf(parts[0] as Uint8Array) });
    await expect(fetchOf('split/gap')).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringMatching(/split into 2 files, and split\/gap lacks Tiny-00002-of-00002\.gguf/) as string,
    });
  });
});

describe('a geometry that was read', () => {
  it('says where it comes from, and that it does not run', async () => {
    for (const repository of ['family/qwen2', 'folder/qwen2']) {
      const { path, file, bytesOfFile } = await fetchOf(repository);
      const source = { repository, file, bytes: bytesOfFile };
      const engine = localEngine();
      const summary = await engine.describe({ path });
      expect(summary).toMatchObject({ verdict: 'geometry', architecture: 'qwen2', source });
      expect(await engine.load({ path, geometryOnly: true, threads: 1 })).toMatchObject({ source, trunk: null });
      expect(summary.refusal?.message).toBe(
        `Only the geometry of ${repository} was read from the Hub. Download the model to run it.`,
      );
      await expect(engine.load({ path })).rejects.toMatchObject({ code: 'geometry-only' });
      await engine.close();
    }
  });

  it('is not read again, and is found by the file’s state', async () => {
    const first = await fetchOf('family/gpt2');
    hub.reset();
    expect(await fetchOf('family/gpt2')).toEqual({ ...first, bytesRead: 0 });
    expect(hub.sent).toBe(1);
    hub.add('family/gpt2', { 'gpt2.gguf': { ...family('gpt2'), etag: '"new"' } });
    const second = await fetchOf('family/gpt2');
    expect(second.path).not.toBe(first.path);
    expect(second.bytesRead).toBeGreaterThan(0);
  });

  it('leaves nothing but itself in its folder', async () => {
    for (const name of ['family/phi3', 'folder/phi2']) {
      const { path } = await fetchOf(name);
      expect(
        readdirSync(join(path, name.startsWith('family') ? '..' : '.')).filter((file) => /part/.test(file)),
      ).toEqual([]);
    }
  });
});

describe('a Hub that keeps files on another server', () => {
  const cdn = new FakeHub();
  beforeAll(() => cdn.listen());
  afterAll(() => cdn.close());

  it('is followed there by ranges, without the token', async () => {
    const model = family('llama-untied');
    hub.add('far/model', { 'model.gguf': model }, { gated: true });
    hub.tokens.set('hf_mine', ['far/model']);
    cdn.add('far/model', { 'model.gguf': { ...model, etag: '"another"' } });
    hub.elsewhere = cdn;
    const { path } = await fetchGeometry({ repository: 'far/model', folder, hub: hub.address, token: 'hf_mine' });
    hub.elsewhere = undefined;
    expect(new Set(hub.seen.map(({ token }) => token))).toEqual(new Set(['hf_mine']));
    expect(cdn.seen).toEqual([{ path: hub.seen.at(-2)?.path, range: `bytes=0-${model.size - 1}`, token: undefined }]);
    await expectSameGeometry(path, join(families, 'llama-untied.gguf'));
  });
});

describe('an attempt that was cut', () => {
  const isFile = (path: string) => path.includes('/resolve/');
  /** A range behind the header's. */
  const isMatrix = ({ path, range }: { readonly path: string; readonly range: string | undefined }) =>
    isFile(path) && !range?.startsWith('bytes=0-');
  const model = largeModel({ vocabulary: 4000, dimensions: 256, bytes: 12e6, untied: true });
  let whole: { readonly path: string; readonly bytesRead: number };
  beforeAll(async () => {
    hub.add('large/model', { 'model-F16.gguf': model });
    whole = await fetchGeometry({ repository: 'large/model', folder: join(folder, 'at once'), hub: hub.address });
  });

  it('is continued where it ended', async () => {
    let after = 1_000_000;
    hub.fault = (seen) => (isMatrix(seen) ? { kind: 'cut', after } : undefined);
    const failed = () =>
      expect(fetchOf('large/model')).rejects.toMatchObject({
        code: 'fetch-failed',
        message: expect.stringMatching(/connection to 127\.0\.0\.1:\d+ broke .* what was read is kept/) as string,
      });
    await failed();
    after = 777;
    await failed();
    const before = hub.sent;
    hub.fault = undefined;
    const { path, bytesRead } = await fetchOf('large/model');
    expect(sameFile(path, whole.path)).toBe(true);
    // Together the attempts read what one reads, and a few bytes that ask for the file's size.
    expect(before + bytesRead).toBeGreaterThanOrEqual(whole.bytesRead);
    expect(before + bytesRead).toBeLessThanOrEqual(whole.bytesRead + 4);
    // Only what was missing was asked for.
    expect(bytesRead).toBeLessThanOrEqual(whole.bytesRead - 1_000_777);
  });

  it('is continued within the header', async () => {
    hub.add('cut/header', { 'qwen2.gguf': family('qwen2') });
    let first = true;
    hub.fault = ({ path, range }) => {
      if (!isFile(path) || range === 'bytes=0-0' || !first) return undefined;
      first = false;
      return { kind: 'cut', after: 5000 };
    };
    await expect(fetchOf('cut/header')).rejects.toMatchObject({ code: 'fetch-failed' });
    hub.reset();
    const { path } = await fetchOf('cut/header');
    expect(hub.seen.map(({ range }) => range).filter((range) => range !== undefined && range !== 'bytes=0-0')[0]).toBe(
      `bytes=5000-${family('qwen2').size - 1}`,
    );
    await expectSameGeometry(path, join(families, 'qwen2.gguf'));
  });

  it('is cancelled at once, and continued', async () => {
    hub.fault = (seen) => (isMatrix(seen) ? { kind: 'stalled', after: 300_000 } : undefined);
    const abort = new AbortController();
    const request = { repository: 'large/model', folder: join(folder, 'cancelled'), hub: hub.address };
    const attempt = fetchGeometry(request, {
      signal: abort.signal,
      onProgress: ({ fetched }) => fetched && abort.abort(),
    });
    await expect(attempt).rejects.toMatchObject({ code: 'cancelled' });
    hub.reset();
    const { path, bytesRead } = await fetchGeometry(request);
    expect(bytesRead).toBeLessThan(whole.bytesRead);
    expect(sameFile(path, whole.path)).toBe(true);
  });

  it('begins anew after the file changed, which a sentence says', async () => {
    const [old, other] = [family('llama-3'), family('llama-yarn')];
    hub.add('cut/changed', { 'llama.gguf': old });
    hub.fault = ({ path, range }) => {
      if (isFile(path) && range?.startsWith('bytes=0-') && range !== 'bytes=0-0')
        hub.add('cut/changed', { 'llama.gguf': { ...other, size: old.size, read: old.read } });
      return undefined;
    };
    await expect(fetchOf('cut/changed')).rejects.toMatchObject({
      code: 'fetch-failed',
      message: expect.stringMatching(/llama\.gguf changed on .* thrown away/) as string,
    });
    hub.add('cut/changed', { 'llama.gguf': other });
    hub.reset();
    await expectSameGeometry((await fetchOf('cut/changed')).path, join(families, 'llama-yarn.gguf'));
  });

  it.each(['{"header": 3, "pieces": [{"file": 9, "from": 0, "length": 1e9, "at": 3}]}', '{', '[]', ''])(
    'is not misled by the plan %s',
    async (plan) => {
      const own = join(folder, `plan ${plan.length}`);
      const request = { repository: 'large/model', folder: own, hub: hub.address };
      hub.fault = (seen) => (isMatrix(seen) ? { kind: 'cut', after: 7 } : undefined);
      await expect(fetchGeometry(request)).rejects.toMatchObject({ code: 'fetch-failed' });
      const path = join(own, readdirSync(own)[0] as string, 'plan.part');
      expect(existsSync(path)).toBe(true);
      writeFileSync(path, plan);
      hub.reset();
      expect(sameFile((await fetchGeometry(request)).path, whole.path)).toBe(true);
    },
  );
});
