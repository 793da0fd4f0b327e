import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { panelColumns } from '../../../src/engine/kernels/kernels';
import { localEngine } from '../../../src/engine/localEngine';
import { openModelFile } from '../../../src/engine/model/modelFile';
import { mostHeadSize } from '../../../src/engine/weights/bounds';
import { EngineError } from '../../../src/shared/errors';
import { layoutOf } from '../support/ggufLayout';
import { integers, join as joined, text, texts, u32, u64, valueTypes, type GgufKey } from '../support/ggufWriter';
import { headerOf } from '../support/header';
import { sampled } from '../support/sample';

// Every number of a header that becomes a count, a width or a factor, of every family and both formats, replaced by
// numbers that no model has.

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-headers-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const f64 = (value: number): GgufKey => ({
  key: '',
  type: valueTypes.f64,
  value: new Uint8Array(Float64Array.of(value).buffer),
});
const number = (value: number): GgufKey =>
  Number.isInteger(value) && value >= 0 && value < 2 ** 53
    ? { key: '', type: valueTypes.u64, value: u64(BigInt(value)) }
    : f64(value);

/** None of them can be a count of anything. */
const noCounts = [0, -1, 1.5, NaN, Infinity, 2 ** 31, 2 ** 53, 1e15, 1e308];
const strange: readonly (readonly [string, GgufKey])[] = [
  ...[...noCounts, 2 ** 31 - 1, 1e-308].map((value) => [String(value), number(value)] as const),
  ['2^64 − 1', { key: '', type: valueTypes.u64, value: u64(2n ** 64n - 1n) }],
  ['a text', text('', '4')],
  ['a list of numbers', integers('', [4, 4])],
  ['a list of texts', texts('', ['4'])],
  ['true', { key: '', type: valueTypes.bool, value: Uint8Array.of(1) }],
];

const families = [
  'llama-yarn',
  'llama-window',
  'qwen2',
  'qwen3',
  'gemma2',
  'gemma3',
  'phi2',
  'phi3-long',
  'gpt2',
  'gptneox',
  'lfm2',
  'qwen35',
];

/** A fixture's keys of its family, each with the place of its value; `end` is that of the header. */
interface Numbers {
  readonly bytes: Uint8Array;
  readonly keys: ReadonlyMap<string, { readonly from: number; readonly to: number }>;
  readonly end: number;
}

const known = new Map<string, Numbers>();
function numbersOf(name: string): Numbers {
  const found = known.get(name) ?? readNumbers(name);
  known.set(name, found);
  return found;
}

function readNumbers(name: string): Numbers {
  const bytes = new Uint8Array(readFileSync(join(fixtures, 'families', `${name}.gguf`)));
  const { keys, values, end } = layoutOf(bytes);
  const found = keys.map(({ at, length }, i) => {
    const spelled = Number(new DataView(bytes.buffer).getBigUint64(at, true));
    return [
      new TextDecoder().decode(bytes.subarray(at + 8, at + 8 + spelled)),
      { from: (values[i] as { at: number }).at - 4, to: at + length },
    ] as const;
  });
  return { bytes, keys: new Map(found.filter(([key]) => key.startsWith(`${name.split('-')[0]}.`))), end };
}

/** The file with another value under a key; zeros keep the data where they are aligned. */
function withValue(name: string, key: string, { type, value }: GgufKey): string {
  const { bytes, keys, end } = numbersOf(name);
  const { from, to } = keys.get(key) as { from: number; to: number };
  const inserted = joined(u32(type), value);
  const header = joined(bytes.subarray(0, from), inserted, bytes.subarray(to, end));
  const padding = new Uint8Array((32 - (header.length % 32)) % 32);
  const path = join(scratch, 'changed.gguf');
  writeFileSync(path, joined(header, padding, bytes.subarray(Math.ceil(end / 32) * 32)));
  return path;
}

/** Every third of the values here, others for the next place. */
const turns = <T>(values: readonly T[], place: number): readonly T[] =>
  values.filter((_, i) => (i + place) % sampled(9, 1) === 0);

const engine = localEngine();

/** What describing says of a file; anything but an `EngineError` with a code of its own fails the test. */
async function refusal(path: string): Promise<string | null> {
  try {
    return (await engine.describe({ path })).refusal?.message ?? null;
  } catch (error) {
    if (error instanceof EngineError && error.code !== 'internal') return error.message;
    throw error;
  }
}

describe.each(families)('%s', (name) => {
  const keys = [...numbersOf(name).keys.keys()].filter((key) => !key.endsWith('.type'));
  const counts = keys.filter((key) => /block_count|_length|head_count|dimension_count|sliding_window/.test(key));

  it('has keys that are counts', () => expect(counts.length).toBeGreaterThanOrEqual(5));

  it.each(counts)('is refused for a %s that counts nothing, by the key and its value', async (key) => {
    for (const value of noCounts) {
      // A window of 0 is none.
      if (value === 0 && key.endsWith('sliding_window')) continue;
      expect(await refusal(withValue(name, key, number(value))), String(value)).toContain(
        `The model’s field ${key} is ${Number.isInteger(value) && value < 0 ? value : String(value)}; expected: `,
      );
    }
  });

  it.each(keys.map((key, i) => [key, i] as const))('is described whatever its key %s holds', async (key, i) => {
    for (const [, value] of turns(strange, i)) await refusal(withValue(name, key, value));
  });
});

it.each(['describe', 'load'] as const)('2^31 − 1 layers are refused by %s, before any is planned', async (call) => {
  const path = withValue('llama-3', 'llama.block_count', number(2 ** 31 - 1));
  const message = 'The model’s field llama.block_count is 2147483647; expected: 1…57.';
  if (call === 'describe')
    expect(await engine.describe({ path })).toMatchObject({
      verdict: 'geometry',
      refusal: { message: expect.stringContaining(message) as string },
    });
  else
    await expect(engine.load({ path })).rejects.toMatchObject({
      code: 'geometry-only',
      message: expect.stringContaining(message) as string,
    });
});

describe('a header', () => {
  const sizes = {
    'x.block_count': 4,
    'x.embedding_length': 64,
    'x.attention.head_count': 4,
    'x.feed_forward_length': 128,
    'x.context_length': 96,
  };

  it('gives sizes that agree', () => {
    expect(headerOf(sizes).sizes()).toEqual({
      layers: 4,
      dimensions: 64,
      heads: 4,
      keyValueHeads: 4,
      headSize: 16,
      feedForward: 128,
      contextLength: 96,
    });
    expect(
      headerOf({
        ...sizes,
        'x.attention.head_count_kv': 2,
        'x.attention.key_length': 24,
        'x.attention.value_length': 24,
      }).sizes(),
    ).toMatchObject({ keyValueHeads: 2, headSize: 24 });
  });

  it.each([
    ['more layers than tensors', { 'x.block_count': 8 }, 7, 10_000, /x\.block_count is 8; expected: 1…7/],
    ['more layers than any model', { 'x.block_count': 513 }, 60_000, 10_000, /x\.block_count is 513; expected: 1…512/],
    [
      'a width that no tensor has',
      { 'x.feed_forward_length': 128 },
      9,
      127,
      /x\.feed_forward_length is 128; expected: 1…127/,
    ],
    [
      'heads that do not share the width',
      { 'x.attention.head_count': 3 },
      9,
      200,
      /d \/ head_count \/ head_count_kv\) is 64 \/ 3 \/ 3; expected: n/,
    ],
    ['groups of heads that are not equal', { 'x.attention.head_count_kv': 3 }, 9, 200, /is 64 \/ 4 \/ 3; expected: n/],
    ['more groups than heads', { 'x.attention.head_count_kv': 8 }, 9, 200, /is 64 \/ 4 \/ 8; expected: n/],
    [
      'keys and values of two widths',
      { 'x.attention.value_length': 8 },
      9,
      200,
      /x\.attention\.value_length is 8; Vectorscope reads 16/,
    ],
    [
      'heads wider than the room for their keys',
      { 'x.attention.key_length': 513, 'x.attention.value_length': 513 },
      9,
      1000,
      /x\.attention\.key_length is 513; Vectorscope reads ≤ 512/,
    ],
    ['a missing key', { 'x.context_length': 'text' }, 9, 200, /x\.context_length is "text"; expected: 1…2147483647/],
  ])('with %s is refused', (_, change, tensors, longest, message) =>
    expect(() => headerOf({ ...sizes, ...change }, tensors, longest).sizes()).toThrow(message),
  );

  it('has heads that fit the room of the kernels', () => expect(mostHeadSize).toBe(panelColumns));

  it.each([0, 1, -1e-5, 1e-50, NaN, Infinity, 1e308])('with an ε of %d is refused', (value) =>
    expect(() => headerOf({ 'x.e': value }).epsilon('e')).toThrow(/x\.e is .*; expected: 0 < n < 1/),
  );
  it.each([1e-12, 1e-5, 0.5])('may have an ε of %d', (value) =>
    expect(headerOf({ 'x.e': value }).epsilon('e')).toBe(value),
  );
  it.each([0, 1, -10_000, NaN, Infinity])('with a base of %d is refused', (value) =>
    expect(() => headerOf({ 'x.b': value }).base('b', 10_000)).toThrow(/expected: > 1/),
  );
  it.each([0, -1, 1e-10, 1e10, NaN, Infinity])('with a factor of %d is refused', (value) =>
    expect(() => headerOf({ 'x.f': value }).factor('f', 1)).toThrow(/expected: 1e-9…1000000000/),
  );

  it('takes a window of 0 for none', () =>
    expect([0, 7, 4096].map((window) => headerOf({ 'x.w': window }).window('w'))).toEqual([Infinity, 7, 4096]));
  it('has a usual value only where the key is missing', () => {
    expect(headerOf({}).factor('f', 2)).toBe(2);
    expect(() => headerOf({}).factor('f')).toThrow(/x\.f is missing/);
    expect(() => headerOf({ 'x.f': [] }).factor('f', 2)).toThrow(/x\.f is \[…\] \(0\)/);
  });
});

it('a name that a terminal would obey is told without what it obeys', async () => {
  const { bytes } = readNumbers('llama-3');
  const at = layoutOf(bytes).values[0] as { at: number; length: number };
  expect(new TextDecoder().decode(bytes.subarray(at.at + 8, at.at + at.length))).toBe('llama');
  bytes.set(new TextEncoder().encode('\x1b[2J\n'), at.at + 8);
  const path = join(scratch, 'escape.gguf');
  writeFileSync(path, bytes);
  expect(await refusal(path)).toContain("The model's architecture is “\uFFFD[2J\uFFFD”; Vectorscope runs");
});

describe('divisors of rotary positions', () => {
  it.each([0, -1, 1e-20, 1e20])('of %d are refused', async (value) => {
    const { bytes } = readNumbers('llama-3');
    writeFileSync(join(scratch, 'source.gguf'), bytes);
    const { weights } = openModelFile(join(scratch, 'source.gguf'));
    const { offset } = weights.tensors.get('rope_freqs.weight') as { offset: number };
    weights.close();
    bytes.set(new Uint8Array(Float32Array.of(value).buffer), offset);
    const path = join(scratch, 'divisors.gguf');
    writeFileSync(path, bytes);
    expect(await refusal(path)).toMatch(/rope_freqs\.weight is .*; expected: 1e-9…1000000000/);
  });
});

describe('a config', () => {
  const folders = [
    'llama-3',
    'llama-untied',
    'qwen2',
    'qwen3-bf16',
    'gemma2',
    'gemma3',
    'phi2',
    'phi3-long',
    'gpt2',
    'gptneox-untied',
  ];
  const values = [0, -1, 1.5, 2 ** 31 - 1, 2 ** 31, 1e15, 1e308, '4', [4], true, {}];

  /** All numbers in a config, with the way to them. */
  function* placesOf(config: object, way: readonly string[] = []): Generator<readonly string[]> {
    for (const [key, value] of Object.entries(config)) {
      if (typeof value === 'number') yield [...way, key];
      else if (typeof value === 'object' && value !== null) yield* placesOf(value as object, [...way, key]);
    }
  }

  function withConfig(name: string, config: object): string {
    const folder = mkdtempSync(join(scratch, 'folder-'));
    for (const file of readdirSync(join(fixtures, 'folders', name)))
      if (file !== 'config.json') symlinkSync(join(fixtures, 'folders', name, file), join(folder, file));
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    return folder;
  }

  it.each(folders)('%s is described whatever its numbers are', async (name) => {
    const text = readFileSync(join(fixtures, 'folders', name, 'config.json'), 'utf8');
    const places = [...placesOf(JSON.parse(text) as object)];
    expect(places.length).toBeGreaterThan(5);
    for (const [i, place] of places.entries()) {
      for (const value of turns(values, i)) {
        const config = JSON.parse(text) as Record<string, unknown>;
        const holder = place.slice(0, -1).reduce((inner, key) => inner[key] as Record<string, unknown>, config);
        holder[place.at(-1) as string] = value;
        const folder = withConfig(name, config);
        await refusal(folder);
        rmSync(folder, { recursive: true });
      }
    }
  });

  it.each([
    ['num_hidden_layers', 1e9, /num_hidden_layers is 1000000000; expected: ≤ \d+/],
    ['head_dim', 2 ** 31 - 1, /head_dim is 2147483647; expected: ≤ 307/],
    ['hidden_size', 308, /hidden_size is 308; expected: ≤ 307/],
    ['num_experts', 2e9, /num_experts is 2000000000; expected: ≤ 307/],
    ['num_attention_heads', 1.5, /num_attention_heads is 1\.5/],
    ['max_position_embeddings', 0, /max_position_embeddings is 0/],
    ['rms_norm_eps', 1e308, /layer_norm_rms_epsilon is 1e\+308; expected: 0 < n < 1/],
    ['rms_norm_eps', 0, /layer_norm_rms_epsilon is 0; expected: 0 < n < 1/],
    ['rope_parameters', { rope_theta: -1 }, /rope\.freq_base is -1; expected: > 1/],
    ['rope_parameters', { rope_type: 'linear', factor: 1e-300 }, /rope\.scaling\.factor is 1e-300; expected: 1e-9…/],
    ['rope_parameters', { partial_rotary_factor: 1e9 }, /partial_rotary_factor is 1000000000; expected: 0 < n ≤ 1/],
    [
      'rope_parameters',
      { rope_type: 'llama3', factor: 0, low_freq_factor: 1, high_freq_factor: 1, original_max_position_embeddings: 1 },
      /rope_freqs\.weight/,
    ],
  ])('with %s of %j is refused', async (key, value, message) => {
    const config = JSON.parse(readFileSync(join(fixtures, 'folders/llama-3/config.json'), 'utf8')) as object;
    expect(await refusal(withConfig('llama-3', { ...config, [key]: value }))).toMatch(message);
  });
});
