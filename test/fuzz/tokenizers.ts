import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGguf } from '../../src/engine/weights/gguf';
import { openSource } from '../../src/engine/weights/source';
import type { MetadataValue, Weights } from '../../src/engine/weights/weights';
import { fromRoot } from '../bench/inputs';
import type { Random } from '../unit/support/mutations';
import { changes, pick, strangeTexts, type Kind, type Mutator } from './mutator';

// Tokenizers with other steps, patterns, vocabularies, scores, merges and added tokens: most are sound JSON that says
// something hostile.

interface Described {
  normalizer?: unknown;
  pre_tokenizer?: unknown;
  post_processor?: unknown;
  added_tokens: Record<string, unknown>[];
  model: {
    type?: string;
    vocab: Record<string, number> | [string, number][];
    merges?: unknown[];
    [key: string]: unknown;
  };
  [key: string]: unknown;
}

const fixtures = fromRoot('test/fixtures/');
/** Without the longest, which makes a file of many of them slow to write. */
const strangeTokens = strangeTexts.slice(0, -1);

const hostilePatterns = [
  '(a+)+$|\\s+',
  '(a|a)+b',
  '(?:a+a+)+b',
  'a*b|a',
  '(?=(?:a+)+b)a|.',
  '(?!(a+)+c)(a+)+b|a',
  '(a*)*',
  '(?<=a)',
  '(?=(\\d{3})+(?!\\d))',
  '\\b',
  '^',
  '$',
  '',
  '.',
  '.*',
  '.+?',
  '(?:)',
  'a{1000}',
  '(?:a?){900}',
  '(?:ab?){600}',
  '(a)\\1',
  '[^\\s\\S]',
  '\\p{L}+',
  '\\X',
  '(?i:a)',
  '[[a-z]&&[^b]]+',
  '(?<',
  '\uD83D',
  '\\uD83D',
  '[\\x{1F600}]',
  '(?:'.repeat(300) + ')'.repeat(300),
  'a|'.repeat(5000),
];
const strangeSteps = (random: Random): { readonly normalizers: object[]; readonly pretokenizers: object[] } => {
  const Regex = pick(random, hostilePatterns);
  const pattern = random(3) > 0 ? { Regex } : { String: pick(random, strangeTokens) };
  const content = pick(random, ['', 'a', 'aa', ' ', 'b'.repeat(64), '\uD83D', '😀', 'é']);
  return {
    normalizers: [
      ...['NFC', 'NFD', 'NFKC', 'NFKD', 'Lowercase', 'Precompiled'].map((type) => ({ type })),
      { type: 'Prepend', prepend: content },
      { type: 'Replace', pattern, content },
      { type: 'Replace', pattern: { String: 'a' }, content: 'aa' },
      { type: 'Strip', strip_left: random(2) > 0, strip_right: random(2) > 0 },
    ],
    pretokenizers: [
      { type: 'ByteLevel', add_prefix_space: random(2) > 0, use_regex: random(2) > 0 },
      {
        type: 'Split',
        pattern,
        behavior: pick(random, ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous', 'Other']),
        invert: random(2) > 0,
      },
      {
        type: 'Metaspace',
        replacement: pick(random, ['▁', 'a', ' ', '\uD83D']),
        prepend_scheme: pick(random, ['always', 'first', 'never']),
        split: random(2) > 0,
      },
      { type: 'Digits', individual_digits: random(2) > 0 },
      { type: 'Punctuation', behavior: 'Contiguous' },
      { type: 'CharDelimiterSplit', delimiter: pick(random, ['a', '😀', '\uD83D', '']) },
      ...['Whitespace', 'WhitespaceSplit', 'UnicodeScripts'].map((type) => ({ type })),
    ],
  };
};

/** Steps of one part more often, in another order, deeper, or others. */
function changeSteps(random: Random, json: Described): string {
  const [key, list] = pick(random, [
    ['normalizer', 'normalizers'],
    ['pre_tokenizer', 'pretokenizers'],
  ] as const);
  const now = json[key] as { type?: string; [list: string]: unknown } | null | undefined;
  const steps = now?.type === 'Sequence' ? (now[list] as object[]) : now ? [now] : [];
  const other = pick(random, strangeSteps(random)[list]);
  const [changed, how] = pick<() => readonly [unknown[], string]>(random, [
    () => [
      Array.from({ length: pick(random, [2, 7, 40, 64, 65, 1000]) }, () => pick(random, [...steps, other])),
      'many steps',
    ],
    () => [[...steps, other], 'one step more'],
    () => [[other, ...steps], 'one step before'],
    () => [[...steps, ...steps].toReversed(), 'all steps twice, turned round'],
    () => [steps.slice(1), 'a step less'],
    () => [
      [
        Array.from({ length: pick(random, [1, 3, 4, 5, 500]) }).reduce<object>(
          (inner) => ({ type: 'Sequence', [list]: [inner, other] }),
          other,
        ),
      ],
      'steps in steps',
    ],
  ])();
  json[key] = { type: 'Sequence', [list]: changed };
  return `${how} in ${key}, ${JSON.stringify(other).slice(0, 80)}`;
}

function changeVocabulary(random: Random, json: Described): string {
  const { model } = json;
  const token = pick(random, strangeTokens);
  if (Array.isArray(model.vocab)) {
    const vocab = model.vocab;
    const score = pick(random, [0, -0, 1e308, -1e308, 1e-300, -5, 5]);
    return pick<() => string>(random, [
      () => `the token ${JSON.stringify(vocab.push([token, score]) && token).slice(0, 40)} at ${score}`,
      () => (vocab.forEach((entry) => (entry[1] = score)), `all scores ${score}`),
      () => (
        vocab.push(...Array.from({ length: 1024 }, (_, i): [string, number] => ['a'.repeat(i + 1), score])),
        'rows of a letter'
      ),
      () => (vocab.splice(random(vocab.length), 1 + random(vocab.length)), 'fewer tokens'),
      () => ((model['unk_id'] = pick(random, [0, vocab.length - 1, vocab.length, -1, 0.5])), 'another unknown token'),
    ])();
  }
  const vocab = model.vocab;
  const size = Object.keys(vocab).length;
  return pick<() => string>(random, [
    () => (
      (vocab[token] = pick(random, [size, 0, 2 ** 20 - 1, 2 ** 20, -1, 0.5])),
      `the token ${JSON.stringify(token).slice(0, 40)}`
    ),
    () => (Object.keys(vocab).forEach((spelling) => random(2) > 0 && delete vocab[spelling]), 'half of the tokens'),
    () => (
      Object.keys(vocab).forEach((spelling) => spelling.length === 1 && delete vocab[spelling]),
      'no tokens of one character'
    ),
    () => {
      const lengths = Array.from({ length: 600 }, (_, i) => i + 1);
      for (const length of lengths) vocab['a'.repeat(length)] ??= size + length;
      model.merges = [...lengths.slice(0, -1).map((length) => ['a'.repeat(length), 'a']), ['a', 'aa']];
      return 'merges of rows of a letter';
    },
    () => (
      (model.merges = pick(random, [
        [],
        (model.merges ?? []).toReversed(),
        [...(model.merges ?? []), ...(model.merges ?? [])],
        [['a', 'b']],
        ['a'],
        [1],
      ])),
      'other merges'
    ),
    () => (
      Object.assign(model, {
        unk_token: pick(random, [null, token, Object.keys(vocab)[0]]),
        fuse_unk: random(2) > 0,
        byte_fallback: random(2) > 0,
        ignore_merges: random(2) > 0,
      }),
      'other flags'
    ),
  ])();
}

function changeAdded(random: Random, json: Described): string {
  const flags = () => ({
    single_word: random(4) === 0,
    lstrip: random(3) === 0,
    rstrip: random(3) === 0,
    normalized: random(2) > 0,
    special: random(2) > 0,
  });
  const first = 2000;
  const [contents, how] = pick<readonly [readonly string[], string]>(random, [
    [[pick(random, strangeTokens), pick(random, strangeTokens)], 'two strange'],
    [Array.from({ length: 5000 }, (_, i) => `<|${i}|>`), '5,000'],
    [Array.from({ length: 1024 }, (_, i) => 'a'.repeat(i + 1)), 'beginnings of each other'],
    [[`${'a'.repeat(1023)}b`, 'a', 'ab'], 'a long one'],
    [Array.from({ length: 500 }, (_, i) => ' '.repeat(i + 1)), 'white space'],
    [strangeTokens, 'all strange'],
  ]);
  json.added_tokens.push(...contents.map((content, i) => ({ id: first + i, content, ...flags() })));
  return `${how} added tokens`;
}

function changeProcessor(random: Random, json: Described): string {
  json.post_processor = pick<unknown>(random, [
    null,
    { type: 'Sequence', processors: Array.from({ length: 100 }, () => ({ type: 'ByteLevel' })) },
    { type: 'TemplateProcessing', single: [] },
    { type: 'BertProcessing', cls: ['a', 0], sep: ['b', 1] },
    { type: 'Other' },
    5,
  ]);
  return 'another post-processor';
}

const ways = [changeSteps, changeSteps, changeSteps, changeVocabulary, changeVocabulary, changeAdded, changeProcessor];
const jsons = readdirSync(join(fixtures, 'tokenizer_json'))
  .filter((name) => !/\.truth\.json$|^texts/.test(name))
  .map((name) => join('tokenizer_json', name));
const folders = readdirSync(join(fixtures, 'folders'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'configs')
  .map(({ name }) => join('folders', name));

/** One to three changes of a `tokenizer.json`; the same random numbers give the same. */
export function mutatedJson(
  random: Random,
  file = pick(random, jsons),
): { readonly json: unknown; readonly what: string } {
  const json = JSON.parse(readFileSync(join(fixtures, file), 'utf8')) as Described;
  const said = Array.from({ length: changes(random) }, () => pick(random, ways)(random, json));
  return { json, what: `${file}: ${said.join('; ')}` };
}

const ggufs = [
  ...readdirSync(join(fixtures, 'tokenizers')).map((name) => join('tokenizers', name)),
  ...readdirSync(join(fixtures, 'families')).map((name) => join('families', name)),
].filter((name) => name.endsWith('.gguf'));

/** One to three changes of what a GGUF file says of its tokenizer. */
export function mutatedGguf(random: Random): { readonly weights: Weights; readonly what: string } {
  const file = pick(random, ggufs);
  const source = openSource(join(fixtures, file));
  const weights = readGguf(source);
  source.close();
  const metadata = new Map<string, MetadataValue>(weights.metadata);
  const spelled = metadata.get('tokenizer.ggml.tokens') as string[];
  const token = pick(random, strangeTokens);
  const filled = (value: number) => new Float32Array(spelled.length).fill(value);
  const pre = ['gpt-2', 'llama-bpe', 'qwen2', 'deepseek-llm', 'gpt-4o', 'superbpe', 'jais-2', 'exaone-moe', 'gemma4'];
  const ways: readonly (readonly [key: string, value: MetadataValue, words: string])[] = [
    ['ggml.tokens', spelled.with(random(spelled.length), token), `the token ${JSON.stringify(token).slice(0, 40)}`],
    ['ggml.tokens', spelled.map((_, i) => 'a'.repeat((i % 1024) + 1)), 'rows of a letter'],
    ['ggml.token_type', Int32Array.from(spelled, () => 1 + random(6)), 'any types'],
    ['ggml.token_type', Int32Array.from(filled(pick(random, [1, 3, 4, 6]))), 'one type'],
    ['ggml.scores', filled(pick(random, [0, -1, 3e38, NaN, Infinity])), 'equal scores'],
    ['ggml.model', pick(random, ['gpt2', 'llama', 'gemma4']), 'another kind'],
    ['ggml.pre', pick(random, [...pre, 'chameleon', 'default', 'no such']), 'another pre-tokenizer'],
    ['ggml.merges', pick<string[]>(random, [[], ['a'], ['a a', 'aa a'], [' ']]), 'other merges'],
    ['ggml.bos_token_id', pick(random, [0, -1, 1e9, 0.5]), 'another first token'],
  ];
  const said = Array.from({ length: changes(random) }, () => {
    const [key, value, words] = pick(random, ways);
    metadata.set(`tokenizer.${key}`, value);
    return words;
  });
  if (random(10) === 0) metadata.set('general.name', 'Phi-3');
  return { weights: { ...weights, metadata }, what: `${file}: ${said.join('; ')}` };
}

/**
 * Writes a folder with a changed `tokenizer.json` into an empty one; in one of four cases it is that of another
 * vocabulary.
 */
export const tokenizerMutator =
  (folder: string): Mutator =>
  (random) => {
    const from = pick(random, folders);
    const { json, what } = mutatedJson(random, random(4) === 0 ? undefined : join(from, 'tokenizer.json'));
    for (const name of readdirSync(join(fixtures, from)))
      if (name !== 'tokenizer.json') copyFileSync(join(fixtures, from, name), join(folder, name));
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(json));
    return { path: folder, what: `${from} with ${what}` };
  };

export const tokenizerKind: Kind = { name: 'tokenizers', weight: 2, mutatorIn: tokenizerMutator };
