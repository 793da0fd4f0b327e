import { describe, expect, it } from 'vitest';
import { readGguf } from '../../../src/engine/weights/gguf';
import { fromBytes } from '../../../src/engine/weights/source';
import {
  booleanOr,
  keyNumber,
  numberOr,
  stringOf,
  stringsOf,
  tensorOf,
  type Weights,
} from '../../../src/engine/weights/weights';
import { EngineError } from '../../../src/shared/errors';
import {
  array,
  boolean,
  integers,
  join,
  number,
  string,
  text,
  texts,
  u32,
  u64,
  valueTypes,
  writeGguf,
  type GgufFile,
  type GgufTensor,
} from '../support/ggufWriter';
import { sampled } from '../support/sample';

const bytesFrom = (first: number, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (first + i) % 256);

const matrix: GgufTensor = { name: 'm.weight', dimensions: [32, 3], type: 8, data: bytesFrom(1, 3 * 34) };
const vector: GgufTensor = { name: 'v.weight', dimensions: [5], type: 0, data: bytesFrom(7, 20) };
const cube: GgufTensor = { name: 'c.weight', dimensions: [2, 3, 4], type: 1, data: bytesFrom(3, 48) };

const sound: Required<Pick<GgufFile, 'keys' | 'tensors'>> = {
  keys: [
    text('general.architecture', 'tiny'),
    text('tiny.mark', '\uFEFF.'),
    number('tiny.width', 32),
    boolean('tiny.flag', true),
    texts('tiny.words', ['\uFEFFfirst', '', 'a', 'Ġthe', '日本', '😀', '\uFEFF', 'z']),
    integers('tiny.kinds', [1, -2, 3]),
    { key: 'tiny.epsilon', type: valueTypes.f32, value: new Uint8Array(Float32Array.of(0.5).buffer) },
    { key: '__proto__', type: valueTypes.u8, value: Uint8Array.of(9) },
    array(
      'tiny.nested',
      valueTypes.array,
      2,
      array('', valueTypes.u8, 2, Uint8Array.of(1, 2)).value,
      array('', valueTypes.bool, 1, Uint8Array.of(0)).value,
    ),
  ],
  tensors: [matrix, vector, cube],
};

const read = (file: GgufFile): Weights => readGguf(fromBytes(writeGguf(file)));
const withKeys = (...keys: NonNullable<GgufFile['keys']>): GgufFile => ({ keys });
const withMatrix = (changes: Partial<GgufTensor>): GgufFile => ({ tensors: [{ ...matrix, ...changes }, vector] });

describe('a sound file', () => {
  it.each([2, 3])('is read in version %i', (version) => {
    const weights = read({ ...sound, version });
    expect([...weights.metadata]).toEqual([
      ['general.architecture', 'tiny'],
      ['tiny.mark', '\uFEFF.'],
      ['tiny.width', 32],
      ['tiny.flag', true],
      ['tiny.words', ['\uFEFFfirst', '', 'a', 'Ġthe', '日本', '😀', '\uFEFF', 'z']],
      ['tiny.kinds', Int32Array.of(1, -2, 3)],
      ['tiny.epsilon', 0.5],
      ['__proto__', 9],
      ['tiny.nested', [Uint8Array.of(1, 2), [false]]],
    ]);
    expect(weights.fileBytes).toBe(writeGguf(sound).length);
  });

  it('gives shapes row-major, and bytes by rows', () => {
    const weights = read(sound);
    expect(
      [...weights.tensors.values()].map(({ name, shape, type, byteLength }) => ({ name, shape, type, byteLength })),
    ).toEqual([
      { name: 'm.weight', shape: [3, 32], type: 'Q8_0', byteLength: 102 },
      { name: 'v.weight', shape: [5], type: 'F32', byteLength: 20 },
      { name: 'c.weight', shape: [4, 3, 2], type: 'F16', byteLength: 48 },
    ]);
    expect(weights.read('m.weight')).toEqual(matrix.data);
    expect(weights.readRows('m.weight', 1, 2)).toEqual(matrix.data.slice(34));
    expect(weights.readRows('v.weight', 0, 1)).toEqual(vector.data);
    expect(weights.readRows('c.weight', 11, 1)).toEqual(cube.data.slice(44));
    expect(weights.readRows('m.weight', 3, 0)).toEqual(new Uint8Array(0));
    for (const [first, count] of [
      [3, 1],
      [-1, 1],
      [0, -1],
      [0.5, 1],
      [0, 4],
    ] as const)
      expect(() => weights.readRows('m.weight', first, count)).toThrow(EngineError);
    expect(() => weights.read('x')).toThrow(/x is missing; expected: tensor/);
  });

  it('keeps its own alignment', () => {
    const weights = read({ ...withKeys(number('general.alignment', 64)), tensors: [matrix, vector], alignment: 64 });
    expect(tensorOf(weights, 'v.weight').offset % 64).toBe(0);
    expect(weights.read('v.weight')).toEqual(vector.data);
  });

  it('keeps 64-bit integers exact', () => {
    const value = (key: string, type: number, bits: bigint) => ({ key, type, value: u64(BigInt.asUintN(64, bits)) });
    const { metadata } = read(
      withKeys(
        value('small', valueTypes.u64, 2n ** 53n - 1n),
        value('large', valueTypes.u64, 2n ** 64n - 1n),
        value('negative', valueTypes.i64, -5n),
        value('far', valueTypes.i64, -(2n ** 63n)),
      ),
    );
    expect(Object.fromEntries(metadata)).toEqual({
      small: 2 ** 53 - 1,
      large: 2n ** 64n - 1n,
      negative: -5,
      far: -(2n ** 63n),
    });
  });

  it('may be larger than one step of reading', () => {
    const words = Array.from({ length: 150_000 }, (_, i) => `Ġword${i}`);
    const weights = read({
      keys: [texts('words', words), text('long', 'é'.repeat(1_500_000)), number('after', 7)],
      tensors: [matrix],
    });
    expect(stringsOf(weights, 'words')).toEqual(words);
    expect(stringOf(weights, 'long')).toHaveLength(1_500_000);
    expect(keyNumber(weights, 'after')).toBe(7);
    expect(weights.read('m.weight')).toEqual(matrix.data);
  });
});

describe('a number at the edge of a step of reading', () => {
  const step = 1024 * 1024;
  const before = writeGguf({ keys: [text('pad', '')] }).length;
  const after: NonNullable<GgufFile['keys']> = [
    number('n', 0x01020304),
    { key: 'l', type: valueTypes.u64, value: u64(2n ** 60n + 5n) },
    array('b', valueTypes.bool, 3, Uint8Array.of(1, 0, 1)),
    array(
      'a',
      valueTypes.array,
      2,
      array('', valueTypes.u8, 1, Uint8Array.of(7)).value,
      array('', valueTypes.u8, 0).value,
    ),
  ];
  const unpadded = read({ keys: after, tensors: [matrix] });
  const span = writeGguf({ keys: after, tensors: [matrix] }).length;

  it('is read as anywhere else', () => {
    for (let shift = 0; shift < span; shift += sampled(5, 1)) {
      const weights = read({ keys: [text('pad', 'x'.repeat(step - before - shift)), ...after], tensors: [matrix] });
      expect([...weights.metadata].slice(1), `shift ${shift}`).toEqual([...unpadded.metadata]);
      expect(weights.read('m.weight')).toEqual(matrix.data);
    }
  });
});

describe('the accessors', () => {
  const weights = read(
    withKeys(number('n', 4), text('s', 'x'), texts('l', ['x']), boolean('b', false), {
      key: 'nan',
      type: valueTypes.f32,
      value: u32(0x7fc00000),
    }),
  );

  it('give what is there', () => {
    expect([keyNumber(weights, 'n'), numberOr(weights, 'n', 1), numberOr(weights, 'absent', 1)]).toEqual([4, 4, 1]);
    expect([
      stringOf(weights, 's'),
      stringsOf(weights, 'l'),
      booleanOr(weights, 'b', true),
      booleanOr(weights, 'absent', true),
    ]).toEqual(['x', ['x'], false, true]);
  });

  it.each([
    ['absent', () => keyNumber(weights, 'absent'), /absent is missing; expected: number/],
    ['a text for a number', () => numberOr(weights, 's', 1), /s is "x"; expected: number/],
    ['a number that is none', () => keyNumber(weights, 'nan'), /nan is NaN/],
    ['a number for a text', () => stringOf(weights, 'n'), /n is 4; expected: string/],
    ['a text for a list', () => stringsOf(weights, 's'), /s is "x"; expected: string\[\]/],
    ['a list for a boolean', () => booleanOr(weights, 'l', true), /l is \[…\] \(1\); expected: true, false/],
  ])('refuse %s', (_, call, message) => {
    expect(call).toThrow(EngineError);
    expect(call).toThrow(message);
  });
});

describe('a damaged file', () => {
  it('is refused when cut at any byte', () => {
    const bytes = writeGguf(sound);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readGguf(fromBytes(bytes.subarray(0, length))), `cut at ${length}`).toThrow(
        expect.objectContaining({ name: 'EngineError', code: 'model-damaged' }),
      );
    }
  });

  const wholeFile: readonly (readonly [string, GgufFile, RegExp])[] = [
    ['another magic', { magic: 'GGML' }, /magic is "GGML"; expected: GGUF/],
    [
      'more tensors than can follow',
      { ...sound, tensorCount: 2n ** 40n },
      /tensor_count is 1099511627776; expected: ≤ /,
    ],
    [
      'more keys than can follow',
      { ...sound, keyCount: 2n ** 40n },
      /metadata_kv_count is 1099511627776; expected: ≤ /,
    ],
    [
      'more keys than any model has',
      { keyCount: 65_537n, keys: [array('k', valueTypes.u8, 2 ** 20, new Uint8Array(2 ** 20))] },
      /metadata_kv_count is 65537; expected: ≤ 65536/,
    ],
    [
      'more tensors than any model has',
      { tensorCount: 65_537n, keys: [array('k', valueTypes.u8, 2 ** 22, new Uint8Array(2 ** 22))] },
      /tensor_count is 65537; expected: ≤ 65536/,
    ],
    [
      'a count beyond 2^53',
      { ...sound, keyCount: 2n ** 63n },
      /metadata_kv_count is 9223372036854776000; expected: < 2\^53/,
    ],
    ['a key too many', { ...sound, keyCount: BigInt(sound.keys.length + 1) }, /damaged/],
    ['two equal keys', withKeys(number('k', 1), number('k', 2)), /k occurs twice/],
    [
      'an overlong key',
      withKeys(number('k'.repeat(65_536), 1)),
      /metadata_kv\[0\]\.key \(len\) is 65536; expected: ≤ 65535/,
    ],
    ['an alignment of 0', withKeys(number('general.alignment', 0)), /general\.alignment is .*; expected: 2\^n ≤ 65536/],
    [
      'an alignment of 24',
      withKeys(number('general.alignment', 24)),
      /general\.alignment is .*; expected: 2\^n ≤ 65536/,
    ],
    [
      'an alignment of 2^17',
      withKeys(number('general.alignment', 2 ** 17)),
      /general\.alignment is .*; expected: 2\^n ≤ 65536/,
    ],
    [
      'an alignment that is a list',
      withKeys(integers('general.alignment', [32])),
      /general\.alignment is .*; expected: 2\^n ≤ 65536/,
    ],
    [
      'an alignment of 0.5',
      withKeys({ key: 'general.alignment', type: valueTypes.f32, value: new Uint8Array(Float32Array.of(0.5).buffer) }),
      /general\.alignment is .*; expected: 2\^n ≤ 65536/,
    ],
    [
      'an alignment that its tensors do not keep',
      { ...withKeys(number('general.alignment', 256)), tensors: [matrix, { ...vector, offset: 128n }], alignment: 256 },
      /v\.weight \(offset\) is 128; expected: 256n/,
    ],
    [
      'an alignment that puts the data past the end',
      { ...withKeys(number('general.alignment', 65_536)), tensors: [matrix], alignment: 32 },
      /ends before the end of m\.weight/,
    ],
    [
      'an alignment that is a text',
      withKeys(text('general.alignment', '32')),
      /general\.alignment is .*; expected: 2\^n ≤ 65536/,
    ],
  ];
  const values: typeof wholeFile = [
    ['an unknown value type', withKeys({ key: 'k', type: 13, value: u32(0) }), /k \(type\) is 13; expected: 0…12/],
    ['an unknown type in a list', withKeys(array('k', 99, 0)), /k \(type\) is 99; expected: 0…12/],
    [
      'a list longer than the file',
      withKeys(array('k', valueTypes.f64, 2n ** 50n)),
      /k \(len\) is 1125899906842624; expected: ≤ /,
    ],
    [
      'a list of very many entries',
      withKeys(array('k', valueTypes.u8, 2 ** 22 + 1, new Uint8Array(2 ** 22 + 1))),
      /k \(len\) is 4194305; expected: ≤ 4194304/,
    ],
    [
      'very many lists in lists',
      withKeys(array('k', valueTypes.array, 2 ** 16 + 1, new Uint8Array(12 * (2 ** 16 + 1)))),
      /k \(Σ arrays\) is 65537; expected: ≤ 65536/,
    ],
    [
      'very many booleans in several lists',
      withKeys(...['k', 'l'].map((key) => array(key, valueTypes.bool, 800_000, new Uint8Array(800_000)))),
      /l \(Σ strings\) is 1600000; expected: ≤ 1500000/,
    ],
    [
      'very many texts',
      withKeys(array('k', valueTypes.string, 1_500_001, new Uint8Array(8 * 1_500_001))),
      /k \(Σ strings\) is 1500001; expected: ≤ 1500000/,
    ],
    [
      'texts of very many bytes',
      withKeys(array('k', valueTypes.string, 5, ...Array.from({ length: 5 }, () => string('x'.repeat(2 ** 24))))),
      /k \(Σ bytes\) is 83886080; expected: ≤ 67108864/,
    ],
    [
      'keys that fill the memory',
      withKeys(...Array.from({ length: 2200 }, (_, i) => number(`${i} ${'k'.repeat(65_000)}`, i))),
      /metadata_kv\[20\d\d\]\.key \(Σ bytes\) is \d+; expected: ≤ 268435456/,
    ],
    [
      'a text past the end',
      withKeys({ key: 'k', type: valueTypes.string, value: join(u64(100n), new Uint8Array(5)) }),
      /ends before the end of k/,
    ],
    [
      'a text of 2^62 bytes',
      withKeys({ key: 'k', type: valueTypes.string, value: u64(2n ** 62n) }),
      /k \(len\) is 4611686018427388000; expected: < 2\^53/,
    ],
    [
      'a text of 100 MB',
      withKeys({ key: 'k', type: valueTypes.string, value: u64(100_000_000n) }),
      /k \(len\) is 100000000; expected: ≤ 16777216/,
    ],
    [
      'a text that is not UTF-8',
      withKeys({ key: 'k', type: valueTypes.string, value: join(u64(2n), Uint8Array.of(0x61, 0xff)) }),
      /k is not valid UTF-8/,
    ],
    [
      'a list of texts that is not UTF-8',
      withKeys(array('k', valueTypes.string, 2, join(u64(1n), Uint8Array.of(0xc3)), string('a'))),
      /k is not valid UTF-8/,
    ],
    [
      'a character cut between two texts',
      withKeys(
        array('k', valueTypes.string, 2, join(u64(1n), Uint8Array.of(0xc3)), join(u64(1n), Uint8Array.of(0xa9))),
      ),
      /k is not valid UTF-8/,
    ],
    [
      'a boolean of 2',
      withKeys({ key: 'k', type: valueTypes.bool, value: Uint8Array.of(2) }),
      /k is 2; expected: 0, 1/,
    ],
    [
      'lists nested beyond reason',
      withKeys(
        [1, 2, 3, 4].reduce((inner) => array('k', valueTypes.array, 1, inner.value), array('k', valueTypes.u8, 0)),
      ),
      /k \(depth\) is 5; expected: ≤ 4/,
    ],
  ];
  const tensors: typeof wholeFile = [
    ['no dimension', withMatrix({ dimensions: [] }), /m\.weight \(n_dimensions\) is 0; expected: 1…4/],
    ['five dimensions', withMatrix({ dimensions: [32, 1, 1, 1, 3] }), /m\.weight \(n_dimensions\) is 5; expected: 1…4/],
    ['a dimension of 0', withMatrix({ dimensions: [32, 0] }), /m\.weight \(dimensions\) is 0; expected: ≥ 1/],
    [
      'a dimension of 2^60',
      withMatrix({ dimensions: [32, 2n ** 60n] }),
      /m\.weight \(dimensions\) is 1152921504606847000; expected: < 2\^53/,
    ],
    [
      'a product beyond 2^53',
      withMatrix({ dimensions: [2 ** 40, 2 ** 40, 2 ** 40] }),
      /m\.weight \(bytes\) is .*; expected: < 2\^53/,
    ],
    [
      'columns that are no whole blocks',
      withMatrix({ dimensions: [33, 3] }),
      /m\.weight \(columns\) is 33; expected: 32n/,
    ],
    ['more rows than the file has', withMatrix({ dimensions: [32, 3000] }), /ends before the end of m\.weight/],
    ['an offset past the end', withMatrix({ offset: 3200n }), /ends before the end of m\.weight/],
    [
      'an offset of 2^62',
      withMatrix({ offset: 2n ** 62n }),
      /m\.weight \(offset\) is 4611686018427388000; expected: < 2\^53/,
    ],
    ['an offset between two multiples', withMatrix({ offset: 8n }), /m\.weight \(offset\) is 8; expected: 32n/],
    ['two tensors in one place', withMatrix({ offset: 32n }), /\(offset\) is \d+; expected: ≥ \d+/],
    [
      'a tensor that begins within another',
      {
        tensors: [
          { ...matrix, offset: 0n },
          { ...vector, offset: 96n },
        ],
      },
      /v\.weight \(offset\) is \d+; expected: ≥ \d+/,
    ],
    [
      'a tensor that lies within another, listed first',
      {
        tensors: [
          { ...vector, offset: 32n },
          { ...matrix, offset: 0n },
        ],
      },
      /v\.weight \(offset\) is \d+; expected: ≥ \d+/,
    ],
    [
      'a tensor that ends where the file does and begins within another',
      { tensors: [matrix, { ...vector, data: new Uint8Array(64), dimensions: [16], offset: 96n }] },
      /v\.weight \(offset\) is \d+; expected: ≥ \d+/,
    ],
    [
      'the same tensor twice',
      { tensors: [matrix, { ...matrix, offset: 0n }] },
      /m\.weight \(offset\) is \d+; expected: ≥ \d+/,
    ],
    [
      'two equal names with others between',
      { tensors: [matrix, vector, cube, { ...vector, data: new Uint8Array(20) }] },
      /v\.weight occurs twice/,
    ],
    ['columns of 0', withMatrix({ dimensions: [0, 3] }), /m\.weight \(dimensions\) is 0/],
    [
      'four dimensions whose product wraps round 2^64 to a small number',
      withMatrix({ dimensions: [2 ** 16, 2 ** 16, 2 ** 16, 2 ** 16] }),
      /m\.weight \(bytes\) is .*; expected: < 2\^53/,
    ],
    [
      'a shape of 2^52 bytes',
      withMatrix({ dimensions: [2 ** 20, 2 ** 30], type: 0 }),
      /ends before the end of m\.weight/,
    ],
    ['two equal names', withMatrix({ name: 'v.weight' }), /v\.weight occurs twice/],
    ['an overlong name', withMatrix({ name: 'm'.repeat(65) }), /tensor_infos\[0\]\.name \(len\) is 65; expected: ≤ 64/],
  ];
  it.each([...wholeFile, ...values, ...tensors])('is refused with %s', (_, file, message) => {
    expect(() => read(file)).toThrow(
      expect.objectContaining({ name: 'EngineError', code: 'model-damaged', message: expect.stringMatching(message) }),
    );
  });

  it('is refused when it is full of zeros', () => {
    expect(() => readGguf(fromBytes(new Uint8Array(4096)))).toThrow(/magic is .*; expected: GGUF/);
  });

  const unknown: typeof wholeFile = [
    ['version 1', { version: 1 }, /version is 1; Vectorscope reads 2, 3/],
    ['version 4', { version: 4 }, /version is 4; Vectorscope reads 2, 3/],
    ['big-endian', { version: 0x03000000 }, /big-endian/],
  ];
  it.each(unknown)('that is sound but %s is refused as unsupported', (_, file, message) => {
    expect(() => read(file)).toThrow(
      expect.objectContaining({
        name: 'EngineError',
        code: 'model-unsupported',
        message: expect.stringMatching(message),
      }),
    );
  });

  it.each([
    ['known by name', 9, [32, 3], 3 * 36, 'Q8_1'],
    ['not known', 77, [32, 3], 102, 'GGML 77'],
  ])('with a tensor of a type that is %s refuses that tensor only', (_, type, dimensions, length, name) => {
    const weights = read(withMatrix({ type, dimensions, data: new Uint8Array(length) }));
    expect(weights.unread.get('m.weight')).toMatchObject({ type: name, shape: dimensions.toReversed() });
    expect(weights.tensors.has('m.weight')).toBe(false);
    expect(() => weights.read('m.weight')).toThrow(
      expect.objectContaining({
        code: 'model-unsupported',
        message: expect.stringContaining(`m.weight (type) is ${name}; Vectorscope reads F32, `),
      }),
    );
    expect(weights.read('v.weight')).toHaveLength(20);
  });

  it.each([
    ['longer than the file', { type: 9, dimensions: [32, 400] }, /ends before the end of m\.weight|\(offset\) is/],
    ['of a number that no type has', { type: 2 ** 31 }, /m\.weight \(type\) is 2147483648/],
  ])('with a tensor of a type that is not read, %s, is refused', (_, tensor, message) => {
    expect(() => read(withMatrix(tensor))).toThrow(
      expect.objectContaining({ code: 'model-damaged', message: expect.stringMatching(message) }),
    );
  });
});
