import { SplitPreTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compiled } from '../../../src/engine/tokenizer/json/pattern';
import { LinearPattern } from '../../../src/engine/tokenizer/regex/linear';
import { wellFormed } from '../../../src/engine/tokenizer/utf8';
import { failing } from '../support/failing';
import { sampled } from '../support/sample';
import { awkwardText } from '../support/tokenizers';

const natively = (pattern: RegExp, text: string) =>
  Array.from(text.matchAll(pattern), (match) => ({ from: match.index, to: match.index + match[0].length }));

const rewritten = (Regex: string): RegExp =>
  new SplitPreTokenizer({ type: 'Split', pattern: { Regex }, behavior: 'Isolated', invert: false }).pattern as RegExp;
const texts = JSON.parse(
  readFileSync(new URL('../../fixtures/tokenizer_json/texts.json', import.meta.url), 'utf8'),
) as string[];

/**
 * Patterns of everything that the engine knows, small enough for `RegExp` to be done with them. What repeats takes a
 * character.
 */
const depth = { maxDepth: 3, depthIdentifier: fc.createDepthIdentifier() };
const { pattern } = fc.letrec<{ pattern: string; solid: string; any: string; look: string; part: string }>((tie) => ({
  solid: fc.oneof(
    depth,
    {
      weight: 5,
      arbitrary: fc.constantFrom(
        'a',
        'b',
        '[ab]',
        '[^a]',
        '\\p{L}',
        '\\P{L}',
        '\\u{1F600}',
        '\\uD83D\\uDE00',
        '\\x61',
        '\\n',
        '\\/',
        '.',
        '\\d',
        '[\\s\\S]',
      ),
    },
    { weight: 1, arbitrary: tie('pattern').map((inner) => `(?:[ab](?:${inner}))`) },
  ),
  any: fc.oneof(
    depth,
    { weight: 2, arbitrary: tie('solid') },
    { weight: 1, arbitrary: tie('pattern').map((inner) => `(${inner})`) },
  ),
  look: fc.oneof(
    depth,
    fc.constantFrom('(?<=a)', '(?<!a)', '(?<![\\s\\S])', '(?<=a|b)', '(?<!\\p{L})'),
    fc.tuple(fc.constantFrom('(?=', '(?!'), tie('pattern')).map(([opening, inner]) => `${opening}${inner})`),
  ),
  part: fc.oneof(
    { weight: 4, arbitrary: tie('any') },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          tie('solid'),
          fc.constantFrom('*', '+', '*?', '+?', '{0,}', '{1,}', '?', '{2}', '{1,2}', '{0,3}', '{2,}', '??', '{1,2}?'),
        )
        .map((of) => of.join('')),
    },
    { weight: 1, arbitrary: tie('look') },
  ),
  pattern: fc
    .array(
      fc.array(tie('part'), { minLength: 0, maxLength: 3 }).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .map((options) => options.join('|')),
}));
const shortTexts = fc.string({
  unit: fc.constantFrom('a', 'a', 'b', 'é', '😀', '\n', ' ', '1', '\uD83D'),
  maxLength: 9,
});

describe('a pattern in linear time', () => {
  it('matches what RegExp matches', () => {
    fc.assert(
      fc.property(pattern, fc.array(shortTexts, { minLength: 1, maxLength: 6 }), (source, texts) => {
        const native = new RegExp(source, 'gu');
        const linear = new LinearPattern(native);
        // V8 looks around from the middle of a surrogate pair too, where no match can begin.
        const apart = /\(\?[<=!]/.test(source) ? texts.map((text) => text.replace(/[^\0-\uD7FF]/gu, '')) : texts;
        for (const text of apart)
          expect(linear.matches(text), `${source} in ${JSON.stringify(text)}`).toEqual(natively(native, text));
      }),
      { numRuns: sampled(100, 2000) },
    );
  });

  it.each([
    ["gpt-2's", "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"],
    [
      "llama 3's",
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    ],
    [
      "gpt-4o's",
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    ],
    [
      "tekken's",
      '[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
    ],
    [
      "deepseek 3's",
      '[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
    ],
    [
      "kimi's",
      '[\\p{Han}]+|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}&&[^\\p{Han}]]+|\\p{N}{1,3}|\\s+(?!\\S)|\\s+',
    ],
    ["superbpe's", '(?=(\\d{3})+(?!\\d))'],
    ["bloom's", ' ?[^(\\s|[.,!?…。，、।۔،])]+'],
    ["jais 2's", '\\s{512}(?!\\S)|\\s{256}(?!\\S)|\\s{128}(?!\\S)|\\s{64}(?!\\S)|\\s{1,2}(?!\\S)|\\s'],
    ['a bound of words', '\\b\\w+\\b|^#+|\\n$'],
  ])('matches what RegExp matches by %s pattern', (_, Regex) => {
    const native = rewritten(Regex);
    const linear = compiled({ Regex });
    for (const text of texts.concat('1234567 12 1,234', ' '.repeat(700), 'x'.repeat(200)))
      expect(linear.matches(text), JSON.stringify(text)).toEqual(natively(native, text));
    fc.assert(
      fc.property(awkwardText, (text) => {
        expect(linear.matches(wellFormed(text))).toEqual(natively(native, wellFormed(text)));
      }),
      { numRuns: sampled(100, 200) },
    );
  });

  it.each([
    ['a back reference', '(a)\\1'],
    ['a look behind at more than one character', '(?<=ab)c'],
    ['a repetition of what may be empty', '(a*)*'],
    ['more states than any', '(?:a{1000}){1000}'],
    ['brackets deeper than any', `${'(?:'.repeat(200)}a${')'.repeat(200)}`],
    ['what is no pattern', '(?<'],
  ])('does not know %s, and says which pattern', (_, Regex) =>
    expect(() => compiled({ Regex })).toThrow(
      failing('model-unsupported', /pre_tokenizer\.pattern is \{"Regex":".*which Vectorscope cannot read/),
    ),
  );
});
