import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { byteCharacters, bytesOfSpelling } from '../../../src/engine/tokenizer/byteAlphabet';
import { mergeBytes, type BytePairs, MinHeap } from '../../../src/engine/tokenizer/mergeNeighbours';
import { MergeTable } from '../../../src/engine/tokenizer/mergeTable';
import { splitText } from '../../../src/engine/tokenizer/pieces';
import { preTokenizer } from '../../../src/engine/tokenizer/preTokenizers';
import { SpecialTokens } from '../../../src/engine/tokenizer/specialTokens';
import { characterSpans, textOfUtf8, utf8Of, wellFormed } from '../../../src/engine/tokenizer/utf8';
import { failing } from '../support/failing';
import { sampled } from '../support/sample';

describe('a run of one class that has no end', () => {
  it.each(sampled(['人', '٣'], ['人', 'ж', '\u0301', '\uFFFD', '😀', '٣', 'a', ' ', '!']))(
    'of %s is cut, or refused in a sentence',
    (character) => {
      const text = character.repeat(8e6 / character.length);
      try {
        expect(splitText(text, preTokenizer('gpt-2')?.cuts ?? []).join('')).toBe(text);
      } catch (error) {
        expect(error).toEqual(failing('bad-request', /millions of characters in a row without a break/));
      }
    },
  );
});

describe('the byte alphabet', () => {
  it('has a character of its own for every byte, the known ones among them', () => {
    expect(new Set(byteCharacters).size).toBe(256);
    expect([0x20, 0x0a, 0x09, 0x00, 0x7f, 0xad, 0x21, 0xff].map((byte) => byteCharacters[byte])).toEqual([
      'Ġ',
      'Ċ',
      'ĉ',
      'Ā',
      'ġ',
      'Ń',
      '!',
      'ÿ',
    ]);
  });

  it('goes back to the bytes', () => {
    expect([...bytesOfSpelling(byteCharacters.join(''))]).toEqual(Array.from({ length: 256 }, (_, byte) => byte));
    expect([...bytesOfSpelling('Ġ日')]).toEqual([0x20, 0xe6, 0x97, 0xa5]);
  });
});

describe('UTF-8', () => {
  it('takes lone surrogates for U+FFFD and leaves pairs alone', () => {
    expect(wellFormed('a\uD83D😀\uDE00\uD83D')).toBe('a\uFFFD😀\uFFFD\uFFFD');
  });

  it('keeps a byte order mark and marks what is invalid', () => {
    expect(textOfUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0xff))).toBe('\uFEFFa\uFFFD');
  });

  it('knows the character of every byte', () => {
    const { starts, ends } = characterSpans(utf8Of('aé日😀b'));
    expect([[...starts], [...ends]]).toEqual([
      [0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 5],
      [1, 2, 2, 3, 3, 3, 5, 5, 5, 5, 6],
    ]);
  });
});

describe('the pre-tokenizer', () => {
  it.each([
    ['gpt-2', "I'm  here, 123 abc\n\n x ", ['I', "'m", ' ', ' here', ',', ' 123', ' abc', '\n\n', ' x', ' ']],
    ['gpt2', 'a  b', ['a', ' ', ' b']],
    ['smollm', 'x = 12.5  7', ['x', ' =', ' ', '1', '2', '.', '5', '  ', '7']],
    ['smollm', '½①三٣', ['½', '①', '三', '٣']],
    ['llama-bpe', "I'M 12345\n\n\tx!\n y", ['I', "'M", ' ', '123', '45', '\n\n', '\tx', '!\n', ' y']],
    ['qwen2', '12 a', ['1', '2', ' a']],
    ['deepseek-v3', '.abc 1234漢字x', ['.abc', ' ', '123', '4', '漢字', 'x']],
    ['gpt-4o', "camelCase's 1234/\n", ['camel', "Case's", ' ', '123', '4', '/\n']],
    ['falcon', '12345 a-b', ['123', '45', ' a', '-', 'b']],
    ['gpt-2', 'a\u0085\uFEFFb', ['a', '\u0085', '\uFEFF', 'b']],
  ])('%s cuts %j', (name, text, pieces) => {
    expect(splitText(text, preTokenizer(name)?.cuts ?? [])).toEqual(pieces);
  });

  it('takes only what stands in a list', () => {
    for (const name of ['', 'constructor', '__proto__', 'GPT-2']) expect(preTokenizer(name)).toBeUndefined();
  });

  it('keeps what no pattern matches', () => {
    expect(splitText('a-b--c', [/\p{L}/gu])).toEqual(['a', '-', 'b', '--', 'c']);
  });
});

describe('mergeBytes', () => {
  /**
   * A vocabulary over the bytes below `letters` in which merge r makes the token letters + r; merges name tokens that
   * exist before them.
   */
  const vocabulary = fc.integer({ min: 1, max: 4 }).chain((letters) =>
    fc.record({
      letters: fc.constant(letters),
      merges: fc
        .array(fc.tuple(fc.nat(1000), fc.nat(1000)), { maxLength: 12 })
        .map((merges) =>
          merges.map(([left, right], rank) => [left % (letters + rank), right % (letters + rank)] as const),
        ),
    }),
  );
  const pairsOf = (letters: number, merges: readonly (readonly [number, number])[]): BytePairs => ({
    ofByte: Int32Array.from({ length: 256 }, (_, byte) => (byte < letters ? byte : -1)),
    rankOf: (left, right) => merges.findIndex((merge) => merge[0] === left && merge[1] === right),
    mergedOf: (rank) => letters + rank,
  });

  /** The textbook's way: look for the best pair from left to right, merge it, begin again. */
  function textbook(bytes: readonly number[], pairs: BytePairs): { id: number; from: number; to: number }[] {
    const symbols = bytes
      .map((byte, at) => ({ id: pairs.ofByte[byte] as number, from: at, to: at + 1 }))
      .filter(({ id }) => id >= 0);
    for (;;) {
      let best = { rank: Infinity, at: -1 };
      for (let at = 0; at + 1 < symbols.length; at++) {
        const rank = pairs.rankOf(symbols[at]?.id as number, symbols[at + 1]?.id as number);
        if (rank >= 0 && rank < best.rank) best = { rank, at };
      }
      if (best.at < 0) return symbols;
      const from = symbols[best.at]?.from as number;
      const to = symbols[best.at + 1]?.to as number;
      symbols.splice(best.at, 2, {
        id: pairs.mergedOf(best.rank, symbols[best.at]?.id as number, symbols[best.at + 1]?.id as number),
        from,
        to,
      });
    }
  }

  it("is the textbook's, bytes without a token left out", () => {
    fc.assert(
      fc.property(vocabulary, fc.array(fc.nat(4), { maxLength: 40 }), ({ letters, merges }, bytes) => {
        const pairs = pairsOf(letters, merges);
        const { ids, froms, tos } = mergeBytes(Uint8Array.from(bytes), pairs);
        expect(Array.from(ids, (id, i) => ({ id, from: froms[i], to: tos[i] }))).toEqual(textbook(bytes, pairs));
      }),
      { numRuns: sampled(100, 3000) },
    );
  });

  it('asks for three pairs a symbol at most, however much merges', () => {
    const doubling = pairsOf(1, [
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    const rankOf = vi.fn(doubling.rankOf);
    const count = 4096;
    expect(mergeBytes(new Uint8Array(count), { ...doubling, rankOf }).ids).toHaveLength(count / 16);
    expect(rankOf.mock.calls.length).toBeLessThanOrEqual(3 * count);
  });
});

describe('MinHeap', () => {
  it('compares about as often as a sort', () => {
    const [heap, count] = [new MinHeap(), 4096];
    let compared = 0;
    const counting = (value: number) => ({ valueOf: () => (compared++, value) }) as unknown as number;
    for (let i = 0; i < count; i++) heap.push(counting((i * 2654435761) % count));
    for (let i = 0; i < count; i++) heap.pop();
    // A comparison asks for two values; a level takes two comparisons on the way down.
    expect(compared).toBeLessThan(6 * count * Math.log2(count));
  });

  it('gives back in order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), (items) => {
        const heap = new MinHeap();
        for (const item of items) heap.push(item);
        expect(items.map(() => heap.pop())).toEqual(items.toSorted((a, b) => a - b));
        expect(heap.pop()).toBeUndefined();
      }),
    );
  });
});

describe('MergeTable', () => {
  it('is a map of pairs in which the first entry stays', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(6), fc.nat(6))), (entries) => {
        const table = new MergeTable(entries.length);
        const map = new Map<string, number>();
        entries.forEach(([left, right], rank) => {
          table.add(left, right, rank);
          if (!map.has(`${left} ${right}`)) map.set(`${left} ${right}`, rank);
        });
        for (let left = 0; left < 7; left++)
          for (let right = 0; right < 7; right++)
            expect(table.rankOf(left, right)).toBe(map.get(`${left} ${right}`) ?? -1);
      }),
    );
  });
});

describe('SpecialTokens', () => {
  const tokens = new SpecialTokens(
    [
      ['<a>', 1],
      ['<a><b>', 2],
      ['.*', 3],
      ['[x]|', 4],
      ['', 5],
      ['<a>', 6],
      ['  ', 7],
      ['é<a', 8],
      ['zy', 9],
      ['yz', 10],
      ['zz', 11],
    ],
    new Set([1, 2]),
  );

  it.each([
    ['', []],
    ['none', ['0 -1 none']],
    ['<a><b><a>', ['0 2 <a><b>', '6 1 <a>']],
    ['a.*b[x]|', ['0 -1 a', '1 3 .*', '3 -1 b', '4 4 [x]|']],
    ['.*\t <a> \n  \v<a>b    ', ['0 3 .*', '2 -1 \t ', '4 1 <a>', '12 1 <a>', '15 -1 b', '16 7   ', '18 7   ']],
    ['é<a><a><b>', ['0 8 é<a', '3 -1 >', '4 2 <a><b>']],
    ['yzyzz', ['0 -1 y', '1 9 zy', '3 11 zz']],
    ['yzz', ['0 10 yz', '2 -1 z']],
    ['zzz', ['0 11 zz', '2 -1 z']],
    ['é<a><b>', ['0 -1 é', '1 2 <a><b>']],
  ])('cut %j, those of most bytes first and every sign meant literally', (text, parts) => {
    expect(tokens.cut(text).map((cut) => `${cut.at} ${cut.id} ${cut.text}`)).toEqual(parts);
  });
});
