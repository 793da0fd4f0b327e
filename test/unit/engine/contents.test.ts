import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import { modelPath as defaultModelPath } from '../support/engine';
import { familyNames, familyPath } from '../support/families';

const engine = localEngine();
const folder = mkdtempSync(join(tmpdir(), 'vectorscope-contents-'));
afterAll(() => rmSync(folder, { recursive: true }));
const written = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const folders = fileURLToPath(new URL('../../fixtures/folders/', import.meta.url));
const filesOf = (name: string): readonly string[] =>
  readdirSync(join(folders, name)).filter((file) => /\.safetensors(\.index\.json)?$/.test(file));
const llama = familyPath('llama-3');

describe('the contents of a model file', () => {
  it.each(familyNames)('are the keys and tensors of %s', async (name) => {
    const path = familyPath(name);
    const found = await engine.contents({ path });
    const { fileBytes, parameters } = await engine.describe({ path });
    expect(found).toMatchObject({ format: 'GGUF', files: 1, fileBytes, damage: null });
    const weights = found.tensors.filter((tensor) => !(name.endsWith('nvfp4') && tensor.name.endsWith('scale')));
    const numbers = weights.map(({ shape }) => shape.reduce((product, size) => product * size));
    expect(numbers.reduce((sum, count) => sum + count)).toBe(parameters);
    const tokens = found.metadata.find(({ key }) => key === 'tokenizer.ggml.tokens');
    expect(tokens?.type).toBe('list');
    expect(tokens?.isCut).toBe((tokens?.entries ?? 0) > 100);
    expect(found.metadata.find(({ key }) => key === 'general.architecture')).toMatchObject({
      type: 'text',
      entries: null,
      isCut: false,
    });
  });

  it.each(readdirSync(folders).filter((name) => filesOf(name).length > 0))(
    'are those of the folder %s by any of its files',
    async (name) => {
      for (const file of filesOf(name)) {
        const found = await engine.contents({ path: join(folders, name, file) });
        expect(found).toMatchObject({ format: 'safetensors', damage: null });
        expect(found.tensors.length).toBeGreaterThan(0);
        expect(found.tensors.every(({ bytes, shape }) => bytes > 0 || shape.includes(0))).toBe(true);
      }
    },
  );

  it('have float32 numbers without the digits of their float64 form', async () => {
    const { metadata } = await engine.contents({ path: defaultModelPath });
    const texts = new Map(metadata.map(({ key, text }) => [key, text]));
    expect(texts.get('llama.attention.layer_norm_rms_epsilon')).toBe('0.00001');
    expect(texts.get('llama.rope.freq_base')).toBe('100000');
  });

  it('are shown as far as a damaged file has them, with a sentence that says where it breaks', async () => {
    const bytes = readFileSync(llama);
    const sound = await engine.contents({ path: llama });
    const ended = await engine.contents({ path: written('ended.gguf', bytes.subarray(0, bytes.length - 100)) });
    expect(ended.damage?.message).toMatch(/^The model file ends before the end of .*“ended\.gguf” is damaged/);
    expect(ended.metadata).toEqual(sound.metadata);
    expect(ended.tensors.map(({ name }) => name).sort()).toEqual(sound.tensors.map(({ name }) => name).sort());
    const key = 'tokenizer.ggml.tokens';
    const spoilt = Uint8Array.from(bytes);
    // The type of the value stands behind its key.
    spoilt[bytes.indexOf(key) + key.length] = 99;
    const half = await engine.contents({ path: written('half.gguf', spoilt) });
    expect(half.damage?.message).toContain(`${key} (type) is 99; expected: 0…12`);
    expect(half.metadata.length).toBeGreaterThan(0);
    expect(half.metadata).toEqual(sound.metadata.slice(0, half.metadata.length));
    await expect(
      engine.tensorStatistics({ path: join(folder, 'ended.gguf'), name: 'token_embd.weight' }),
    ).rejects.toMatchObject({ code: 'model-damaged' });
  });

  it('of a safetensors file that ends too early are those of its header', async () => {
    const header = JSON.stringify({
      __metadata__: { format: 'pt' },
      a: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
      b: { dtype: 'I64', shape: [1], data_offsets: [16, 24] },
    });
    const bytes = new Uint8Array(8 + header.length + 24);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(new TextEncoder().encode(header), 8);
    const sound = await engine.contents({ path: written('adapter.safetensors', bytes) });
    expect(sound).toMatchObject({ damage: null, files: 1 });
    expect(sound.metadata).toEqual([{ key: 'format', type: 'text', text: 'pt', entries: null, isCut: false }]);
    expect(sound.tensors).toEqual([
      { name: 'a', type: 'F32', shape: [2, 2], bytes: 16 },
      { name: 'b', type: 'I64', shape: [1], bytes: 8 },
    ]);
    const ended = await engine.contents({ path: written('ended.safetensors', bytes.subarray(0, -4)) });
    expect(ended).toMatchObject({ tensors: sound.tensors, metadata: sound.metadata });
    expect(ended.damage?.message).toContain('ends before the end of ended.safetensors: b');
    await expect(
      engine.tensorStatistics({ path: join(folder, 'adapter.safetensors'), name: 'b' }),
    ).rejects.toMatchObject({ code: 'model-unsupported' });
  });

  it('of an adapter beside a model come without what is true of the model', async () => {
    const beside = mkdtempSync(join(folder, 'beside-'));
    cpSync(join(folders, 'llama-3'), beside, { recursive: true });
    const [own = ''] = filesOf('llama-3');
    const adapter = join(beside, 'adapter_model.safetensors');
    cpSync(join(beside, own), adapter);
    expect(await engine.contents({ path: adapter })).toMatchObject({ format: 'safetensors', damage: null });
    for (const name of filesOf('llama-3'))
      expect((await engine.describe({ path: join(beside, name) })).architecture).toBe('llama');
    await expect(engine.describe({ path: adapter })).rejects.toThrow('is not a part of the model in its folder');
  });

  it('of an index are those of the files that it names, whatever its own name', async () => {
    const tensors = (name: string) =>
      Buffer.from(JSON.stringify({ [name]: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }));
    const file = (header: Buffer) => {
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      return Buffer.concat([length, header, Buffer.alloc(4)]);
    };
    written('model.safetensors', file(tensors('of.the.model')));
    written('unet-00001-of-00001.safetensors', file(tensors('of.the.unet')));
    const index = JSON.stringify({ weight_map: { 'of.the.unet': 'unet-00001-of-00001.safetensors' } });
    const path = written('unet.safetensors.index.json', Buffer.from(index));
    const found = await engine.contents({ path });
    expect(found.tensors.map(({ name }) => name)).toEqual(['of.the.unet']);
  });

  it('of a hostile file stay small, however long its keys are', async () => {
    const count = 100;
    const keys = Array.from({ length: count }, (_, index) => {
      const key = Buffer.from(String(index).padEnd(65_000, 'x'));
      const entry = Buffer.alloc(8 + key.length + 4 + 1);
      entry.writeBigUInt64LE(BigInt(key.length));
      entry.set(key, 8);
      // A boolean.
      entry.writeUInt32LE(7, 8 + key.length);
      return entry;
    });
    const start = Buffer.alloc(24);
    start.write('GGUF');
    start.writeUInt32LE(3, 4);
    start.writeBigUInt64LE(BigInt(count), 16);
    const path = written('keys.gguf', Buffer.concat([start, ...keys, Buffer.alloc(32)]));
    const { metadata } = await engine.contents({ path });
    expect(metadata).toHaveLength(count);
    expect(JSON.stringify(metadata).length).toBeLessThan(300 * count);
  });

  it('of a file of another kind are a sentence', async () => {
    const path = written('notes.gguf', new TextEncoder().encode('These are notes and no model at all.'));
    await expect(engine.contents({ path })).rejects.toThrow('“notes.gguf” is damaged or not a model');
  });
});

describe('the statistics of a tensor', () => {
  it.each(familyNames)('are those of float64, %s', async (name) => {
    const path = familyPath(name);
    const { model } = await loadModel({ path, geometryOnly: true }, undefined, () => undefined);
    const { matrix, sizes } = model.inputs;
    const numbers = Array.from(matrix.block(0, matrix.vocabulary));
    const told: number[] = [];
    const found = await engine.tensorStatistics(
      { path, name: 'token_embd.weight' },
      { onProgress: ({ fraction }) => void told.push(fraction) },
    );
    const mean = numbers.reduce((sum, number) => sum + number) / numbers.length;
    const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length;
    expect(found.count).toBe(numbers.length);
    expect([found.least, found.most]).toEqual([
      numbers.reduce((a, b) => Math.min(a, b)),
      numbers.reduce((a, b) => Math.max(a, b)),
    ]);
    expect(Math.abs(found.mean - mean)).toBeLessThan(1e-6 * Math.sqrt(variance));
    expect(found.standardDeviation / Math.sqrt(variance)).toBeCloseTo(1, 9);
    expect(found.zeros).toBe(numbers.filter((number) => number === 0).length / numbers.length);
    expect(found.rows).toMatchObject({ count: matrix.vocabulary });
    expect((found.rows?.most ?? NaN) / sizes.largest).toBeCloseTo(1, 9);
    expect((found.rows?.mean ?? NaN) / sizes.mean).toBeCloseTo(1, 9);
    expect(found.rows?.histogram.counts.reduce((sum, count) => sum + count)).toBe(matrix.vocabulary);
    expect(told.at(-1)).toBe(1);
    await model.release();
  });

  it('are none of a vector that would not fit into memory', async () => {
    const many = 2 ** 27;
    const header = JSON.stringify({ flat: { dtype: 'F32', shape: [many], data_offsets: [0, 4 * many] } });
    const path = join(folder, 'flat.safetensors');
    const start = Buffer.alloc(8 + header.length);
    start.writeBigUInt64LE(BigInt(header.length));
    start.write(header, 8);
    writeFileSync(path, start);
    // Holes take no room on the disk.
    truncateSync(path, start.length + 4 * many);
    await expect(engine.tensorStatistics({ path, name: 'flat' })).rejects.toThrow(`${many} numbers in a row`);
  });

  it('are none of a tensor that is not there, and stop when cancelled', async () => {
    await expect(engine.tensorStatistics({ path: llama, name: 'nothing' })).rejects.toThrow('nothing is missing');
    const abort = new AbortController();
    abort.abort();
    await expect(
      engine.tensorStatistics({ path: llama, name: 'token_embd.weight' }, { signal: abort.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' });
  });
});
