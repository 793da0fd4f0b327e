import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { characterAt, partAround, tokensAt } from '../../../../src/extension/hover/tokensAt';
import { tokensOf } from '../../support/spans';

const indexes = (found: ReturnType<typeof tokensAt>) => found?.tokens.map(({ index }) => index);

describe('the tokens of a character', () => {
  it('are one token with its own range', () => {
    const text = tokensOf('0:3 3:11 11:14');
    const found = tokensAt(text, { start: 5, end: 6 });
    expect([indexes(found), found?.span]).toEqual([[1], { start: 3, end: 11 }]);
    expect(indexes(tokensAt(text, { start: 11, end: 12 }))).toEqual([2]);
  });

  it('are all four of an emoji, with the range of the emoji', () => {
    const found = tokensAt(tokensOf('0:1 1:3 1:3 1:3 1:3 3:4'), { start: 1, end: 3 });
    expect([indexes(found), found?.span]).toEqual([[1, 2, 3, 4], { start: 1, end: 3 }]);
  });

  it('are both where one begins before the character, with the range of what they share', () => {
    const text = tokensOf('0:3 1:3');
    expect([indexes(tokensAt(text, { start: 1, end: 3 })), tokensAt(text, { start: 1, end: 3 })?.span]).toEqual([
      [0, 1],
      { start: 1, end: 3 },
    ]);
    expect(indexes(tokensAt(text, { start: 0, end: 1 }))).toEqual([0]);
  });

  it('are both of a line ending that is cut in two', () => {
    const found = tokensAt(tokensOf('0:3 3:4 4:5 5:8'), { start: 3, end: 5 });
    expect([indexes(found), found?.span]).toEqual([[1, 2], { start: 3, end: 5 }]);
  });

  it('are of the context at negative offsets', () => {
    const found = tokensAt(tokensOf('-9:-4 -4:0 0:3'), { start: -2, end: -1 });
    expect([indexes(found), found?.span]).toEqual([[1], { start: -4, end: 0 }]);
  });

  it('are none before, behind, in a gap, at the end of the text and without tokens', () => {
    const text = tokensOf('2:4 6:8');
    for (const at of [0, 1, 4, 5, 8, 9]) expect(tokensAt(text, { start: at, end: at + 1 }), `at ${at}`).toBeNull();
    expect(tokensAt(text, { start: 8, end: 8 })).toBeNull();
    expect(tokensAt([], { start: 0, end: 1 })).toBeNull();
  });

  it('are never the one that the model adds before the text', () => {
    const text = tokensOf('0:0 0:3 3:11');
    expect(indexes(tokensAt(text, { start: 0, end: 1 }))).toEqual([1]);
    expect(tokensAt(text, { start: -1, end: 0 })).toBeNull();
    const inContext = tokensOf('-20:-20 -4:0 0:3');
    for (const at of [-21, -20]) expect(tokensAt(inContext, { start: at, end: at + 1 })).toBeNull();
  });

  it('are those that a search of all would find', () => {
    // Characters of one or two units, each cut into some tokens that may take neighbouring characters along.
    const text = fc.array(
      fc.record({ units: fc.integer({ min: 1, max: 2 }), parts: fc.integer({ min: 1, max: 4 }), joins: fc.boolean() }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(text, fc.integer({ min: -20, max: 0 }), (characters, from) => {
        const spans: [number, number][] = [];
        const all = characters.map(({ units, parts, joins }) => {
          const character = { start: from, end: (from += units) };
          for (let part = 0; part < parts; part++) {
            const last = spans.at(-1);
            if (part === 0 && joins && last && last[1] === character.start) last[1] = character.end;
            else spans.push([character.start, character.end]);
          }
          return character;
        });
        const list = tokensOf(spans);
        for (const character of all) {
          const expected = list.filter(({ start, end }) => start < character.end && end > character.start);
          const found = tokensAt(list, character);
          expect(found?.tokens).toEqual(expected);
          expect(found?.span).toEqual(
            expected.length === 1 ? { start: expected[0]?.start, end: expected[0]?.end } : character,
          );
        }
      }),
    );
  });
});

describe('a character of the editor', () => {
  it('is a surrogate pair from either of its halves, and a lone one is a character', () => {
    for (const at of [1, 2]) expect(characterAt('a😀b', at, 1)).toEqual({ start: 1, end: 3 });
    expect(characterAt('a😀b', 3, 1)).toEqual({ start: 3, end: 4 });
    expect(characterAt('a\ud83db', 1, 1)).toEqual({ start: 1, end: 2 });
    expect(characterAt('😀😀', 2, 1)).toEqual({ start: 2, end: 4 });
  });

  it('is the whole line ending behind the text, and nothing at the end of the last line', () => {
    expect(characterAt('abc', 3, 2)).toEqual({ start: 3, end: 5 });
    expect(characterAt('abc', 3, 0)).toEqual({ start: 3, end: 3 });
  });
});

describe('the part of a line around a place', () => {
  it('is a short line itself', () => {
    expect(partAround('The capital', 4)).toEqual({ start: 0, text: 'The capital' });
  });

  it('holds the place with room on both sides, and is the same for places near it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '😀', ' '), { minLength: 2500, maxLength: 3500 }).map((parts) => parts.join('')),
        fc.nat(2499),
        (line, at) => {
          const { start, text } = partAround(line, at);
          expect(line.slice(start, start + text.length)).toBe(text);
          expect(text.length).toBeLessThanOrEqual(2001);
          expect(start === 0 || at - start >= 499).toBe(true);
          expect(start + text.length === line.length || start + text.length - at >= 499).toBe(true);
          expect(Buffer.from(text).toString()).toBe(text);
        },
      ),
      { numRuns: 50 },
    );
    const line = 'word '.repeat(2000);
    expect(partAround(line, 4001)).toEqual(partAround(line, 4999));
  });
});
