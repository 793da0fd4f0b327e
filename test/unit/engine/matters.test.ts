import { beforeAll, describe, expect, it } from 'vitest';
import { cutText } from '../../../src/engine/analysis/tokenise';
import type { Matters } from '../../../src/shared/matters';
import { logShares } from '../support/bothTruth';
import { familyNames, loadedFamily, type Family } from '../support/families';
import { textTruth } from '../support/headsTruth';
import { sampled } from '../support/sample';

// A text without each of its parts, against whole runs of the shorter text in float64.

const text = 'The capital of France is Paris.';

/** −log₂ p of an answer after some ids, from the equations. */
function bitsOf(model: Family['model'], ids: readonly number[], answer: readonly number[]): number {
  const { logits } = textTruth(model, [...ids, ...answer.slice(0, -1)], 0);
  return answer.reduce((bits, id, i) => bits - (logShares(logits[ids.length - 1 + i] ?? [])[id] ?? NaN), 0);
}

describe.each(familyNames)('%s', (name) => {
  let own: Family;
  let ids: readonly number[];
  let added: number;
  beforeAll(async () => {
    own = await loadedFamily(name);
    ids = cutText(own.model, { text }).inspected;
    added = own.model.tokenizer.first === undefined ? 0 : 1;
  });

  it('tells the bits without each token as float64 does', async () => {
    const { engine, model } = own;
    const { handle } = await engine.run({ text });
    const position = ids.length - 2;
    const parts = Array.from({ length: position + 1 - added }, (_, i) => [added + i]);
    const told: Matters[] = [];
    const question = { run: handle ?? '', position, answer: ' a b', parts };
    const found = await engine.matters(question, {
      onProgress: ({ mattered }) => void (mattered && told.push(mattered)),
    });
    expect(told.flatMap((one) => one.parts)).toEqual(found.parts);
    expect(told.every((one) => one.bits === found.bits)).toBe(true);
    expect(found.parts.map(({ part }) => part)).toEqual([...parts.keys()]);
    const answer = found.answer.map(({ id }) => id);
    expect(String.fromCharCode(...found.answer.flatMap(({ bytes }) => bytes))).toBe(' a b');
    const before = ids.slice(0, position + 1);
    const whole = bitsOf(model, before, answer);
    const isNear = (bits: number, expected: number) =>
      expect(Math.abs(bits - expected)).toBeLessThanOrEqual(1e-5 * (1 + Math.abs(expected)));
    isNear(found.bits, whole);
    for (const { part, bits, change } of found.parts.filter((_, i) => i % sampled(3, 1) === 0)) {
      const without = bitsOf(model, before.toSpliced(added + part, 1), answer);
      isNear(bits, without);
      isNear(change, without - whole);
    }
  });

  it('takes the likeliest token, and parts of several tokens that lie apart and overlap', async () => {
    const { engine, model } = own;
    const position = ids.length - 1;
    const parts = [[position - 1, position], [added], [added, added + 2, position]];
    const found = await engine.matters({ text, position, parts });
    const { likeliest } = await engine.run({ text });
    expect(found.answer.map(({ id }) => id)).toEqual([likeliest[position]?.[0]?.token.id]);
    for (const { part, bits } of found.parts) {
      const left = ids.filter((_, at) => !parts[part]?.includes(at));
      const expected = bitsOf(model, left, [found.answer[0]?.id as number]);
      expect(Math.abs(bits - expected)).toBeLessThanOrEqual(1e-5 * (1 + expected));
    }
    expect(
      await engine.matters({ text, position, parts: parts.slice(1), answer: found.answer.map(({ id }) => id) }),
    ).toEqual({
      ...found,
      parts: found.parts.slice(1).map((one) => ({ ...one, part: one.part - 1 })),
    });
  });
});
