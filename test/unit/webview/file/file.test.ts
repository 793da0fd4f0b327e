import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import type { MetadataEntry, TensorEntry } from '../../../../src/shared/contents';
import { verbatim } from '../../../../src/shared/said';
import { cutDoubts } from '../../../../src/webview/file/cuts';
import {
  factsOf,
  fileFinding,
  shownFileName,
  sharesByType,
  vocabularyOf,
  fileMarkdown,
  bytesWords,
  isShort,
  shapeWords,
  shareWords,
  valueWords,
} from '../../../../src/webview/file/facts';
import { Breakable } from '../../../../src/webview/file/filter';
import { tensorBytes, flatRows, matching, parentOf, treeRows } from '../../../../src/webview/file/tree';
import { contentsOf, fileOf, metadata, summary, tensorsOf, wrongCuts } from '../files';

const tensor = (name: string, bytes = 10, type = 'F32'): TensorEntry => ({ name, type, shape: [bytes], bytes });
const drawn = (tensors: readonly TensorEntry[], isOpen?: (path: string) => boolean): readonly string[] =>
  treeRows(tensors, isOpen).map(({ label, level, tensor: own }) => `${'  '.repeat(level)}${label}${own ? '' : '/'}`);

describe('the tree of tensors', () => {
  test('has closed layers in the order of their numbers', () => {
    expect(drawn(tensorsOf(11))).toEqual([
      'token_embd.weight',
      'blk/',
      ...Array.from({ length: 11 }, (_, layer) => `  blk.${layer}/`),
      'output_norm.weight',
    ]);
  });

  test('leaves out groups that hold one thing alone', () => {
    const names = ['model.embed.weight', 'model.layers.0.a.weight', 'model.layers.0.a.bias', 'model.layers.1.a.weight'];
    expect(drawn(names.map((name) => tensor(name)))).toEqual([
      'model/',
      '  embed.weight',
      '  layers/',
      '    0.a/',
      '      weight',
      '      bias',
      '    1.a.weight',
    ]);
    expect(drawn([tensor('a.b.c.weight')])).toEqual(['a.b.c.weight']);
  });

  test('keeps a tensor whose name is the start of others, and names without dots', () => {
    expect(drawn([tensor('a'), tensor('a.b'), tensor('a.c'), tensor('')])).toEqual(['a', 'a/', '  b', '  c', '']);
  });

  test('has no more groups than a model needs', () => {
    const deep = tensor(`a${'.b'.repeat(500)}`);
    const other = tensor(`${deep.name}.c`);
    const levels = treeRows([deep, other], () => true).map(({ level }) => level);
    expect(Math.max(...levels)).toBeLessThan(16);
    expect(treeRows([deep, other], () => true).filter(({ tensor: own }) => own)).toHaveLength(2);
  });

  test('adds up what a group holds', () => {
    const tensors = tensorsOf(3);
    const [, group] = treeRows(tensors);
    expect(group).toMatchObject({ path: 'blk', tensors: 9, bytes: tensorBytes(tensors.slice(1, -1)), isOpen: true });
    expect(treeRows(tensors, () => false)).toHaveLength(3);
    expect(treeRows(tensors, () => true)).toHaveLength(2 + 1 + 3 + 9);
  });

  test('knows the group around a row', () => {
    const rows = treeRows(tensorsOf(2), () => true);
    expect(rows.map((_, at) => parentOf(rows, at))).toEqual([null, null, 1, 2, 2, 2, 1, 6, 6, 6, null]);
    expect(flatRows(tensorsOf(1)).map(({ label }) => label)).toContain('blk.0.attn_q.weight');
  });
});

describe('a query', () => {
  const find = (query: string) => matching(['blk.0.attn_q', 'blk.1.attn_k', 'OUTPUT'], query, (name) => name);
  test('finds what contains all of its words in any case', () => {
    expect(find('ATTN blk.1')).toEqual(['blk.1.attn_k']);
    expect(find('output')).toEqual(['OUTPUT']);
    expect(find('  ')).toHaveLength(3);
    expect(find('none')).toEqual([]);
  });
});

describe('the facts of a file', () => {
  test('have the shares of types by bytes', () => {
    expect(sharesByType([tensor('a', 10), tensor('b', 30, 'Q8_0'), tensor('c', 10)])).toEqual([
      { type: 'Q8_0', share: 0.6 },
      { type: 'F32', share: 0.4 },
    ]);
    expect(sharesByType([tensor('a', 0)])).toEqual([{ type: 'F32', share: 0 }]);
  });

  test('take the vocabulary from the list of tokens, or from the matrix', () => {
    expect(vocabularyOf(contentsOf())).toBe(49_152);
    const matrix = { name: 'model.embed_tokens.weight', type: 'BF16', shape: [1000, 64], bytes: 128_000 };
    expect(vocabularyOf(contentsOf({ metadata: [], tensors: [matrix] }))).toBe(1000);
    expect(vocabularyOf(contentsOf({ metadata: [], tensors: [] }))).toBeNull();
  });

  test.each([
    ['small.Q4_K_M.gguf', '/models/small.Q4_K_M.gguf', 'small'],
    ['model.safetensors', '/models/SmolLM2-135M/model.safetensors', 'SmolLM2-135M'],
    ['model.safetensors.index.json', 'C:\\models\\Large\\model.safetensors.index.json', 'Large'],
    ['big-00001-of-00002.gguf', '/models/big-00001-of-00002.gguf', 'big'],
  ])('name %s in %s as %s', (name, path, expected) => {
    expect(shownFileName({ name, path })).toBe(expected);
  });

  test('are one sentence on top, with the verdict of the list of models', () => {
    const words = (change: Parameters<typeof fileOf>[0]) => fileFinding(fileOf(change));
    expect(words({})).toBe('small: a llama model with 135 M parameters in Q4_K_M. It runs on this machine');
    expect(words({ summary: { ...summary, verdict: 'geometry' } })).toMatch(
      /Only its geometry can be loaded on this machine$/,
    );
    const { against, ...alone } = wrongCuts;
    expect(words({ tokenizer: alone })).toMatch(/\. It may cut text into other tokens than it was trained on$/);
    expect(cutDoubts({ tokenizer: alone })).toEqual([
      '3 of the first 900 tokens can occur in no text, such as “·12”, “34”: the pattern that splits a text into words cuts them apart.',
    ]);
    const few = { ...wrongCuts, cutThrough: { ...wrongCuts.cutThrough, of: 30_000 } };
    expect(cutDoubts({ tokenizer: few })).toEqual(['Its tokenizer cuts 1 of 72 hard texts otherwise than другой.']);
    const alike = { ...few, against: { ...against, name: 'x', texts: 72, parted: [] } };
    expect(cutDoubts({ tokenizer: alike })).toEqual([]);
    expect(fileMarkdown(fileOf({ tokenizer: few }))).toContain('1 of 72 hard texts');
    const adapter = contentsOf({ tensors: [tensor('blk.0.ffn_down.weight.lora_a', 3)] });
    for (const own of [null, { ...summary, verdict: 'nothing' as const }])
      expect(words({ summary: own, contents: adapter })).toMatch(/: an adapter with 3 parameters\. .*compare/);
    expect(words({ summary: null })).toBe(
      'A GGUF file with 6 keys and 38 tensors. Vectorscope finds no language model in it.',
    );
    expect(
      words({
        summary: null,
        contents: contentsOf({ damage: verbatim('It breaks.'), tensors: tensorsOf(0).slice(1) }),
      }),
    ).toBe('Only a part of this GGUF file could be read: 6 keys and 1 tensor.');
    expect(words({ summary: null, contents: null })).toBe('Reading the file');
    expect(words({ summary: null, isRead: false })).toBe('Reading the file');
    expect(words({ summary: null, contents: null, failure: 'It is gone.' })).toBe('');
  });

  test('are those of the tensors where no model is known', () => {
    const facts = Object.fromEntries(factsOf(fileOf({ summary: null })).map(({ name, raw }) => [name, raw]));
    expect(facts).toMatchObject({ parameters: 49_152 * 64 + 12 * (64 + 4096 + 16_384) + 64, vocabulary: 49_152 });
    expect(facts).not.toHaveProperty('family');
  });

  test('name the type of the key where most weights have another', () => {
    const named = (of: object) =>
      factsOf(fileOf({ summary: { ...summary, ...of } })).find(({ name }) => name === 'named');
    expect(named({})).toBeUndefined();
    expect(named({ named: 'Q4_1' })).toMatchObject({ value: 'Q4_1' });
  });

  test('keep the direction of names from files to themselves', () => {
    expect(renderToString(h(Breakable, { name: 'blk.\u05d0' }))).toBe('<bdi>blk.<wbr/>\u05d0</bdi>');
  });

  test('are copied as Markdown, long values in short', () => {
    const text = fileMarkdown(fileOf());
    expect(text).toContain('# small.Q4\\_K\\_M.gguf\n');
    expect(text).toContain('| Family | llama |');
    expect(text).toContain('list, 49,152 × text');
    expect(text.match(/^\| blk/gm)).toHaveLength(36);
  });
});

describe('words', () => {
  const entry = (change: Partial<MetadataEntry>): MetadataEntry => ({
    key: 'k',
    type: 'list',
    text: '',
    entries: null,
    isCut: false,
    ...change,
  });

  test('say what a long value holds', () => {
    expect(metadata.filter((one) => !isShort(one)).map(({ key }) => key)).toEqual([
      'tokenizer.ggml.tokens',
      'tokenizer.chat_template',
    ]);
    const of = (text: string, entries: number | null, isCut = true) => valueWords(entry({ text, entries, isCut }));
    expect(of('1, 2, 3', 500)).toBe('list, 500 × number: 1, 2, 3');
    expect(of('"eos"', 1)).toBe('list, 1 × text: "eos"');
    expect(of('[1, 2]', 500)).toBe('list, 500 × list: [1, 2]');
    expect(of('true', 500)).toBe('list, 500 × boolean: true');
    expect(of('a\nb', null, false)).toBe('text, 3 chars: a b');
    expect(of('a'.repeat(65_536), null)).toBe(`text, ≥ 65,536 chars: ${'a'.repeat(40)} …`);
  });

  test('tell small sizes and shares from none', () => {
    expect([0, 40, 2304, 553_000, 2_208_000, 250e6, 4.7e9].map(bytesWords)).toEqual([
      '–',
      '40 B',
      '2.3 kB',
      '553 kB',
      '2.2 MB',
      '250 MB',
      '4.7 GB',
    ]);
    expect([0, 0.0001, 0.0006, 0.5, 1].map(shareWords)).toEqual(['0.0 %', '<0.1 %', '0.1 %', '50.0 %', '100.0 %']);
    expect(shapeWords({ ...tensor('a'), shape: [] })).toBe('one number');
  });
});
