import { expect, it, describe, beforeAll, afterAll } from 'vitest';
import { modelsIn, chosen, type HubStoredFile } from '../../../../src/engine/hub/files';
import { localEngine } from '../../../../src/engine/localEngine';
import { callOf } from '../../../../src/shared/engine';
import { connectEngine, serveEngine } from '../../../../src/shared/enginePort';
import { FakeHub, fileOf } from '../../../servers/fakeHub';
import { family, folderFiles } from '../../support/hubModels';
import { portPair } from '../../support/portPair';

// What a repository has, and what a search finds.

const stored = (...paths: readonly string[]): readonly HubStoredFile[] =>
  paths.map((path, i) => ({ path, bytes: 100 - i, sha256: null }));
const brief = (...paths: readonly string[]) =>
  modelsIn('owner/name', stored(...paths)).map(({ name, quantisation, parts, missing }) => ({
    name,
    quantisation,
    parts,
    missing,
  }));

describe('the files of a repository', () => {
  it.each([
    ['Qwen3-32B-Q4_K_M.gguf', 'Q4_K_M'],
    ['model.Q8_0.gguf', 'Q8_0'],
    ['gemma-3-27b-it-UD-IQ2_XXS.gguf', 'UD-IQ2_XXS'],
    ['llama-bf16.gguf', 'BF16'],
    ['mixtral-8x7b.gguf', null],
    ['tiny_IQ4_NL.gguf', 'IQ4_NL'],
    ['gpt-oss-20b-MXFP4.gguf', 'MXFP4'],
    ['Qwen3-8B-NVFP4.gguf', 'NVFP4'],
  ])('%s is of the type %s', (path, quantisation) => {
    expect(brief(path)).toEqual([{ name: path, quantisation, parts: 1, missing: null }]);
  });

  it('are grouped by parts, also in folders, and a missing part is named', () => {
    expect(
      brief('Q8_0/big-Q8_0-00002-of-00002.gguf', 'Q8_0/big-Q8_0-00001-of-00002.gguf', 'gap-00002-of-00002.gguf'),
    ).toEqual([
      { name: 'gap.gguf', quantisation: null, parts: 2, missing: 'gap-00001-of-00002.gguf' },
      { name: 'big-Q8_0.gguf', quantisation: 'Q8_0', parts: 2, missing: null },
    ]);
  });

  it('are one model where they are shards, and none without a config', () => {
    const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    const index = 'model.safetensors.index.json';
    expect(brief(...shards, index)).toEqual([]);
    expect(brief(...shards, index, 'config.json')).toEqual([
      { name: 'name', quantisation: null, parts: 2, missing: null },
    ]);
  });

  it('do not become the names of all parts that they speak of', () => {
    const models = modelsIn(
      'owner/name',
      stored(...Array.from({ length: 5000 }, (_, i) => `${i}-00001-of-02048.gguf`)),
    );
    expect(models[0]).toMatchObject({ parts: 2048, missing: '4999-00002-of-02048.gguf' });
    expect(JSON.stringify(models).length).toBeLessThan(2e6);
  });

  it('leave out projectors of pictures and measures', () => {
    expect(brief('mmproj-model-f16.gguf', 'model.mmproj-f16.gguf', 'imatrix.gguf', 'a.gguf')).toHaveLength(1);
  });

  it('are found by path, part, name, type and kind', () => {
    const models = modelsIn(
      'owner/name',
      stored(
        'x-Q4_K_M.gguf',
        'sub/y-Q8_0-00001-of-00002.gguf',
        'sub/y-Q8_0-00002-of-00002.gguf',
        'config.json',
        'model.safetensors',
      ),
    );
    const find = (wanted?: string) => chosen(models, wanted)?.name;
    expect(find()).toBe('x-Q4_K_M.gguf');
    expect(find('sub/y-Q8_0-00002-of-00002.gguf')).toBe('y-Q8_0.gguf');
    expect(find('Y-Q8_0.gguf')).toBe('y-Q8_0.gguf');
    expect(find('q8_0')).toBe('y-Q8_0.gguf');
    expect(find('safetensors')).toBe('name');
    expect(find('none')).toBeUndefined();
  });
});

describe('a Hub, asked through a port', () => {
  const hub = new FakeHub();
  const [left, right] = portPair();
  serveEngine(callOf(localEngine()), right);
  const engine = connectEngine(left);
  beforeAll(async () => {
    await hub.listen();
    hub.add('one/llama', { 'llama-Q8_0.gguf': family('llama-3') }, { downloads: 5, license: 'mit' });
    hub.add('two/llama-folder', folderFiles('llama-3'), { downloads: 9, gated: true });
    hub.add('three/other', { 'a.gguf': fileOf(new Uint8Array(3)) });
  });
  afterAll(async () => {
    engine.close();
    await hub.close();
  });

  it('finds repositories by name, the most downloaded first', async () => {
    expect(await engine.hubSearch({ query: ' llama ', hub: hub.address })).toEqual([
      { name: 'two/llama-folder', downloads: 9, license: null, gated: true },
      { name: 'one/llama', downloads: 5, license: 'mit', gated: false },
    ]);
    expect(await engine.hubSearch({ query: 'nothing', hub: hub.address })).toEqual([]);
  });

  it('lists the models of a repository', async () => {
    expect(await engine.hubFiles({ repository: 'one/llama', hub: hub.address })).toEqual({
      repository: 'one/llama',
      renamedFrom: null,
      license: 'mit',
      gated: false,
      files: [
        {
          path: 'llama-Q8_0.gguf',
          kind: 'gguf',
          name: 'llama-Q8_0.gguf',
          parts: 1,
          bytes: family('llama-3').size,
          quantisation: 'Q8_0',
        },
      ],
    });
  });
});
