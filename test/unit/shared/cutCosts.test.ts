import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costByLine, costByScript, modelsOf, sourceNamed, stretchesOf, textSize } from '../../../src/shared/cutCosts';
import type { OtherCut } from '../../../src/shared/cuts';
import { cutBy, cutsBeside, cutText, tokensAt } from '../webview/tokenizing';

const other = (tokens: OtherCut['tokens'], more: Partial<OtherCut> = {}): OtherCut => ({
  ...cutBy('other', tokens),
  ...{ source: { path: 'b' }, partings: [], ...more },
});

describe('the stretches of two cuts', () => {
  it('end where both end a token, and name the parting that they are in', () => {
    const { own, other } = cutsBeside;
    expect(stretchesOf(own, other).map((one) => [one.own.length, one.other.length, one.parting?.reason])).toEqual([
      [1, 2, 'merges'],
      [1, 1, undefined],
      [1, 2, 'unknown'],
    ]);
  });

  it('hold all tokens of whole cuts, in order', () => {
    const ends = fc.uniqueArray(fc.integer({ min: 1, max: 29 }), { maxLength: 20 });
    const text = 'x'.repeat(30);
    fc.assert(
      fc.property(ends, ends, (a, b) => {
        const [own, beside] = [a, b].map((all) => tokensAt(text, ...all.toSorted((x, y) => x - y), 30));
        const found = stretchesOf(cutBy('own', own!), other(beside!));
        expect(found.flatMap((one) => one.own)).toEqual(own);
        expect(found.flatMap((one) => one.other)).toEqual(beside);
        for (const one of found) expect(one.own.at(-1)?.end).toBe(one.other.at(-1)?.end);
        const common = new Set(own!.map(({ end }) => end).filter((end) => beside!.some((one) => one.end === end)));
        expect(found).toHaveLength(common.size);
      }),
    );
  });

  it('end where one of the cuts is not known further, and keep what a tokenizer drops at the end', () => {
    const own = cutBy('own', tokensAt('ab c ', 2, 4, 5));
    expect(stretchesOf(own, other(tokensAt('ab c ', 2, 3), { count: 9 }))).toHaveLength(1);
    expect(stretchesOf(own, other(tokensAt('ab c ', 2, 4))).map((one) => one.other.length)).toEqual([1, 1, 0]);
  });
});

describe('what a text costs', () => {
  it('is counted by line and by script', () => {
    const { own, other } = cutsBeside;
    expect(costByLine(cutText, [own, other])).toEqual([
      { line: 1, counts: [2, 3] },
      { line: 2, counts: [1, 2] },
    ]);
    expect(costByScript(cutText, [own, other])).toEqual([
      { script: 'Latn', counts: [1, 2] },
      { script: null, counts: [1, 1] },
      { script: 'Cyrl', counts: [1, 2] },
    ]);
  });

  it('goes by words as Unicode bounds them, and by bytes of UTF-8', () => {
    expect(textSize('It’s 21 °C, я😀')).toEqual({
      words: 4,
      bytes: new TextEncoder().encode('It’s 21 °C, я😀').length,
    });
  });
});

describe('a tokenizer that is typed', () => {
  it.each([
    ['o200k_base', 'o200k_base'],
    ['gpt-4o-mini', 'o200k_base'],
    ['gpt-4', 'cl100k_base'],
    ['gpt-3.5-turbo', 'cl100k_base'],
    ['gpt2', 'r50k_base'],
  ])('as %s is the encoding %s', (name, encoding) => {
    expect(sourceNamed(name)).toEqual({ encoding });
    expect(modelsOf('cl100k_base')).toMatch(/GPT-4/);
  });

  it('is a path if no model of OpenAI is called so', () => {
    for (const path of ['models/gpt-4o', 'gpt-4o.gguf', 'tokenizer.json']) expect(sourceNamed(path)).toEqual({ path });
  });
});
