import { beforeAll, describe, expect, it } from 'vitest';
import { cutText } from '../../../src/engine/analysis/tokenise';
import type { Matters } from '../../../src/shared/matters';
import { Errors } from '../support/bothTruth';
import { familyNames, loadedFamily, type Family } from '../support/families';
import { compareMatters } from '../support/mattersTruth';
import { sampled } from '../support/sample';

// A text without each of its parts, against whole runs of the shorter text in float64.

const text = 'The capital of France is Paris.';

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
    expect(String.fromCharCode(...found.answer.flatMap(({ bytes }) => bytes))).toBe(' a b');
    const some = { ...found, parts: found.parts.filter((_, i) => i % sampled(3, 1) === 0) };
    const errors = new Errors();
    compareMatters(model, ids, question, some, errors);
    expect(errors.rows.filter(({ share }) => !(share <= 1))).toEqual([]);
  });

  it('takes the likeliest token, and parts of several tokens that lie apart and overlap', async () => {
    const { engine, model } = own;
    const position = ids.length - 1;
    const parts = [[position - 1, position], [added], [added, added + 2, position]];
    const found = await engine.matters({ text, position, parts });
    const { likeliest } = await engine.run({ text });
    expect(found.answer.map(({ id }) => id)).toEqual([likeliest[position]?.[0]?.token.id]);
    const errors = new Errors();
    compareMatters(model, ids, { position, parts }, found, errors);
    expect(errors.rows.filter(({ share }) => !(share <= 1))).toEqual([]);
    expect(
      await engine.matters({ text, position, parts: parts.slice(1), answer: found.answer.map(({ id }) => id) }),
    ).toEqual({
      ...found,
      parts: found.parts.slice(1).map((one) => ({ ...one, part: one.part - 1 })),
    });
  });
});
