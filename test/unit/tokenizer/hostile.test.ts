import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { probeIds } from '../../../src/engine/model/probe';
import { unchanged } from '../../../src/engine/tokenizer/json/aligned';
import { compiled } from '../../../src/engine/tokenizer/json/pattern';
import { AddedTokens, type AddedToken, TokenizerJson } from '../../../src/engine/tokenizer/json/tokenizerJson';
import { SpecialTokens } from '../../../src/engine/tokenizer/specialTokens';
import { readFolderTokenizer } from '../../../src/engine/tokenizer/tokenizerFolder';
import { Trie } from '../../../src/engine/tokenizer/trie';
import { failing } from '../support/failing';
import { integers, text, texts } from '../support/ggufWriter';
import { sampled } from '../support/sample';
import { tokenizerOf } from '../support/tokenizers';

// Tokenizers that anybody may have written: their time and memory grow with the text, or they are refused in a
// sentence. The texts are so long that what grew faster than them would run into the time-out.

const scratch = mkdtempSync(join(tmpdir(), 'vectorscope-tokenizers-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const described = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/tokenizer_json/${name}.json`, import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >;
const letters = 'a'.repeat(5000);

describe('a hostile pattern', () => {
  /** Nested repetition, alternatives that overlap, and both kinds of looking ahead. */
  const few = ['(a+)+$|\\s+', '(a|aa)+b', '(?:a+a+)+b|(?=(?:a+)+b)a', '(?!(a+)+c)(a+)+b|a'];
  const more = ['(a|a)+$', 'a*b|a', 'a*a*a*a*a*a*a*b', '(?=a*$)a|(?=a*b)a', '(?:(?:(?:a+)+)+)+b'];
  it.each(sampled(few, [...few, ...more]))('%s takes time that grows with the text', (Regex) => {
    const pattern = compiled({ Regex });
    expect(Array.from(pattern.matches('a'.repeat(100_000))).every(({ from, to }) => to > from)).toBe(true);
  });

  it('with very many states is refused for a very long text', () => {
    expect(() => compiled({ Regex: '(?:ab?){600}x' }).matches('a'.repeat(2_000_000))).toThrow(
      failing('model-unsupported', /too large for a text of 2000000 characters/),
    );
  });
});

describe('a chain of steps', () => {
  const gpt2 = described('gpt2');
  const chain = (count: number, step: object) => ({
    ...gpt2,
    pre_tokenizer: { type: 'Sequence', pretokenizers: Array.from({ length: count }, () => step) },
  });
  const normalised = (count: number, step: object) => ({
    ...gpt2,
    normalizer: { type: 'Sequence', normalizers: Array.from({ length: count }, () => step) },
  });
  const doubling = { type: 'Replace', pattern: { String: 'a' }, content: 'aa' };

  it.each([
    ['byte alphabets', chain(40, { type: 'ByteLevel', use_regex: false }), 'é'],
    ['byte alphabets of single characters', chain(60, { type: 'ByteLevel', use_regex: true }), 'é 1'],
    ['replacements', normalised(10, doubling), 'a'],
    [
      'replacements by long texts',
      normalised(3, { type: 'Replace', pattern: { Regex: '.' }, content: 'b'.repeat(64) }),
      'a',
    ],
    [
      'large patterns',
      chain(60, {
        type: 'Split',
        pattern: { Regex: '(?=(?:ab?){300}x)a|(?!(?:ab?){200}y)z' },
        behavior: 'Isolated',
        invert: false,
      }),
      'a',
    ],
    ['beginnings', normalised(60, { type: 'Prepend', prepend: 'a'.repeat(64) }), 'b'],
  ])('of %s ends soon', (_, json, text) => {
    expect(() => new TokenizerJson(json, {}, undefined).encode(text.repeat(1000), { plain: true })).toThrow(
      failing('model-unsupported', /do more work on each character/),
    );
  });

  it('that is doubled by one step and cut to characters by the next ends as soon', () => {
    const isolate = { type: 'Split', pattern: { Regex: '.' }, behavior: 'Isolated', invert: false };
    const json = {
      ...gpt2,
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: Array.from({ length: 30 }, (_, i) =>
          i % 2 ? isolate : { type: 'ByteLevel', use_regex: false },
        ),
      },
    };
    expect(() => new TokenizerJson(json, {}, undefined).encode('é'.repeat(5000), { plain: true })).toThrow(
      failing('model-unsupported', /do more work on each character/),
    );
  });

  it.each([
    [
      'long',
      { type: 'Sequence', pretokenizers: Array.from({ length: 65 }, () => ({ type: 'Digits' })) },
      /pre_tokenizer \(steps\) is 65; Vectorscope reads ≤ 64/,
    ],
    [
      'of many empty ones',
      {
        type: 'Sequence',
        pretokenizers: Array.from({ length: 100_000 }, () => ({ type: 'Sequence', pretokenizers: [] })),
      },
      /pre_tokenizer \(steps\) is 65; Vectorscope reads ≤ 64/,
    ],
    [
      'deep',
      Array.from({ length: 5000 }).reduce((inner) => ({ type: 'Sequence', pretokenizers: [inner] }), {
        type: 'Digits',
      }),
      /pre_tokenizer is Sequence, which Vectorscope cannot read/,
    ],
  ])('that is %s is refused', (_, pre_tokenizer, message) =>
    expect(() => new TokenizerJson({ ...gpt2, pre_tokenizer }, {}, undefined)).toThrow(
      failing('model-unsupported', message),
    ),
  );
});

const added = (content: string, id: number): AddedToken => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

describe('masses of special tokens', () => {
  it.each<readonly [string, () => string[]]>([
    ['50,000 of one length', () => Array.from({ length: 50_000 }, (_, i) => `<|${String(i).padStart(6, '0')}|>`)],
    ['signs of regular expressions', () => Array.from({ length: 20_000 }, (_, i) => `(.*)+[${i}`)],
    ['beginnings of each other', () => Array.from({ length: 1024 }, (_, i) => 'a'.repeat(i + 1))],
    ['one that is nearly everywhere', () => [`${'a'.repeat(1023)}b`]],
  ])('%s are made and found soon', (_, make) => {
    const spellings = make();
    const whole = `${letters}<|000007|>${'<|'.repeat(20_000)}(.*)+[17`;
    const special = new SpecialTokens(spellings.map((spelling, id) => [spelling, id]));
    expect(
      special
        .cut(whole)
        .map(({ text }) => text)
        .join(''),
    ).toBe(whole);
    const sections = new AddedTokens(spellings.map((spelling, id) => [spelling, added(spelling, id)])).cut(
      unchanged(whole),
      false,
    );
    expect(sections.map(({ text }) => text.text).join('')).toBe(whole);
  });

  it('longer than any vocabulary are refused', () => {
    const spellings = new Map(Array.from({ length: 9000 }, (_, i) => [`${i}`.padStart(1000, '-'), i]));
    expect(() => new Trie(spellings)).toThrow(
      failing('model-unsupported', /tokens \(Σ len\) is 9000000; Vectorscope reads ≤ 8388608/),
    );
  });

  it('longer than any vocabulary are refused before they are normalised', () => {
    const tokens = Array.from({ length: 10_000 }, (_, i) => ({
      id: i,
      content: `${i}`.padStart(1000, '-'),
      normalized: true,
    }));
    expect(() => new TokenizerJson({ ...described('gpt2'), added_tokens: tokens }, {}, undefined)).toThrow(
      failing('model-unsupported', /tokens \(Σ len\) is 10000000/),
    );
  });

  it('that strip white space beside them do not look through it from every place', () => {
    const token = { ...added('<x>', 0), lstrip: true, rstrip: true };
    const whole = `${' '.repeat(300_000)}<x>`.repeat(5);
    expect(new AddedTokens([['<x>', token]]).cut(unchanged(whole), false)).toHaveLength(5);
  });
});

describe('a token longer than any', () => {
  const only = (model: object) => ({ normalizer: null, pre_tokenizer: null, post_processor: null, model });
  const long = 'a'.repeat(100_000);

  it.each(['gpt2', 'llama', 'no such kind'])('is refused in a GGUF file of the kind %s', (kind) => {
    const make = () =>
      tokenizerOf([
        text('tokenizer.ggml.model', kind),
        texts('tokenizer.ggml.tokens', ['a', long]),
        integers('tokenizer.ggml.token_type', [1, 3]),
        texts('tokenizer.ggml.merges', []),
      ]);
    expect(make).toThrow(
      failing(
        'model-unsupported',
        kind === 'no such kind'
          ? /tokenizer\.ggml\.model is no such kind/
          : /tokens\[1\] \(len\) is 100000; Vectorscope reads ≤ 1024/,
      ),
    );
  });

  it('is refused in a tokenizer.json', () => {
    const model = {
      type: 'Unigram',
      unk_id: 0,
      vocab: [
        ['<unk>', 0],
        ['a'.repeat(20 * 2 ** 20), -1],
      ],
    };
    expect(() => new TokenizerJson(only(model), {}, undefined)).toThrow(
      failing('model-unsupported', /tokens\[1\] \(len\) is 20971520/),
    );
    expect(() => new TokenizerJson(only({ type: 'BPE', vocab: { [long]: 0 }, merges: [] }), {}, undefined)).toThrow(
      failing('model-unsupported', /tokens\[0\] \(len\) is 100000/),
    );
  });

  it('does not come in masses that overlap at every place either', () => {
    const model = {
      type: 'Unigram',
      unk_id: 0,
      vocab: [['<unk>', -9], ...Array.from({ length: 1024 }, (_, i) => ['a'.repeat(i + 1), -1 - i / 1000])],
    };
    const tokenizer = new TokenizerJson(only(model), {}, undefined);
    expect(tokenizer.encode(letters, { plain: true }).ids.length).toBe(5);
  });
});

describe('a tokenizer.json of many values', () => {
  const read = (content: string) => {
    const folder = mkdtempSync(join(scratch, 'json-'));
    writeFileSync(join(folder, 'tokenizer.json'), content);
    return () => readFolderTokenizer(folder, undefined);
  };

  it.each<readonly [string, () => string, RegExp]>([
    ['brackets', () => '['.repeat(60 * 2 ** 20), /tokenizer\.json \(depth\) is 17; expected: ≤ 16/],
    ['empty lists', () => `[${'[],'.repeat(20 * 2 ** 20)}[]]`, /is 1114113; expected: ≤ 1114112/],
    ['numbers', () => `[${'0,'.repeat(30 * 2 ** 20)}0]`, /\(values\) is 4194305; expected: ≤ 4194304/],
    ['everything', () => ' '.repeat(64 * 2 ** 20 + 1), /\(bytes\) is 67108865/],
    ['half of one', () => '{"model": {', /is not valid JSON/],
    ['brackets in a text', () => `"${'[\\"'.repeat(100)}"`, /tokenizer\.json is .*; expected: Object/],
  ])('is refused before they are made: %s', (_, make, message) => {
    const open = read(make());
    const before = process.memoryUsage().heapUsed;
    expect(open).toThrow(failing('model-damaged', message));
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(400 * 2 ** 20);
  });
});

describe('the text that is run at load', () => {
  const folder = fileURLToPath(new URL('../../fixtures/folders/qwen2', import.meta.url));
  const changed = (change: (json: Record<string, unknown>) => void, config: object = {}): string => {
    const copy = mkdtempSync(join(scratch, 'folder-'));
    cpSync(folder, copy, { recursive: true });
    const json = JSON.parse(readFileSync(join(copy, 'tokenizer.json'), 'utf8')) as Record<string, unknown>;
    change(json);
    writeFileSync(join(copy, 'tokenizer.json'), JSON.stringify(json));
    writeFileSync(
      join(copy, 'config.json'),
      JSON.stringify({ ...(JSON.parse(readFileSync(join(copy, 'config.json'), 'utf8')) as object), ...config }),
    );
    return copy;
  };

  it('gives no tokens in a tokenizer that takes all away, and a sentence says so', async () => {
    const path = changed((json) => (json['normalizer'] = { type: 'Replace', pattern: { Regex: '.' }, content: '' }));
    await expect(localEngine().load({ path })).rejects.toEqual(
      failing('model-unsupported', /makes no tokens of the text “The capital of France is”/),
    );
  });

  it('is cut to what the model reads', async () => {
    const path = changed(() => undefined, { max_position_embeddings: 3 });
    await localEngine().load({ path });
    expect(
      probeIds({ tokenizer: readFolderTokenizer(path, undefined), hyperparameters: { contextLength: 3 } }),
    ).toHaveLength(3);
  });
});
