import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fit, type Count, type Fitted, wordsOf } from '../../../src/tools/fit';
import type { ToolAnswer } from '../../../src/tools/tool';
import { sampled } from '../support/sample';

/** An answer with lists of these lengths, one word a row. */
const answerOf = (lengths: readonly number[]): ToolAnswer => {
  const json = (most: number) =>
    Object.fromEntries(
      lengths.map((length, i) => [
        `list ${i}`,
        Array.from({ length: Math.min(length, most) }, (_, row) => ({ row: `row${row}` })),
      ]),
    );
  return { said: 'Words.', less: 'ask for less', json };
};

const origin = 'The chat allows it.';
const characters: Count = (text) => text.length;
const counters: Readonly<Record<string, Count>> = {
  characters,
  words: (text) => text.split(/\s+/).length,
  'bytes, later': (text) => Promise.resolve(new TextEncoder().encode(text).length),
  // A tokenizer may count a longer text as fewer tokens.
  'no order': (text) => (text.length * 7919) % 997,
};

const whole = (answer: ToolAnswer, structured?: true): Fitted => ({
  text: wordsOf(answer, Infinity),
  json: structured ? JSON.stringify(answer.json(Infinity)) : null,
});
const printed = ({ text, json }: Fitted): string => text + (json ?? '');

describe('an answer within a budget', () => {
  it.each(Object.keys(counters))('always fits with its JSON and without, counted in %s', async (name) => {
    const count = counters[name] as Count;
    const cases = fc.asyncProperty(
      fc.array(fc.nat(60), { maxLength: 3 }),
      fc.integer({ min: 1, max: 1500 }),
      fc.boolean(),
      async (lengths, budget, structured) => {
        const answer = answerOf(lengths);
        const both = structured ? ({ structured } as const) : {};
        const fitted = await fit(answer, { most: budget, count, origin, ...both });
        if (printed(fitted) !== '') expect(await count(printed(fitted))).toBeLessThanOrEqual(budget);
        if (!structured) expect(fitted.json).toBeNull();
        const all = whole(answer, both.structured);
        if ((await count(printed(all))) <= budget) expect(fitted).toEqual(all);
      },
    );
    await fc.assert(cases, { numRuns: sampled(100, 300), seed: 20 });
  });

  it('is cut at whole rows, and as few as possible', async () => {
    const answer = answerOf([20, 12]);
    for (let budget = 200; budget < printed(whole(answer, true)).length; budget++) {
      const { text, json } = await fit(answer, { most: budget, count: characters, origin, structured: true });
      const lists = JSON.parse(json ?? '') as Readonly<Record<string, readonly object[]>>;
      const kept = lists['list 0']?.length ?? NaN;
      expect(lists).toEqual(answer.json(kept));
      expect(text.startsWith(wordsOf(answer, kept))).toBe(true);
      expect(text).toContain(`${20 - kept} of 20 list 0`);
      expect(text.includes('of 12 list 1')).toBe(kept < 12);
    }
  });

  it('has six significant digits in its JSON, and every digit of a whole number', async () => {
    const answer = { ...answerOf([]), json: () => ({ pi: Math.PI, many: 1_234_567, small: 1e-9 / 3, no: NaN }) };
    const { json } = await fit(answer, { most: 1000, count: characters, origin, structured: true });
    expect(JSON.parse(json ?? '')).toEqual({ pi: 3.14159, many: 1_234_567, small: 3.33333e-10, no: null });
  });

  it('says so if nothing fits, in fewer words for a smaller budget', async () => {
    const answer = answerOf([20]);
    const by = async (budget: number) => (await fit(answer, { most: budget, count: characters, origin })).text;
    expect(await by(62)).toBe('The answer does not fit into the budget. The chat allows it.');
    expect(await by(45)).toBe('The answer does not fit into the budget.');
    expect(await by(20)).toBe('Too long.');
    expect(await by(3)).toBe('');
  });

  it('has no column for an empty list, and names the row to which a nested list belongs', () => {
    const json = () => ({
      none: [],
      places: [
        { index: 3, text: ' is', top: [{ id: 1 }], none: [] },
        { index: 4, top: [{ id: 2 }], none: [] },
      ],
      one: [{ parts: [{ id: 3 }] }],
    });
    expect(wordsOf({ said: 'Words.', json }, Infinity).split('\n\n')).toEqual([
      'Words.',
      'places\nindex\ttext\n3\t·is\n4\t–',
      'places 3 ·is.top\nid\n1',
      'places 4.top\nid\n2',
      'one.parts\nid\n3',
    ]);
  });
});
