import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutWith, partingsOf } from '../../../src/engine/analysis/cuts';
import { byteCharacters } from '../../../src/engine/tokenizer/byteAlphabet';
import { TokenizerJson } from '../../../src/engine/tokenizer/json/tokenizerJson';
import type { CutReason } from '../../../src/shared/cuts';
import { awkwardText } from '../support/tokenizers';

interface Made {
  readonly merges?: readonly string[];
  readonly pattern?: string | null;
  readonly normalizer?: object | null;
  readonly prefix?: boolean;
  readonly added?: readonly string[];
  readonly characters?: string;
  readonly byteFallback?: boolean;
}

const merges = [
  't h',
  'th e',
  'Ġ the',
  '1 2',
  '12 3',
  'l l',
  'h e',
  'he ll',
  'hell o',
  "' s",
  'Ċ Ċ',
  'Ġ Ġ',
  '. .',
  'a b',
];
const gpt2 = "'s|'t| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const added = (contents: readonly string[], from: number) =>
  contents.map((content, i) => ({ id: from + i, content, special: true, normalized: false }));
const vocabulary = (spellings: readonly string[]) =>
  Object.fromEntries([...new Set(spellings)].map((spelling, id) => [spelling, id]));

/** Byte-level BPE over a few merges. */
function ofBytes({ merges: own = merges, pattern = gpt2, normalizer = null, prefix = false, added: found = [] }: Made) {
  const vocab = vocabulary([...byteCharacters, ...own.map((merge) => merge.replace(' ', ''))]);
  const byteLevel = { type: 'ByteLevel', add_prefix_space: prefix, trim_offsets: true, use_regex: false };
  const split = { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false };
  const pretokenizers = pattern === null ? [byteLevel] : [split, byteLevel];
  const json = {
    added_tokens: added(found, Object.keys(vocab).length),
    ...{ normalizer, post_processor: null, pre_tokenizer: { type: 'Sequence', pretokenizers } },
    model: { type: 'BPE', vocab, merges: own },
  };
  return new TokenizerJson(json, {}, undefined);
}

/** BPE of characters, with the mark of SentencePiece for a space. */
function ofCharacters({
  characters = 'abehlot é▁',
  normalizer,
  added: found = [],
  byteFallback = true,
  ...rest
}: Made) {
  const own = rest.merges ?? ['h e', 'l l', 'he ll', 'hell o', '▁ hello'];
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const vocab = vocabulary(['<unk>', ...bytes, ...characters, ...own.map((merge) => merge.replace(' ', ''))]);
  const marks = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
  const json = {
    added_tokens: added(found, Object.keys(vocab).length),
    ...{ normalizer: normalizer === undefined ? marks : normalizer, pre_tokenizer: null, post_processor: null },
    model: { type: 'BPE', vocab, merges: own, unk_token: '<unk>', byte_fallback: byteFallback, fuse_unk: true },
  };
  return new TokenizerJson(json, {}, undefined);
}

const without = (...left: readonly string[]) => ({ merges: merges.filter((merge) => !left.includes(merge)) });
const normaliser = (type: string, more: object = {}) => ({ normalizer: { type, ...more } });
const prepend = { type: 'Prepend', prepend: '▁' };
const marks = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
const marked = (...steps: readonly object[]) => ({ normalizer: { type: 'Sequence', normalizers: [...steps, marks] } });

/** The reason, and the pairs: what one of the two has otherwise, and a text. */
const pairs: Readonly<Record<CutReason, readonly (readonly [Made, string])[]>> = {
  pattern: [
    [{ pattern: gpt2.replace('\\p{N}+', '\\p{N}') }, 'a 123'],
    [{ pattern: gpt2.replace('\\p{N}+', '\\p{N}{1,2}') }, '123'],
    [{ pattern: gpt2.replace(' ?\\p{L}+', '\\p{L}+') }, 'is the'],
    [{ pattern: gpt2.replace("'s|'t|", "'|") }, "it's"],
    [{ pattern: '\\p{L}' }, 'hello'],
    [{ pattern: 'l' }, 'hello'],
    [{ pattern: '\\n+|[^\\n]+' }, 'a\n\nb'],
    [{ pattern: gpt2.replace('|\\s+(?!\\S)', '|\\s') }, 'a   b'],
    [{ pattern: '\\.|[^.]+' }, 'a..'],
    [{ pattern: ' |[^ ]+' }, 'on the'],
  ],
  merges: [
    [without('Ġ the'), 'on the'],
    [without('12 3'), 'a 123'],
    [without('1 2', '12 3'), '123'],
    [without('hell o'), 'hello'],
    [without("' s"), "it's"],
    [without('a b'), 'grab'],
    [{ merges: [...merges, 'Ġ i'] }, 'as it is'],
    [{ merges: ['l o', ...merges] }, 'hello'],
  ],
  special: [
    [{ added: ['hell'] }, 'a hello b'],
    [{ added: ['<|end|>'] }, 'a<|end|>b'],
    [{ added: ['th'] }, 'the'],
    [{ added: ['  '] }, 'a  b'],
    [{ added: ['12'] }, '123'],
    [{ added: ['é'] }, 'café'],
  ],
  normaliser: [
    [normaliser('Lowercase'), 'The end'],
    [normaliser('NFD'), 'caf\u00e9'],
    [normaliser('NFC'), 'cafe\u0301'],
    [normaliser('NFKC'), 'ﬁne'],
    [normaliser('NFKD'), 'x²'],
    [normaliser('Replace', { pattern: { String: 'a' }, content: 'b' }), 'on a day'],
    [normaliser('Replace', { pattern: { Regex: '\\s+' }, content: ' ' }), 'on   a'],
    [normaliser('Strip', { strip_left: false, strip_right: true }), 'on  '],
  ],
  start: [
    [{ prefix: true }, 'the'],
    [{ prefix: true }, 'hello the'],
    [{ prefix: true, added: ['<|end|>'] }, 'the end'],
    [{ ...marked(prepend), characters: 'abehlot é▁' }, 'hello'],
  ],
  unknown: [
    [{ characters: 'abehlot ▁' }, 'é'],
    [{ characters: 'abehlot ▁' }, 'hello éa'],
    [{ characters: 'abehlot ▁' }, 'aéb'],
    [{ characters: 'abehlot ▁', byteFallback: false }, 'hello é'],
  ],
};

const reasonsOf = (a: TokenizerJson, b: TokenizerJson, text: string) =>
  partingsOf(text, cutWith(a, text, false), cutWith(b, text, false)).map(({ reason }) => reason);

describe('why two tokenizers part', () => {
  const all = Object.entries(pairs).flatMap(([reason, own]) => own.map(([made, text]) => ({ reason, made, text })));

  it('has forty pairs that differ in one thing', () => expect(all).toHaveLength(40));

  it.each(all)('$reason: $text', ({ reason, made, text }) => {
    const make = made.characters === undefined ? ofBytes : ofCharacters;
    const [usual, other] = [make({}), make(made)];
    for (const [a, b] of [
      [usual, other],
      [other, usual],
    ] as const)
      expect(new Set(reasonsOf(a, b, text))).toEqual(new Set([reason]));
  });

  it('is nothing where both cut alike', () => {
    const [one, two] = [ofBytes({}), ofBytes({ added: ['<|end|>'] })];
    fc.assert(
      fc.property(awkwardText, (text) => {
        expect(reasonsOf(one, two, text)).toEqual([]);
      }),
    );
  });

  it('lies in stretches that rise, do not overlap, and hold every token that differs', () => {
    const [one, two] = [ofBytes({}), ofBytes({ ...without('Ġ the', 'hell o'), pattern: '\\p{L}+', prefix: true })];
    fc.assert(
      fc.property(awkwardText, (text) => {
        const [a, b] = [cutWith(one, text, false), cutWith(two, text, false)];
        const partings = partingsOf(text, a, b);
        let reached = 0;
        for (const { start, end } of partings) {
          expect(start).toBeGreaterThanOrEqual(reached);
          expect(end).toBeGreaterThanOrEqual(start);
          reached = end;
        }
        const isIn = (start: number, end: number) => partings.some((one) => one.start <= start && one.end >= end);
        const spans = new Set(b.tokens.map(({ start, end, bytes }) => `${start}-${end} ${bytes.join()}`));
        for (const { start, end, bytes } of a.tokens)
          if (!spans.has(`${start}-${end} ${bytes.join()}`)) expect(isIn(start, end)).toBe(true);
      }),
    );
  });
});
