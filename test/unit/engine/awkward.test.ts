import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type LocalEngine } from '../../../src/engine/localEngine';
import { defaultEngine } from '../support/engine';
import { sampled } from '../support/sample';

let engine: LocalEngine;
beforeAll(async () => {
  engine = await defaultEngine();
});

const whole = { neighbours: 3, top: 3, layers: false, centred: false };

describe('awkward texts', () => {
  it.each([
    ['a lone surrogate', 'a\ud83d b'],
    ['NUL', 'a\u0000b'],
    ['right to left', 'مرحبا بالعالم'],
    ['combining marks', 'e\u0301\u0323 vs é'],
    ['emoji joined by ZWJ', '👩‍👩‍👧‍👦!'],
    ['CRLF', 'one\r\ntwo\r\n'],
    ['white space only', ' \n\t '],
    ['special tokens', '<|im_start|>user'],
  ])('%s are inspected, and the offsets cover the text', async (_, text) => {
    const { tokens, predictions } = await engine.inspect({ ...whole, text });
    expect(tokens[0]?.start).toBe(0);
    expect(tokens.at(-1)?.end).toBe(text.length);
    tokens.forEach((token, i) => expect(token.start).toBeLessThanOrEqual(tokens[i - 1]?.end ?? 0));
    expect(predictions).toHaveLength(tokens.length);
    for (const { surprisal } of tokens.slice(1)) expect(surprisal).toBeGreaterThanOrEqual(0);
  });

  it('reads special tokens as themselves, or as text when asked', async () => {
    const special = await engine.tokenise({ text: '<|im_start|>' });
    expect(special.tokens).toMatchObject([{ special: true, text: '<|im_start|>', start: 0, end: 12 }]);
    const plain = await engine.tokenise({ text: '<|im_start|>', plain: true });
    expect(plain.tokens.length).toBeGreaterThan(1);
    expect(plain.tokens.every((token) => !token.special)).toBe(true);
  });

  it('are refused when the vocabulary cannot spell them', async () => {
    const refused = expect.objectContaining({
      code: 'empty-text',
      message: expect.stringContaining('no token for any of these characters') as string,
    }) as Error;
    await expect(engine.run({ text: '\u0004' })).rejects.toEqual(refused);
    await expect(engine.tokenise({ context: 'before', text: '\u0004' })).rejects.toEqual(refused);
  });

  it('cuts 200,000 characters into tokens, and predicts up to the limit', async () => {
    const text = 'All work and no play makes a dull day. '.repeat(5200).slice(0, 200_000);
    const { tokens, total, leftOut } = await engine.tokenise({ text, most: 2000, limit: 64 });
    expect(tokens).toHaveLength(2000);
    expect(leftOut).toBe(total - 64);
    const run = await engine.run({ text, limit: 64 });
    expect(run.length).toBe(64);
    expect(run.likeliest).toHaveLength(64);
  });

  it('measures every text: probabilities are probabilities, and surprisal is never negative', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), async (binary) => {
        // A letter, so that there is a token whatever the others are.
        const text = `a${binary}`;
        const run = await engine.run({ text });
        run.surprisal.forEach((bits, i) => (i === 0 ? expect(bits).toBeNaN() : expect(bits).toBeGreaterThanOrEqual(0)));
        run.entropy.forEach((bits) => expect(bits).toBeGreaterThanOrEqual(0));
        for (const likeliest of run.likeliest) {
          const sum = likeliest.reduce((total, { probability }) => total + probability, 0);
          expect(sum).toBeGreaterThan(0);
          expect(sum).toBeLessThanOrEqual(1 + 1e-6);
        }
      }),
      { numRuns: sampled(2, 20), seed: 7 },
    );
  });
});
