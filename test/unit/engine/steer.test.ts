import { beforeAll, describe, expect, it } from 'vitest';
import type { LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import type { Steering } from '../../../src/shared/vectors/steering';
import { defaultEngine } from '../support/engine';
import { attentionFamilies, familyTruth, loadedFamily } from '../support/families';
import { divergenceOf, textTruth, type ResidualChange, type TextTruth } from '../support/headsTruth';
import { numbersOf } from '../support/numbersOf';
import { sampled } from '../support/sample';
import { deviation } from '../support/truth';

// A vector in the residual, in every family: against float64 from the equations with the residual changed.

/** With a bias and a cap, a LayerNorm, windows, and parallel parts. */
const families = sampled(['gemma2-bias', 'gptneox', 'llama-window', 'phi2'], attentionFamilies);

type Row = readonly number[];
const limit = 12;
/** Tokens follow it, which do not matter. */
const position = 8;
const [plus, minus] = [5, 9];
const expression = `#${plus} - 0.5 * #${minus}`;

const dot = (a: Row, b: Row): number => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
const size = (a: Row): number => Math.sqrt(dot(a, a));

function changeOf({ how, strength, layer, positions }: Steering, v: Row): ResidualChange {
  const unit = v.map((value) => value / size(v));
  return (residual, at, here) => {
    if (at !== (layer ?? Math.max(1, at)) || (positions === 'last' && here !== position)) return residual;
    const [along, direction] = how === 'add' ? [strength, v] : [-strength * dot(residual, unit), unit];
    return residual.map((value, i) => value + along * (direction[i] as number));
  };
}

describe.each(families)('%s', (name) => {
  const { text, ids: all } = familyTruth(name);
  const ids = all.slice(0, position + 1);
  let engine: LocalEngine;
  let model: Model;
  let plain: TextTruth;
  let v: Row;
  /** The strength that makes v as large as the residual after the first layer. */
  let alike: number;
  beforeAll(async () => {
    ({ model, engine } = await loadedFamily(name));
    plain = textTruth(model, ids, 0);
    const other = model.embedding.row(minus);
    v = Array.from(model.embedding.row(plus), (value, i) => value - 0.5 * (other[i] as number));
    alike = size(residual(1)) / size(v);
  });
  const residual = (layer: number): Row => plain.residuals[layer]?.[position] as Row;
  const steer = (steering: Steering) =>
    engine.steer({ text, limit, position, count: model.vocabulary.length, steering });

  it.each<Omit<Steering, 'expression'>>([
    { how: 'add', strength: 0.7, layer: 1, positions: 'last' },
    { how: 'add', strength: -0.4, layer: null, positions: 'all' },
    { how: 'add', strength: 1, layer: 0, positions: 'all' },
    { how: 'remove', strength: 1, layer: null, positions: 'all' },
    { how: 'remove', strength: 1.5, layer: 2, positions: 'last' },
  ])('predicts with %o what the equations predict', async (how) => {
    const strength = how.how === 'add' ? how.strength * alike : how.strength;
    const steering = { ...how, strength, expression };
    const truth = textTruth(model, ids, 0, undefined, changeOf(steering, v));
    const found = await steer(steering);
    const [before, expected] = [plain.logits[position] as Row, truth.logits[position] as Row];
    const after: number[] = [];
    for (const { token, logits } of found.tokens) after[token.id] = model.capped(logits[1]);
    expect(deviation([after], [expected])).toBeLessThanOrEqual(1e-5);
    const divergence = divergenceOf(before, expected);
    expect(divergence).toBeGreaterThan(1e-6);
    expect(Math.abs(found.divergence - divergence) / Math.max(1, divergence)).toBeLessThanOrEqual(1e-5);
    expect(found.vectorSize / size(v)).toBeCloseTo(1, 6);
    expect(found.residualSize / size(residual(how.layer ?? 1))).toBeCloseTo(1, 5);

    const curve = await engine.steerCurve({
      ...{ text, limit, position, count: 3, steering },
      strengths: [strength / 2, 0, strength],
    });
    for (const { token, probabilities } of curve.tokens) {
      const known = found.tokens.find((one) => one.token.id === token.id);
      // A list of another length sums the others in another order.
      expect(deviation([probabilities.slice(1)], [known?.probabilities ?? []])).toBeLessThanOrEqual(2e-7);
    }
    const most = curve.tokens.map(({ probabilities }) => Math.max(...probabilities));
    expect(most).toEqual(most.toSorted((one, other) => other - one));
    expect(most[0]).toBeGreaterThan(0);
  });

  it('promises the change of the logits if no layer reacts and the norm divides as before', async () => {
    const { norm, hyperparameters } = model.needRunner();
    const { layers, epsilon } = hyperparameters;
    const promise = (own: Partial<Steering>) =>
      steer({ ...{ expression, how: 'add', strength: alike, layer: layers, positions: 'last' }, ...own });
    const centred = (x: Row): Row => {
      const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
      return norm.bias ? x.map((value) => value - mean) : x;
    };
    const last = centred(residual(layers));
    const divisor = Math.sqrt(dot(last, last) / last.length + epsilon);
    const linear = (change: Row, id: number) => {
      const normed = centred(change).map((value, i) => (value * (norm.gain[i] as number)) / divisor);
      return dot(normed, Array.from(model.directions.matrix.row(id)));
    };
    for (const own of [{}, { how: 'remove', strength: 0.5 }] as const) {
      const { tokens, promised } = await promise(own);
      const whole: Steering = { expression, how: 'add', strength: alike, layer: layers, positions: 'last', ...own };
      const steered = changeOf(whole, v)(residual(layers), layers, position);
      const change = steered.map((value, i) => value - (residual(layers)[i] as number));
      const expected = tokens.map(({ token }) => linear(change, token.id));
      expect(deviation([promised], [expected])).toBeLessThanOrEqual(1e-5);
    }
    const [one, everywhere] = [await promise({}), await promise({ layer: null })];
    const timesLayers = one.promised.map((value) => layers * value);
    expect(deviation([everywhere.promised], [timesLayers])).toBeLessThan(1e-9);
    // Nothing of the direction is left after the last layer, whether or not it was removed before.
    const removed = { how: 'remove', strength: 1 } as const;
    const [atLast, always] = [await promise(removed), await promise({ ...removed, layer: null })];
    expect(deviation([always.promised], [atLast.promised])).toBeLessThan(1e-9);
  });

  it('gives the bits of the complete model at strength 0, and is complete again afterwards', async () => {
    const before = numbersOf(await engine.run({ text, limit }));
    for (const how of ['add', 'remove'] as const)
      for (const positions of ['last', 'all'] as const) {
        const { tokens } = await steer({ expression, how, strength: 0, layer: null, positions });
        expect(tokens.map(({ logits }) => logits[1])).toEqual(tokens.map(({ logits }) => logits[0]));
        await steer({ expression, how, strength: 1, layer: null, positions });
      }
    expect(numbersOf(await engine.run({ text, limit }))).toEqual(before);
  });
});

it('says what was wrong with the steering', async () => {
  const { engine } = await loadedFamily('llama-3');
  const steering = { expression, how: 'add', strength: 1, layer: 1, positions: 'all' } as const;
  const question = { text: 'a b', position: 0, count: 3 };
  const steer = (own: Partial<Steering>) => engine.steer({ ...question, steering: { ...steering, ...own } });
  await expect(steer({ layer: 99 })).rejects.toThrow(/residual is 99. Give 0 to /);
  await expect(steer({ strength: NaN })).rejects.toThrow(/strength is NaN. Give −1000 to 1000/);
  await expect(steer({ expression: 'unit(#5' })).rejects.toThrow(/ends too early/);

  await expect(engine.steerCurve({ ...question, steering, strengths: [] })).rejects.toThrow(/number of strengths is 0/);
});

it('says that the numbers overflow if thirty layers multiply a residual by 999, and leaves that out of a curve', async () => {
  const engine = await defaultEngine();
  const steering = { expression: 'king', how: 'remove', strength: 1000, layer: null, positions: 'all' } as const;
  const question = { text: 'a b', position: 0, count: 3, steering };
  await expect(engine.steer(question)).rejects.toThrow(/numbers of the model overflow/);
  const { strengths, tokens } = await engine.steerCurve({ ...question, strengths: [0, 1000, 1] });
  expect([strengths, tokens.map(({ probabilities }) => probabilities.length)]).toEqual([
    [0, 1],
    [2, 2, 2],
  ]);
});
