import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fit, written, type Count } from '../../../src/tools/fit';
import type { Answer } from '../../../src/tools/tool';
import { sampled } from '../support/sample';

/** An answer with lists of these lengths, one word a row. */
const answerOf = (lengths: readonly number[]): Answer => {
  const rows = Object.fromEntries(lengths.map((length, i) => [`list ${i}`, length]));
  const cut = (most: number) =>
    lengths.map((length) => Array.from({ length: Math.min(length, most) }, (_, row) => `row${row}`));
  return { rows, less: 'ask for less', words: (most) => `Words:\n${cut(most).flat().join('\n')}`, json: cut };
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

describe('an answer within a budget', () => {
  it.each(Object.keys(counters))('always fits, counted in %s', async (name) => {
    const count = counters[name] as Count;
    const cases = fc.asyncProperty(
      fc.array(fc.nat(60), { maxLength: 3 }),
      fc.integer({ min: 1, max: 1500 }),
      async (lengths, budget) => {
        const answer = answerOf(lengths);
        const text = await fit(answer, { most: budget, count, origin });
        if (text !== '') expect(await count(text)).toBeLessThanOrEqual(budget);
        if ((await count(written(answer))) <= budget) expect(text).toBe(written(answer));
      },
    );
    await fc.assert(cases, { numRuns: sampled(100, 300), seed: 20 });
  });

  it('is cut at whole rows, and as few as possible', async () => {
    const answer = answerOf([20, 12]);
    for (let budget = 150; budget < written(answer).length; budget++) {
      const text = await fit(answer, { most: budget, count: characters, origin });
      const json = JSON.parse(text.slice(text.lastIndexOf('\n\n') + 2)) as readonly (readonly string[])[];
      const kept = json[0]?.length ?? NaN;
      expect(json).toEqual(answer.json(kept));
      expect(text.startsWith(answer.words(kept))).toBe(true);
      expect(text).toContain(`${20 - kept} of 20 list 0`);
      expect(text.includes('of 12 list 1')).toBe(kept < 12);
    }
  });

  it('says so if nothing fits, in fewer words for a smaller budget', async () => {
    const answer = answerOf([20]);
    const by = (budget: number) => fit(answer, { most: budget, count: characters, origin });
    expect(await by(62)).toBe('The answer does not fit into the budget. The chat allows it.');
    expect(await by(45)).toBe('The answer does not fit into the budget.');
    expect(await by(20)).toBe('Too long.');
    expect(await by(3)).toBe('');
  });
});
