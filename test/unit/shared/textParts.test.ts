import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matterGrains } from '../../../src/shared/matters';
import { textParts, usualGrain } from '../../../src/shared/textParts';
import type { Token } from '../../../src/shared/tokens';

/** Tokens that end at some places of a text, after one that a model adds. */
function cutAt(text: string, ends: readonly number[]): Token[] {
  const borders = [...new Set([0, ...ends.map((end) => end % (text.length + 1)), text.length])].sort((a, b) => a - b);
  const token = (index: number, start: number, end: number, special: boolean): Token => ({
    ...{ id: index, index, start, end, special, text: text.slice(start, end), bytes: [], size: 1, percentile: 50 },
  });
  return [token(0, 0, 0, true), ...borders.slice(1).map((end, i) => token(i + 1, borders[i] as number, end, false))];
}
/** Cut before each word. */
const words = (text: string): Token[] =>
  cutAt(
    text,
    Array.from(text.matchAll(/\s*\S+|\s+$/g), ({ index }) => index),
  );
const spelled = (text: string, ...[by, bands]: [Parameters<typeof textParts>[2], Parameters<typeof textParts>[3]?]) =>
  textParts(text, words(text), by, bands).map(({ start, end }) => text.slice(start, end));

it('puts every token of the text into one part, in its order', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '.', ' ', '\n', '\t', '?', '中', '😀'), maxLength: 40 });
  const bands = fc.array(fc.nat(40), { maxLength: 5 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 20 }), bands, (own, ends, starts) => {
      const tokens = cutAt(own, ends);
      const rising = [...new Set(starts)].sort((a, b) => a - b);
      const chat = rising.map((start, i) => ({
        ...{ message: i, role: i % 2 === 0 ? 'user' : 'assistant', start, end: rising[i + 1] ?? own.length },
      }));
      for (const by of matterGrains) {
        const parts = textParts(own, tokens, by, chat);
        expect(parts.flatMap(({ positions }) => positions)).toEqual(tokens.slice(1).map(({ index }) => index));
        for (const { start, end, positions } of parts)
          expect([start, end]).toEqual([tokens[positions[0] ?? 0]?.start, tokens[positions.at(-1) ?? 0]?.end]);
      }
    }),
  );
});

it('cuts a text as a reader would', () => {
  expect(spelled('One two,\n three ', 'word')).toEqual(['One', ' two,', '\n three ']);
  expect(spelled('a b\nc d\n\ne', 'line')).toEqual(['a b', '\nc d', '\n\ne']);
  expect(spelled('It is 3.5 m. Is it? Yes.', 'sentence')).toEqual(['It is 3.5 m.', ' Is it?', ' Yes.']);
  expect(spelled('in: a\nout: b\n\nin: c\nout: d\n \n\nin: e', 'example')).toEqual([
    ...['in: a\nout: b', '\n\nin: c\nout: d', '\n \n\nin: e'],
  ]);
});

it('keeps the answers of a conversation with their question', () => {
  const text = 'S be U1 hi A1 yo U2 so A';
  const band = (message: number | null, role: string, start: number, end: number) => ({ message, role, start, end });
  const bands = [
    ...[band(0, 'system', 0, 4), band(1, 'user', 5, 10), band(2, 'assistant', 11, 16), band(3, 'user', 17, 22)],
    band(null, 'assistant', 23, 24),
  ];
  expect(spelled(text, 'message', bands)).toEqual(['S be', ' U1 hi', ' A1 yo', ' U2 so']);
  expect(spelled(text, 'example', bands)).toEqual(['S be', ' U1 hi A1 yo', ' U2 so']);
});

it('cuts a text by what it is if nothing else is asked for', () => {
  const usual = (text: string, isChat = false) => usualGrain(text, words(text), isChat);
  expect(usual('The capital of France is')).toBe('token');
  expect(usual('in: a\n\nin: b\n\nin: c')).toBe('example');
  expect(usual('a b c d e f\n'.repeat(9))).toBe('line');
  expect(usual('It is so. '.repeat(20))).toBe('sentence');
  expect(usual('so '.repeat(40))).toBe('word');
  expect(usual('Hi', true)).toBe('message');
});
