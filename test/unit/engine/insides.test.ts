import { beforeAll, describe, expect, it } from 'vitest';
import type { LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import { attentionFamilies, familyTruth, loadedFamily } from '../support/families';
import { textTruth, type TextTruth } from '../support/headsTruth';

// The same product inside the model: the scores of heads, and what neurons read and write, of every family, against
// float64 from the equations.

const output = 5;

const product = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
const size = (a: readonly number[]): number => Math.sqrt(product(a, a));
const off = (found: number, expected: number): number =>
  Math.abs(found - expected) / Math.max(1e-3, Math.abs(expected));

describe.each(attentionFamilies)('%s', (name) => {
  const { text, ids } = familyTruth(name);
  const position = ids.length - 1;
  let model: Model;
  let engine: LocalEngine;
  let truth: TextTruth;
  beforeAll(async () => {
    ({ model, engine } = await loadedFamily(name));
    truth = textTruth(model, ids, output);
  });

  it('has the sizes, angles, distances and scores of queries and keys', async () => {
    const { layers, heads, scoreCap, attention, kinds } = model.hyperparameters;
    const capped = (score: number) => (scoreCap === undefined ? score : scoreCap * Math.tanh(score / scoreCap));
    for (const layer of [0, layers - 1])
      for (const head of [0, heads - 1]) {
        const found = await engine.headScores({ text, layer, head, position });
        const { keyValueHeads, headSize, scoreScale } = {
          ...model.hyperparameters,
          ...attention[kinds?.[layer] ?? 0],
        };
        const scale = scoreScale ?? headSize ** -0.5;
        const part = (row: readonly number[] = [], at: number) => row.slice(at * headSize, (at + 1) * headSize);
        const group = Math.floor((head * keyValueHeads) / heads);
        const { queries, keys } = truth;
        const query = part(queries[layer]?.turned[position], head);
        const plain = part(queries[layer]?.plain[position], head);
        expect(off(found.q, size(query))).toBeLessThanOrEqual(1e-5);
        expect(found.scale).toBeCloseTo(scale, 12);
        for (let other = 0; other <= position; other++) {
          const where = `head ${layer}.${head}, key ${other}`;
          const key = part(keys[layer]?.turned[other], group);
          const most = size(query) * size(key);
          expect(off(found.k[other] ?? NaN, size(key)), where).toBeLessThanOrEqual(1e-5);
          expect(Math.abs((found.cosine[other] ?? NaN) - product(query, key) / most), where).toBeLessThanOrEqual(1e-5);
          const apart = size(query.map((value, i) => value - (key[i] as number)));
          expect(off(found.distance[other] ?? NaN, apart), where).toBeLessThanOrEqual(1e-5);
          const unturned = part(keys[layer]?.plain[other], group);
          const hidden = other < found.firstVisible;
          expect(truth.heads[layer]?.[head]?.rows[position]?.[other] === 0, where).toBe(hidden);
          if (hidden) {
            expect([found.score[other], found.unrotated[other], found.weights[other]]).toEqual([
              -Infinity,
              -Infinity,
              0,
            ]);
            continue;
          }
          const scores = [capped(product(query, key) * scale), capped(product(plain, unturned) * scale)];
          const tolerance = 1e-5 * Math.max(1, most * scale);
          expect(Math.abs((found.score[other] ?? NaN) - (scores[0] ?? NaN)), where).toBeLessThanOrEqual(tolerance);
          expect(Math.abs((found.unrotated[other] ?? NaN) - (scores[1] ?? NaN)), where).toBeLessThanOrEqual(tolerance);
        }
      }
  });

  it('has weights that are the softmax of the scores, and a curve that passes through the score', async () => {
    const { score, weights, unrotated, curve, firstVisible } = await engine.headScores({
      ...{ text, layer: 0, head: 0, position, curve: position },
    });
    const greatest = Math.max(...score);
    const powers = Array.from(score, (value) => Math.exp(value - greatest));
    const total = powers.reduce((sum, power) => sum + power, 0);
    powers.forEach((power, i) => expect(weights[i]).toBeCloseTo(power / total, 10));
    expect(firstVisible).toBeLessThanOrEqual(position);
    const factor = (model.hyperparameters.attention[0]?.rotary?.attentionFactor ?? 1) ** 2;
    if (factor === 1) expect(curve?.scores[0]).toBeCloseTo(unrotated[position] as number, 5);
    for (const key of [0, position - 1]) {
      const found = await engine.headScores({ text, layer: 0, head: 0, position, curve: key });
      if (key >= firstVisible)
        expect(off(found.curve?.scores[position - key] ?? NaN, found.score[key] as number)).toBeLessThanOrEqual(1e-4);
    }
  });

  it('has for each head of the grid the keys that are nearest and best aligned', async () => {
    const { heads } = await engine.headGrid({ text, position, output });
    for (const [layer, row] of heads.entries())
      for (const [head, cell] of row.entries()) {
        const { cosine, distance, firstVisible } = await engine.headScores({ text, layer, head, position });
        const seen = Array.from(cosine.keys()).slice(firstVisible);
        expect(cell.aligned).toBe(seen.reduce((best, i) => ((cosine[i] ?? 0) > (cosine[best] ?? 0) ? i : best)));
        expect(cell.nearest).toBe(seen.reduce((best, i) => ((distance[i] ?? 0) < (distance[best] ?? 0) ? i : best)));
      }
  });

  it('has neurons that fire as in the equations and sum to the part, and the parts to the journey', async () => {
    const found = await engine.neurons({ text, position, output, count: 1000 });
    expect(found.count).toBe(truth.fired.reduce((sum, fired) => sum + (fired[0]?.length ?? 0), 0));
    const { push, meanPush } = await engine.journey({ text, position, output });
    // Elsewhere the part adds more than its neurons do.
    for (const { layer, ...sum } of model.hyperparameters.besideWidth ? [] : found.sums) {
      expect(Math.abs(sum.push + (sum.bias?.push ?? 0) - (push.feedForward[layer] ?? NaN))).toBeLessThanOrEqual(1e-5);
      expect(
        Math.abs(sum.meanPush + (sum.bias?.meanPush ?? 0) - (meanPush.feedForward[layer] ?? NaN)),
      ).toBeLessThanOrEqual(1e-5);
    }
    // The list of a small model has all neurons, each with its own push.
    if (found.count === found.neurons.length)
      for (const { layer, push: whole, meanPush: ofMean } of found.sums) {
        const own = found.neurons.filter((one) => one.layer === layer);
        expect(Math.abs(own.reduce((sum, one) => sum + one.push, 0) - whole)).toBeLessThanOrEqual(1e-5);
        expect(Math.abs(own.reduce((sum, one) => sum + one.meanPush, 0) - ofMean)).toBeLessThanOrEqual(1e-5);
      }
    expect(found.neurons.length).toBeGreaterThan(10);
    const least = found.neurons.map((one) => Math.abs(one.push - one.meanPush));
    expect(least).toEqual([...least].sort((a, b) => b - a));
    for (const { layer, index, fired, gate, up } of found.neurons.slice(0, 40)) {
      const where = `n${layer}.${index}`;
      const read = truth.read[layer]?.[position] ?? [];
      expect(Math.abs(fired - (truth.fired[layer]?.[position]?.[index] ?? NaN)), where).toBeLessThanOrEqual(
        1e-5 * Math.max(1, Math.abs(fired)),
      );
      for (const reading of [up, ...(gate ? [gate] : [])])
        expect(reading.product).toBeCloseTo(reading.size * size(read) * reading.cosine, 4);
    }
  });

  it('has one neuron as it stands in the list, at every position', async () => {
    const [first] = (await engine.neurons({ text, position, output, count: 1 })).neurons;
    if (!first) throw new Error('No neuron was listed.');
    const { layer, index } = first;
    const view = await engine.neuronView({ text, position, output, layer, index, count: 3 });
    expect(view.neuron.push).toBeCloseTo(first.push, 4);
    expect(view.neuron.column.size).toBeCloseTo(first.column.size, 4);
    expect(view.neuron.column.cosine).toBeCloseTo(first.column.cosine, 5);
    view.fired.forEach((fired, at) =>
      expect(Math.abs(fired - (truth.fired[layer]?.[at]?.[index] ?? NaN))).toBeLessThanOrEqual(
        1e-5 * Math.max(1, Math.abs(fired)),
      ),
    );
    for (const { along, opposite } of [view.writes, view.reads])
      for (const list of [along.dot, along.cosine, along.euclidean, opposite.dot]) expect(list).toHaveLength(3);
  });

  it('refuses what the model does not have, with the range', async () => {
    const { layers } = model.hyperparameters;
    const index = truth.fired[0]?.[0]?.length ?? 0;
    await expect(engine.neuronView({ text, position, layer: 0, index, count: 1 })).rejects.toThrow(
      `Give 0 to ${index - 1}.`,
    );
    await expect(engine.neuronView({ text, position, layer: layers, index: 0, count: 1 })).rejects.toThrow(
      `Give 0 to ${layers - 1}.`,
    );
    await expect(engine.headScores({ text, position: ids.length, layer: 0, head: 0 })).rejects.toThrow('position is');
  });
});
