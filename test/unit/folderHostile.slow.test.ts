import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../src/engine/localEngine';
import { openModelFile } from '../../src/engine/model/modelFile';
import { readSafetensors, type StoredTensor } from '../../src/engine/weights/safetensors';
import { fromBytes } from '../../src/engine/weights/source';
import { EngineError } from '../../src/shared/errors';
import { folderKind } from '../fuzz/folders';
import { failing } from './support/failing';
import { randomOf } from './support/mutations';
import { processorTime } from './support/processorTime';
import { sampled } from './support/sample';

const seed = Number(process.env['VECTORSCOPE_FUZZ_SEED'] ?? 1);
const folders = fileURLToPath(new URL('../fixtures/folders/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-hostile-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const encoder = new TextEncoder();

/** A file of this header and `data` bytes of data. */
function safetensors(header: string | object, data = 0, length?: bigint): Uint8Array {
  const json = encoder.encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const read = (bytes: Uint8Array) => readSafetensors(fromBytes(bytes), 'x.safetensors');
const f32 = (shape: readonly number[], from: number, to: number) => ({ dtype: 'F32', shape, data_offsets: [from, to] });

describe('a safetensors header', () => {
  it('gives what it describes', () => {
    const bytes = safetensors(
      {
        __metadata__: { format: 'pt' },
        b: f32([2, 3], 4, 28),
        a: { dtype: 'BF16', shape: [2], data_offsets: [0, 4] },
        none: { dtype: 'I64', shape: [0, 5], data_offsets: [28, 28] },
        one: { dtype: 'BOOL', shape: [], data_offsets: [28, 29] },
      },
      29,
    );
    const start = bytes.length - 29;
    expect(read(bytes)).toEqual(
      new Map<string, StoredTensor>([
        ['b', { name: 'b', shape: [2, 3], type: 'F32', offset: start + 4, byteLength: 24 }],
        ['a', { name: 'a', shape: [2], type: 'BF16', offset: start, byteLength: 4 }],
        ['none', { name: 'none', shape: [0, 5], type: 'I64', offset: start + 28, byteLength: 0 }],
        ['one', { name: 'one', shape: [], type: 'BOOL', offset: start + 28, byteLength: 1 }],
      ]),
    );
  });

  it('takes names for names', () =>
    expect([
      ...read(
        safetensors(
          '{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"constructor":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
          8,
        ),
      ).keys(),
    ]).toEqual(['__proto__', 'constructor']));

  it.each<readonly [string, Uint8Array, RegExp]>([
    ['of no length', new Uint8Array(7), /x\.safetensors \(bytes\) is 7; expected: ≥ 8/],
    ['longer than the file', safetensors({}, 0, 3n), /header \(bytes\) is 3; expected: ≤ 2/],
    ['of nearly 2^64 bytes', safetensors({}, 0, 2n ** 64n - 1n), /header \(bytes\) is 18446744073709551615/],
    ['longer than any', safetensors(`{${' '.repeat(5 * 2 ** 20)}}`), /expected: ≤ 2097152/],
    [
      'with more keys than any',
      safetensors(`{${Array.from({ length: 140_000 }, (_, i) => `"${i}":0`).join()}}`),
      /\(keys\) is 131073; expected: ≤ 131072/,
    ],
    [
      'with more lists than any',
      safetensors(`{"a":[${Array.from({ length: 530_000 }, () => '[]').join()}]}`),
      /is 524289; expected: ≤ 524288/,
    ],
    ['that is no JSON', safetensors('{"a":}'), /not valid JSON/],
    ['that is no object', safetensors('[]'), /header is \[\]; expected: \{…\}/],
    ['that is no text', safetensors('{}').map((byte, i) => (i === 8 ? 0xff : byte)), /not valid UTF-8/],
    [
      'with a tensor twice',
      safetensors(
        '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}, "\\u0061" : {"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
        4,
      ),
      /header: a occurs twice/,
    ],
    [
      'with a shape twice',
      safetensors('{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', 4),
      /header: shape occurs twice/,
    ],
    [
      'nested deeply',
      safetensors(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      /header \(depth\) is 17; expected: ≤ 16/,
    ],
    [
      'with an unknown type',
      safetensors({ a: { ...f32([1], 0, 4), dtype: 'F31' } }, 4),
      /a\.dtype is F31; expected: F64, F32/,
    ],
    [
      'with another key',
      safetensors({ a: { ...f32([1], 0, 4), more: 1 } }, 4),
      /: a is \{.*; expected: \{dtype, shape, data_offsets\}/,
    ],
    [
      'with a negative size',
      safetensors({ a: f32([-1], 0, 4) }, 4),
      /: a is \{.*; expected: \{dtype, shape, data_offsets\}/,
    ],
    [
      'with a broken size',
      safetensors({ a: f32([0.5], 0, 4) }, 4),
      /: a is \{.*; expected: \{dtype, shape, data_offsets\}/,
    ],
    ['with an endless size', safetensors({ a: f32([2 ** 53 - 1, 2 ** 53 - 1], 0, 4) }, 4), /2\^53/],
    ['whose shape takes more', safetensors({ a: f32([2], 0, 4) }, 4), /a \(bytes\) is 0…4; expected: 8/],
    ['that goes backwards', safetensors({ a: f32([1], 4, 0) }, 4), /a \(bytes\) is 4…0/],
    [
      'with tensors over each other',
      safetensors({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8),
      /b \(offset\) is \d+; expected: \d+/,
    ],
    ['with a hole', safetensors({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), /b \(offset\) is \d+; expected: \d+/],
    ['that ends too soon', safetensors({ a: f32([1], 0, 4) }, 3), /ends before the end of .*: a/],
    ['with bytes left over', safetensors({ a: f32([1], 0, 4) }, 5), /\(bytes\) is \d+; expected: \d+/],
    ['with odd remarks', safetensors({ __metadata__: { a: 1 } }), /__metadata__/],
  ])('%s is damage', (_, bytes, message) => expect(() => read(bytes)).toThrow(failing('model-damaged', message)));
});

/** A copy of a fixture with some of its files changed. */
function changed(name: string, files: Readonly<Record<string, string | Uint8Array | null>>): string {
  const folder = mkdtempSync(join(scratch, 'model-'));
  for (const file of readdirSync(join(folders, name)))
    if (!(file in files)) writeFileSync(join(folder, file), readFileSync(join(folders, name, file)));
  for (const [file, bytes] of Object.entries(files)) if (bytes !== null) writeFileSync(join(folder, file), bytes);
  return folder;
}

const opened = (path: string) => () => openModelFile(path).weights.close();
const sharded = 'qwen3-bf16';
const indexName = 'model.safetensors.index.json';
const indexOf = () =>
  JSON.parse(readFileSync(join(folders, sharded, indexName), 'utf8')) as { weight_map: Record<string, string> };
const withIndex = (change: (map: Record<string, string>) => void) => {
  const index = indexOf();
  change(index.weight_map);
  return changed(sharded, { [indexName]: JSON.stringify(index) });
};
const first = 'model-00001-of-00002.safetensors';

describe('a folder', () => {
  it.each<readonly [string, () => string, string, RegExp]>([
    [
      'without a config',
      () => changed('qwen2', { 'config.json': null }),
      'model-missing',
      /There is no config\.json in /,
    ],
    [
      'without tensors',
      () => changed('qwen2', { 'model.safetensors': null }),
      'model-missing',
      /no model file at .*model\.safetensors/,
    ],
    ['without a shard', () => changed(sharded, { [first]: null }), 'model-missing', /no model file at .*00001/],
    [
      'whose config is cut',
      () => changed('qwen2', { 'config.json': '{"model_type": "qwen2"' }),
      'model-damaged',
      /config\.json is not valid JSON/,
    ],
    [
      'whose config is huge',
      () => changed('qwen2', { 'config.json': ' '.repeat(2 ** 20 + 1) }),
      'model-damaged',
      /config\.json \(bytes\) is 1048577/,
    ],
    [
      'whose index leads elsewhere',
      () => withIndex((map) => (map['model.norm.weight'] = '../../x.safetensors')),
      'model-damaged',
      /model\.norm\.weight is \.\.\/\.\.\/x\.safetensors; expected: \*\.safetensors/,
    ],
    [
      'whose index leads to a path',
      () => withIndex((map) => (map['model.norm.weight'] = '/etc/passwd')),
      'model-damaged',
      /model\.norm\.weight is \/etc\/passwd/,
    ],
    [
      'whose index leads to a hidden file',
      () => withIndex((map) => (map['model.norm.weight'] = '.safetensors')),
      'model-damaged',
      /model\.norm\.weight is \.safetensors/,
    ],
    [
      'whose index lacks a tensor',
      () => withIndex((map) => delete map['model.norm.weight']),
      'model-damaged',
      /weight_map\.model\.norm\.weight is missing/,
    ],
    [
      'whose index has one too many',
      () => withIndex((map) => (map['model.more'] = first)),
      'model-damaged',
      /model-00001-of-00002\.safetensors: model\.more is missing/,
    ],
    [
      'whose index takes one for another',
      () =>
        withIndex(
          (map) =>
            (map['model.embed_tokens.weight'] =
              map['model.embed_tokens.weight'] === first ? first.replace('1', '2') : first),
        ),
      'model-damaged',
      /weight_map\.model\.embed_tokens\.weight is model-0000\d-of-00002\.safetensors; expected: model-/,
    ],
    [
      'whose index holds a text as long as it may be',
      () => changed(sharded, { [indexName]: JSON.stringify({ metadata: 'a'.repeat(2 ** 24 - 100) }) }),
      'model-damaged',
      /weight_map is missing/,
    ],
    [
      'whose index is no index',
      () => changed(sharded, { [indexName]: '{"weight_map": 3}' }),
      'model-damaged',
      /weight_map is missing/,
    ],
  ])('%s is told so', (_, make, code, message) => expect(opened(make())).toThrow(failing(code, message)));

  it('of a folder is no tensor file', () => {
    const folder = changed('qwen2', { 'model.safetensors': null });
    mkdirSync(join(folder, 'model.safetensors'));
    expect(opened(folder)).toThrow(failing('model-missing', /is not a file/));
  });

  it('of a type that cannot be read is refused by its name, when it is to run', () => {
    const bytes = new Uint8Array(readFileSync(join(folders, 'qwen2', 'model.safetensors')));
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = new TextDecoder()
      .decode(bytes.subarray(8, 8 + length))
      .replace(/("model\.layers\.0\.mlp\.up_proj\.weight":\{"dtype":")F16/, '$1I16');
    bytes.set(encoder.encode(header), 8);
    const { weights } = openModelFile(changed('qwen2', { 'model.safetensors': bytes }));
    expect(weights.refusal).toEqual(
      failing('model-unsupported', /up_proj\.weight \(type\) is I16; Vectorscope reads F32, F16, BF16/),
    );
    expect(weights.tensors.get('token_embd.weight')?.type).toBe('F16');
    weights.close();
  });

  it('with NaN in its weights is told so when they are read', () => {
    const bytes = new Uint8Array(readFileSync(join(folders, 'qwen2', 'model.safetensors')));
    const tensor = readSafetensors(fromBytes(bytes), 'x').get('model.embed_tokens.weight') as StoredTensor;
    bytes.set([0xff, 0x7f], tensor.offset + 24 * 2 * 5);
    const { weights } = openModelFile(changed('qwen2', { 'model.safetensors': bytes }));
    expect(() => weights.readRows('token_embd.weight', 4, 3)).toThrow(
      failing('model-damaged', /token_embd\.weight\[5\] holds NaN or infinity/),
    );
    expect(weights.readRows('token_embd.weight', 0, 5).length).toBe(5 * 24 * 2);
    weights.close();
  });
});

it.each([
  ['has more rows than any vocabulary', [2 ** 31, 1], /\(rows\) is 2147483648/],
  ['is wider than any', [1, 2 ** 31], /\(columns\) is 2147483648/],
])('a folder whose matrix %s is refused before anything is made for each', async (_, shape, message) => {
  const bytes = 2 ** 32;
  const folder = changed('qwen2', {
    'model.safetensors': safetensors({
      'model.embed_tokens.weight': { dtype: 'F16', shape, data_offsets: [0, bytes] },
    }),
  });
  const file = join(folder, 'model.safetensors');
  truncateSync(file, readFileSync(file).length + bytes);
  const engine = localEngine();
  expect(await engine.describe({ path: folder })).toMatchObject({ verdict: 'nothing', memory: { geometry: null } });
  await expect(engine.load({ path: folder, geometryOnly: true })).rejects.toEqual(failing('model-damaged', message));
});

describe('a spoiled folder', () => {
  const mutations = sampled(150, 10_000);
  /** Milliseconds of the processor. */
  const longestTime = sampled(Infinity, 2000);

  const lies = (path: string): string | null => {
    const { weights } = openModelFile(path);
    try {
      const sizes = readdirSync(path).flatMap((file) =>
        file.endsWith('.safetensors') ? [readFileSync(join(path, file)).length] : [],
      );
      for (const { name, shape, offset, byteLength } of weights.tensors.values()) {
        if (!shape.every((size) => Number.isSafeInteger(size) && size > 0) || !(byteLength > 0) || !(offset >= 0))
          return `has the tensor ${name} of ${shape.join(' × ')}`;
        // Gains that 1 is added to are given in float32, so they take more than they do in the file.
        if (shape.length > 1 && offset + byteLength > Math.max(...sizes))
          return `has the tensor ${name} at ${offset}, ${byteLength} bytes of ${Math.max(...sizes)}`;
      }
      return null;
    } finally {
      weights.close();
    }
  };

  it(`is refused or lies in its files, ${mutations} times, soon`, () => {
    const folder = mkdtempSync(join(scratch, 'spoiled-'));
    const mutate = folderKind.mutatorIn(folder);
    const seen = { opened: 0, refused: 0 };
    for (let number = 0; number < mutations; number++) {
      const { path, what } = mutate(randomOf(seed, number));
      const label = `VECTORSCOPE_FUZZ_SEED=${seed}, mutation ${number}, ${what}`;
      const start = processorTime();
      try {
        const wrong = lies(path);
        if (wrong !== null) expect.fail(`${label}: ${wrong}`);
        seen.opened++;
      } catch (error) {
        if (!(error instanceof EngineError) || error.code === 'internal')
          expect.fail(`${label}: threw ${String(error)}`);
        seen.refused++;
      }
      expect(processorTime() - start, label).toBeLessThan(longestTime);
      rmSync(path, { recursive: true });
    }
    expect(seen.opened, JSON.stringify(seen)).toBeGreaterThan(mutations / 20);
    expect(seen.refused, JSON.stringify(seen)).toBeGreaterThan(mutations / 4);
  }, 120_000);
});
