import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { floats } from '../../../src/engine/architecture/layers';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import { tensorOf } from '../../../src/engine/weights/weights';
import { expertsTable, sharesOf, type FeedForwardShare } from '../../../src/shared/experts';
import { english } from '../../../src/shared/translator';
import { familyPath, familyTruth, loadedFamily, mixtureNames } from '../support/families';
import { partsOf } from '../support/ggufParts';
import { number, writeGguf, type GgufFile } from '../support/ggufWriter';
import { divergenceOf, textTruth, type TextTruth } from '../support/headsTruth';
import { deviation } from '../support/truth';

// The experts of every mixture against float64 from the equations.

const output = 5;
const size = (row: readonly number[]): number => Math.hypot(...row);

describe.each(mixtureNames)('%s', (name) => {
  const { text, ids } = familyTruth(name);
  const position = ids.length - 1;
  let model: Model;
  let engine: LocalEngine;
  let truth: TextTruth;
  beforeAll(async () => {
    ({ model, engine } = await loadedFamily(name));
    truth = textTruth(model, ids, output);
  });

  it('has the experts that ran at every position, with the probabilities of the router', async () => {
    const { layers, used } = await engine.experts({ text, position, output });
    for (const { layer, ran, probabilities } of layers)
      ids.forEach((_, at) => {
        const expected = truth.experts[layer]?.[at] ?? [];
        expect([...ran.subarray(at * used, (at + 1) * used)]).toEqual(expected.map(({ expert }) => expert));
        expected.forEach(({ probability }, i) => expect(probabilities[at * used + i]).toBeCloseTo(probability, 5));
      });
  });

  it('has outputs that are those of the equations and sum to the feed-forward part', async () => {
    const { layers } = await engine.experts({ text, position, output });
    const { push, meanPush } = await engine.journey({ text, position, output });
    for (const here of layers) {
      const { layer, parts, dense } = here;
      expect(dense !== null).toBe(model.hyperparameters.experts?.hasDense === true);
      if (dense) {
        const whole = truth.feedForward[layer]?.[position] ?? [];
        const experts = truth.experts[layer]?.[position] ?? [];
        const rest = whole.map((value, j) => experts.reduce((left, { added }) => left - (added[j] ?? 0), value));
        expect(dense.size / size(rest)).toBeCloseTo(1, 5);
      }
      const sum = (of: (part: FeedForwardShare) => number) => sharesOf(here).reduce((all, part) => all + of(part), 0);
      expect(sum((part) => part.push)).toBeCloseTo(push.feedForward[layer] ?? NaN, 4);
      expect(sum((part) => part.meanPush)).toBeCloseTo(meanPush.feedForward[layer] ?? NaN, 4);
      for (const [i, part] of parts.entries()) {
        const expected = truth.experts[layer]?.[position]?.[i];
        expect(part.expert).toBe(expected?.expert);
        expect(part.share).toBeCloseTo(expected?.share ?? NaN, 5);
        expect(part.size / size(expected?.added ?? [])).toBeCloseTo(1, 5);
        const { size: long = NaN, cosine = NaN, product } = part.router ?? {};
        expect(product).toBeCloseTo(long * cosine * size(truth.read[layer]?.[position] ?? []), 5);
      }
    }
  });

  it('lists what the router gives, biases and all, so that its probabilities follow', async () => {
    const view = await engine.experts({ text, position, output });
    const { value } = expertsTable(view, english).columns.find(({ key }) => key === 'router') ?? {};
    for (const { parts } of view.layers) {
      const [first, last] = [parts.at(0), parts.at(-1)];
      if (!first || !last || !value) throw new Error('The table lacks its router.');
      const apart = Number(value(first, 0)) - Number(value(last, 0));
      expect(apart).toBeCloseTo(Math.log(first.probability / last.probability), 5);
    }
  });

  it('predicts without an expert what the equations predict', async () => {
    const [layer, { expert } = { expert: -1 }] = [1, truth.experts[1]?.[position]?.[0]];
    const without = textTruth(model, ids, output, (own, part, at) => {
      const others = truth.experts[layer]?.[at]?.filter((one) => one.expert !== expert) ?? [];
      const sum = model.embedding.row(0).map((_, j) => others.reduce((all, one) => all + (one.output[j] ?? 0), 0));
      return own === layer && part === 'experts' ? [...sum] : null;
    });
    const found = await engine.ablation({
      ...{ text, position, count: model.vocabulary.length },
      ablated: { parts: [{ kind: 'expert', layer, expert }], by: 'zero' },
    });
    const logits: number[] = [];
    for (const { token, logits: both } of found.tokens) logits[token.id] = model.capped(both[1]);
    expect(deviation([without.logits[position] ?? []], [logits])).toBeLessThanOrEqual(1e-5);
    const divergence = divergenceOf(truth.logits[position] ?? [], without.logits[position] ?? []);
    expect(divergence).toBeGreaterThan(1e-4);
    expect(found.divergence).toBeCloseTo(divergence, 4);
  });

  it('has the same bits whether a text is run whole or grown', async () => {
    const { home } = model.trunk;
    const { layers } = model.hyperparameters;
    const [whole, grown] = [home.fresh(), home.fresh()];
    for (const length of [1, 2, 17, ids.length]) await grown.run(ids.slice(0, length), {});
    const expected = (await whole.run(ids, {})).residuals(layers).slice();
    expect((await grown.run(ids, {})).residuals(layers)).toEqual(expected);
    for (const one of [whole, grown]) one.release();
  });

  it('refuses what a mixture does not have', async () => {
    const { layers } = model.hyperparameters;
    const without = (layer: number, expert: number, by: 'zero' | 'mean') =>
      engine.ablation({ text, position, count: 1, ablated: { parts: [{ kind: 'expert', layer, expert }], by } });
    await expect(without(0, 99, 'zero')).rejects.toThrow('expert is 99. Give 0 to 4.');
    await expect(without(layers, 0, 'zero')).rejects.toThrow(`layer is ${layers}.`);
    await expect(without(0, 0, 'mean')).rejects.toThrow('has no mean over the text');
    await expect(engine.neurons({ text, position, count: 1 })).rejects.toThrow('its neurons are not taken apart');
    await expect(engine.neuronView({ text, position, count: 1, layer: 0, index: 0 })).rejects.toThrow('a mixture');
    const plain = await loadedFamily('llama-3');
    await expect(plain.engine.experts({ text: 'a', position: 0 })).rejects.toThrow('it is not a mixture');
  });
});

it('gpt-oss tells the sink of a head, which takes the rest of the weights', async () => {
  const { model, engine } = await loadedFamily('gpt-oss');
  const { text } = familyTruth('gpt-oss');
  const { sink = NaN, score, weights } = await engine.headScores({ text, layer: 1, head: 2, position: 9 });
  expect(sink).toBe(floats(model.weights, tensorOf(model.weights, 'blk.1.attn_sinks.weight'))[2]);
  const total = [...score, sink].reduce((sum, one) => sum + Math.exp(one), 0);
  score.forEach((one, i) => expect(weights[i]).toBeCloseTo(Math.exp(one) / total, 6));
});

it('lists an expert whose own factor is 0 among those that ran', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-factors-'));
  const sound = partsOf(readFileSync(familyPath('gemma4-experts')));
  const tensors = sound.tensors.map((one) =>
    one.name === 'blk.1.ffn_down_exps.scale' ? { ...one, data: new Uint8Array(one.data.length) } : one,
  );
  writeFileSync(join(folder, 'factors.gguf'), writeGguf({ ...sound, tensors }));
  const engine = localEngine();
  await engine.load({ path: join(folder, 'factors.gguf'), threads: 1 });
  const { ids, text } = familyTruth('gemma4-experts');
  const { layers } = await engine.experts({ text, position: ids.length - 1, output });
  expect([...(layers[1]?.ran ?? [-1])].every((expert) => expert >= 0)).toBe(true);
  expect(layers[1]?.probabilities.every((probability) => probability > 0)).toBe(true);
  expect([layers[1]?.parts, layers[1]?.dense?.size]).toEqual([[], expect.any(Number)]);
  await engine.close();
  rmSync(folder, { recursive: true });
});

describe('a mixture that is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vectorscope-experts-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const sound = partsOf(readFileSync(familyPath('qwen3moe')));
  const load = (change: Partial<GgufFile>, name = 'changed.gguf') => {
    writeFileSync(join(folder, name), writeGguf({ ...sound, ...change }));
    return loadModel({ path: join(folder, name), threads: 1 }, undefined, () => undefined);
  };
  const keys = (name: string, value: number) =>
    sound.keys.map((one) => (one.key === `qwen3moe.${name}` ? { ...number(one.key, value) } : one));
  const tensor = (name: string, change: (data: Uint8Array) => Uint8Array) =>
    sound.tensors.map((one) => (one.name === name ? { ...one, data: change(one.data) } : one));
  const notANumber = (data: Uint8Array) => data.map((byte, i) => (i < 2 ? 0x7e : byte));

  it.each([
    [
      'of another number of experts',
      { keys: keys('expert_count', 4) },
      'blk.0.ffn_gate_inp (experts) is 5; expected: 4',
    ],
    ['asked for more than it has', { keys: keys('expert_used_count', 6) }, 'expert_used_count is 6; expected: 1…5'],
    ['asked for none', { keys: keys('expert_used_count', 0) }, 'expert_used_count is 0; expected: 1…5'],
    [
      'of another width',
      { keys: keys('expert_feed_forward_length', 21) },
      'blk.0.ffn_gate_exps.weight (shape) is 5 × 20 × 24; expected: 5 × 21 × 24',
    ],
    [
      'without the number of its experts',
      { keys: sound.keys.filter(({ key }) => key !== 'qwen3moe.expert_count') },
      'qwen3moe.expert_count',
    ],
    [
      'without the tensor of some',
      { tensors: sound.tensors.filter(({ name }) => name !== 'blk.3.ffn_up_exps.weight') },
      'blk.3.ffn_up_exps.weight',
    ],
    [
      'with NaN in a router',
      { tensors: tensor('blk.2.ffn_gate_inp.weight', notANumber) },
      'blk.2.ffn_gate_inp.weight[0]',
    ],
    [
      'with NaN in an expert',
      { tensors: tensor('blk.2.ffn_up_exps.weight', notANumber) },
      'blk.2.ffn_up_exps.weight[0]',
    ],
  ])('%s is refused by its name', (_, change, message) => expect(load(change)).rejects.toThrow(message));

  it('half of a split is refused by the name of the missing file', async () => {
    const split = [
      number('split.no', 0),
      number('split.count', 2),
      number('split.tensors.count', sound.tensors.length),
    ];
    const half = { keys: [...sound.keys, ...split], tensors: sound.tensors.slice(0, 40) };
    await expect(load(half, 'half-00001-of-00002.gguf')).rejects.toThrow('half-00002-of-00002.gguf');
  });
});
