import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { pairsOf } from '../../../src/engine/analysis/texts/align';
import { cutText } from '../../../src/engine/analysis/tokenise';
import type { LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import type { OfBoth } from '../../../src/shared/vectors/texts';
import { loadedFamily } from '../support/families';
import { divergenceOf, textTruth, type TextTruth } from '../support/headsTruth';

// Two texts on one model, against float64 from the equations.

const text = { text: 'The capital of France is' };
const other = { text: 'No, one capital of France is' };

type Row = readonly number[];
const dot = (a: Row, b: Row) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
const size = (a: Row) => Math.sqrt(dot(a, a));
const degrees = (a: Row, b: Row) => (Math.acos(Math.min(1, dot(a, b) / size(a) / size(b))) * 180) / Math.PI;

describe.each(['llama-window', 'gemma2-bias', 'gptneox-untied'])('%s', (name) => {
  let engine: LocalEngine;
  let model: Model;
  let ids: OfBoth<readonly number[]>;
  let truths: OfBoth<TextTruth>;
  beforeAll(async () => {
    ({ model, engine } = await loadedFamily(name));
    ids = [cutText(model, text).inspected, cutText(model, other).inspected];
    truths = [textTruth(model, ids[0], 0), textTruth(model, ids[1], 0)];
  });

  it('compares the residuals and h where positions correspond', async () => {
    const found = await engine.twoTexts({ ...text, other });
    expect(found.pairs).toEqual(pairsOf(...ids));
    expect(found.pairs.length).toBeGreaterThan(2);
    expect(found.tokens.map(({ id }) => id)).toEqual(ids[1]);
    for (const [layer, residuals] of truths[0].residuals.entries())
      for (const [place, [i, j]] of found.pairs.entries()) {
        const [a, b] = [residuals[i] as Row, truths[1].residuals[layer]?.[j] as Row];
        expect(found.angles[layer]?.[place]).toBeCloseTo(degrees(a, b), 3);
        expect(found.sizes[layer]?.[0][place]).toBeCloseTo(size(a), 4);
        expect(found.sizes[layer]?.[1][place]).toBeCloseTo(size(b), 4);
      }
    const hidden = (side: 0 | 1, position: number) =>
      truths[side].normed(truths[side].residuals.at(-1)?.[position] as Row);
    for (const [place, [i, j]] of found.pairs.entries())
      expect(found.hiddenAngle[place]).toBeCloseTo(degrees(hidden(0, i), hidden(1, j)), 3);
  });

  it('measures the other text as it measures an inspected one, and leaves that one’s handle', async () => {
    const { handle } = await engine.run(text);
    const { run } = await engine.twoTexts({ run: handle as NonNullable<typeof handle>, other });
    expect(run).not.toHaveProperty('handle');
    const { handle: _, ...alone } = await engine.run(other);
    expect(run).toEqual(alone);
  });

  it('takes the predictions of two positions apart', async () => {
    const [position, otherPosition] = [ids[0].length - 1, ids[1].length - 1];
    const found = await engine.twoPositions({
      ...text,
      other,
      position,
      otherPosition,
      count: model.vocabulary.length,
    });
    const logits = [truths[0].logits[position] as Row, truths[1].logits[otherPosition] as Row] as const;
    expect(found.divergence).toBeCloseTo(divergenceOf(...logits), 5);
    expect(found.likeliest).toEqual(logits.map((own) => own.indexOf(Math.max(...own))));
    expect(found.tokens[0]?.token.id).toBe(found.likeliest[0]);
    for (const { token, size: length, cosines, bias, logits: raw, probabilities } of found.tokens)
      for (const side of [0, 1] as const) {
        expect(model.capped(raw[side])).toBeCloseTo(logits[side][token.id] as number, 3);
        expect(found.hiddenSize[side] * length * cosines[side] + bias).toBeCloseTo(raw[side], 8);
        expect(probabilities[side]).toBeGreaterThan(0);
      }
  });
});

describe('positions of two texts correspond', () => {
  const idsOf = fc.array(fc.nat(3), { maxLength: 12 });

  it('from the start and from the end, in order, with equal tokens there', () => {
    fc.assert(
      fc.property(idsOf, idsOf, idsOf, idsOf, (start, middle, otherMiddle, end) => {
        const [a, b] = [
          [...start, ...middle, ...end],
          [...start, ...otherMiddle, ...end],
        ];
        const pairs = pairsOf(a, b);
        for (const [place, [i, j]] of pairs.entries()) {
          const [before, other] = pairs[place - 1] ?? [-1, -1];
          expect(i > before && j > other && i < a.length && j < b.length).toBe(true);
          if (a.length !== b.length) expect(a[i]).toBe(b[j]);
        }
        if (a.length === b.length) expect(pairs.length).toBe(a.length);
        else expect(pairs.length).toBeGreaterThanOrEqual(Math.min(a.length, b.length, start.length + end.length));
      }),
    );
  });

  it('and not between, unless as many tokens stand there', () => {
    expect(pairsOf([1, 2, 9], [1, 3, 9])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect(pairsOf([1, 2, 9], [1, 3, 4, 9])).toEqual([
      [0, 0],
      [2, 3],
    ]);
    expect(pairsOf([5], [6, 7])).toEqual([]);
  });
});

it('is the same after it was forgotten, which may be asked for twice', async () => {
  const { engine } = await loadedFamily('llama-window');
  const first = await engine.twoTexts({ ...text, other });
  await engine.endTexts({});
  await engine.endTexts({});
  expect(await engine.twoTexts({ ...text, other })).toEqual(first);
});

it('says how much of the other text is beyond the limit', async () => {
  const { engine, model } = await loadedFamily('llama-window');
  const found = await engine.twoTexts({ ...text, other: { ...other, limit: 3 } });
  const leftOut = cutText(model, other).inspected.length - 3;
  expect([found.tokens.length, found.run.length, found.leftOut]).toEqual([3, 3, leftOut]);
});

it('says which position there is not', async () => {
  const { engine } = await loadedFamily('llama-window');
  const ask = (position: number, otherPosition: number) =>
    engine.twoPositions({ ...text, other, position, otherPosition, count: 3 });
  await expect(ask(99, 0)).rejects.toThrow(/position is 99/);
  await expect(ask(0, 99)).rejects.toThrow(/position is 99/);
  await expect(engine.twoTexts({ ...text, other: { text: '' } })).rejects.toMatchObject({ code: 'empty-text' });
});
