import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unchanged } from '../../../src/engine/tokenizer/json/aligned';
import { AddedTokens, type AddedToken } from '../../../src/engine/tokenizer/json/tokenizerJson';
import { SpecialTokens, type SpecialCut } from '../../../src/engine/tokenizer/specialTokens';
import { utf8Of } from '../../../src/engine/tokenizer/utf8';
import { sampled } from '../support/sample';

// The same rules written with regular expressions, which are short but take a time of their own for many or long
// tokens.

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const patternOf = (spellings: readonly string[]): RegExp => new RegExp(spellings.map(literally).join('|'), 'g');

function overlapping(pattern: RegExp, text: string): [index: number, spelling: string][] {
  const found: [number, string][] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    found.push([match.index, match[0]]);
    pattern.lastIndex = match.index + 1;
  }
  return found;
}

/** llama.cpp's rule: those with most bytes in the whole text, then the next in what is left. */
function cutByPatterns(spellings: readonly string[], swallowing: ReadonlySet<number>, whole: string): SpecialCut[] {
  const lengths = [...new Set(spellings.map((spelling) => utf8Of(spelling).length))].sort((a, b) => b - a);
  const cutOne = (pattern: RegExp, { text, at }: SpecialCut): SpecialCut[] => {
    const taken = new Uint8Array(text.length);
    const kept = overlapping(pattern, text)
      .map(([index, spelling]) => ({ index, end: index + spelling.length, id: spellings.indexOf(spelling) }))
      .sort((a, b) => a.id - b.id || a.index - b.index)
      .flatMap((match) => {
        if (taken.subarray(match.index, match.end).includes(1)) return [];
        let next = match.end;
        if (swallowing.has(match.id)) while (taken[next] === 0 && /[ \t-\r]/.test(text.charAt(next))) next++;
        taken.fill(1, match.index, next);
        return [{ ...match, next }];
      })
      .sort((a, b) => a.index - b.index);
    const ends = [0, ...kept.map(({ next }) => next)];
    const parts = kept.flatMap(({ id, index, end }, i) => [
      { id: -1, from: ends[i] as number, to: index },
      { id, from: index, to: end },
    ]);
    return [...parts, { id: -1, from: ends.at(-1) as number, to: text.length }]
      .filter(({ from, to }) => to > from)
      .map(({ id, from, to }) => ({ id, text: text.slice(from, to), at: at + from }));
  };
  return lengths.reduce<SpecialCut[]>(
    (cuts, length) =>
      cuts.flatMap((cut) =>
        cut.id >= 0
          ? [cut]
          : cutOne(patternOf(spellings.filter((spelling) => utf8Of(spelling).length === length)), cut),
      ),
    whole === '' ? [] : [{ id: -1, text: whole, at: 0 }],
  );
}

const units = fc.constantFrom('a', 'b', '<', '.', '*', 'é', '日', ' ', '\n');
const spelling = fc.string({ unit: units, minLength: 1, maxLength: 4 });
const text = fc.string({ unit: units, maxLength: 30 });

describe('special tokens of a GGUF file', () => {
  it("are found by llama.cpp's rule in any text", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(spelling, { maxLength: 12 }),
        fc.array(fc.nat(11)),
        text,
        (spellings, swallowing, text) => {
          const swallow = new Set(swallowing);
          expect(
            new SpecialTokens(
              spellings.map((spelling, id) => [spelling, id]),
              swallow,
            ).cut(text),
          ).toEqual(cutByPatterns(spellings, swallow, text));
        },
      ),
      { numRuns: sampled(100, 5000) },
    );
  });
});

const added = (content: string, id: number, flags: Partial<AddedToken> = {}): AddedToken => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
  ...flags,
});

describe('added tokens of a tokenizer.json', () => {
  it('are the leftmost, and of those the longest', () => {
    fc.assert(
      fc.property(fc.uniqueArray(spelling, { maxLength: 12 }), text, (spellings, text) => {
        const found = new AddedTokens(spellings.map((spelling, id) => [spelling, added(spelling, id)])).cut(
          unchanged(text),
          false,
        );
        const longestFirst = spellings.toSorted((a, b) => b.length - a.length);
        const expected: [string, boolean][] = [];
        let at = 0;
        for (const match of spellings.length === 0 ? [] : text.matchAll(patternOf(longestFirst))) {
          if (match.index > at) expected.push([text.slice(at, match.index), false]);
          expected.push([match[0], true]);
          at = match.index + match[0].length;
        }
        if (at < text.length) expected.push([text.slice(at), false]);
        expect(found.map(({ token, text }) => [text.text, token !== null])).toEqual(expected);
      }),
      { numRuns: sampled(100, 5000) },
    );
  });

  it.each<readonly [string, Partial<AddedToken>, readonly string[]]>([
    ['a<x>b \t<x>\u00A0\n b<x>', {}, ['a', '<x>', 'b \t', '<x>', '\u00A0\n b', '<x>']],
    ['a<x>b \t<x>\u00A0\n b<x>', { lstrip: true }, ['a', '<x>', 'b', ' \t<x>', '\u00A0\n b', '<x>']],
    ['a<x>b \t<x>\u00A0\n b<x>', { rstrip: true }, ['a', '<x>', 'b \t', '<x>\u00A0\n ', 'b', '<x>']],
    ['a<x>b \t<x>\u00A0\n b<x>', { lstrip: true, rstrip: true }, ['a', '<x>', 'b', ' \t<x>\u00A0\n ', 'b', '<x>']],
    ['a<x> <x> 𝒳<x> <x>😀', { single_word: true }, ['a<x> ', '<x>', ' 𝒳<x> ', '<x>', '😀']],
    ['a<x>', { single_word: true }, ['a<x>']],
  ])('%j with %j', (text, flags, parts) => {
    expect(
      new AddedTokens([['<x>', added('<x>', 0, flags)]]).cut(unchanged(text), false).map(({ text }) => text.text),
    ).toEqual(parts);
  });
});
