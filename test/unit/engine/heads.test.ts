import { beforeAll, describe, expect, it } from 'vitest';
import type { Architecture } from '../../../src/engine/architecture/architecture';
import { llama } from '../../../src/engine/architecture/llama';
import { angle, row } from '../../../src/engine/arrays/vectors';
import type { Session } from '../../../src/engine/backends/onnx/runtime';
import { graphsOf, SessionTrunk } from '../../../src/engine/backends/onnx/sessionTrunk';
import { type LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import { headsOf } from '../../../src/engine/trunk/heads';
import { plainProducts, type MatrixProducts } from '../../../src/engine/trunk/products';
import type { Trunk } from '../../../src/engine/trunk/trunk';
import { attentionFamilies, ownKernelNames, familyTruth, loadedFamily } from '../support/families';
import { textTruth, type TextTruth } from '../support/headsTruth';
import { onnxSession } from '../support/onnxSession';
import { deviation } from '../support/truth';

// Attention taken apart, of every family, and what the panel shows of its heads: against float64 from the equations,
// and against the attention that the journey of each position shows.

const [output, against] = [5, 9];

/** The largest difference of two lists, or that over the largest number. */
const apart = (found: ArrayLike<number>, expected: readonly number[]): number =>
  Math.max(...expected.map((value, i) => Math.abs((found[i] ?? NaN) - value)));
const relative = (found: ArrayLike<number>, expected: readonly number[]): number =>
  apart(found, expected) / Math.max(...expected.map(Math.abs));

const off = (found: number, expected: number): number => Math.abs(found - expected) / Math.max(1, Math.abs(expected));
const add = (a: readonly number[], b: readonly number[], factor = 1): number[] =>
  a.map((value, i) => value + factor * (b[i] as number));

function onKernels(model: Model, layer: number): MatrixProducts {
  const products = model.trunk.home.products?.(layer);
  if (!products) throw new Error('The layers are not on the kernels.');
  return products;
}

describe.each([...attentionFamilies, 'gpt-oss', 'granitemoe'])('%s', (name) => {
  const { text, ids, at } = familyTruth(name);
  const last = ids.length - 1;
  let model: Model;
  let engine: LocalEngine;
  let truth: TextTruth;
  let other: TextTruth;
  beforeAll(async () => {
    ({ model, engine } = await loadedFamily(name));
    truth = textTruth(model, ids, output);
    other = textTruth(model, ids, against);
  });

  it('is compared with equations that give the published model’s logits', () =>
    expect(
      deviation(
        truth.logits,
        ids.map((_, position) => at(position)),
      ),
    ).toBeLessThanOrEqual(1e-6));

  it('has the rows, sizes and pushes of the equations', async () => {
    const { from, heads, biases } = await engine.attention({ text, output });
    const { layers, heads: perLayer } = model.hyperparameters;
    expect([from, heads.length]).toEqual([0, layers * perLayer]);
    for (const { layer, head, rows, size, push } of heads) {
      const expected = truth.heads[layer]?.[head];
      const where = `head ${layer}.${head}`;
      if (!expected || !push) throw new Error(`No ${where}.`);
      expect(rows).toHaveLength(ids.length);
      rows.forEach((weights, i) => {
        expect(weights, where).toHaveLength(i + 1);
        const sum = weights.reduce((all, weight) => all + weight, 0);
        // A sink takes the rest.
        if (model.hyperparameters.hasSinks) expect(sum).toBeLessThan(1);
        else expect(sum).toBeCloseTo(1, 12);
        expect(apart(weights, expected.rows[i] as readonly number[]), `${where}, row ${i}`).toBeLessThanOrEqual(1e-5);
      });
      expect(relative(size, expected.size), where).toBeLessThanOrEqual(1e-5);
      expect(relative(push, expected.push), where).toBeLessThanOrEqual(1e-5);
    }
    expect(biases.map(({ layer }) => layer)).toEqual(truth.biases.flatMap((bias, layer) => (bias ? [layer] : [])));
    for (const { layer, size, push = [] } of biases) {
      expect(relative(size, truth.biases[layer]?.size ?? []), `bias ${layer}`).toBeLessThanOrEqual(1e-5);
      expect(relative(push, truth.biases[layer]?.push ?? []), `bias ${layer}`).toBeLessThanOrEqual(1e-5);
    }
  });

  it('has pushes that add up to that of attention', async () => {
    const { heads, biases } = await engine.attention({ text, output });
    for (const position of [0, 1, last]) {
      const { push } = await engine.journey({ text, position, output });
      push.attention.forEach((whole, layer) => {
        const parts = [...heads, ...biases].filter((part) => part.layer === layer);
        const sum = parts.reduce((all, part) => all + (part.push?.[position] ?? NaN), 0);
        expect(Math.abs(sum - whole), `layer ${layer}, position ${position}`).toBeLessThanOrEqual(1e-5);
      });
    }
  });

  /** The largest distance of the summed parts from attention's output, as a share of the output's size. */
  async function missing(trunk: Trunk, productsOf: (layer: number) => MatrixProducts): Promise<number> {
    const { dimensions, layers } = model.hyperparameters;
    let most = 0;
    for (const position of [0, 1, 20, last]) {
      const store = await trunk.run(ids, {});
      const { attention } = await trunk.replay(position, model.embedding.rows([ids[position] as number]));
      for (let layer = 0; layer < layers; layer++) {
        const slice = { from: Math.max(0, position - 1), to: position + 1 };
        const { added, bias } = headsOf(model.inFile, layer, store, slice, productsOf(layer));
        const sum = new Float64Array(dimensions);
        for (const part of bias ? [...added, bias] : added)
          row(part, position - slice.from, dimensions).forEach((value, j) => (sum[j] = (sum[j] as number) + value));
        const whole = attention[layer] as Float32Array;
        most = Math.max(
          most,
          Math.hypot(...sum.map((value, j) => value - (whole[j] as number))) / Math.hypot(...whole),
        );
      }
    }
    return most;
  }

  it('has heads that sum to the output of attention', async () =>
    expect(await missing(model.trunk, (layer) => onKernels(model, layer))).toBeLessThanOrEqual(1e-6));

  it('has them with products in float64', async () =>
    expect(await missing(model.trunk, () => plainProducts(model.weights))).toBeLessThanOrEqual(1e-6));

  // Its sums depend on how many positions run together, so a replayed position differs a little from the run.
  if (!ownKernelNames.includes(name))
    it('has them on the other runtime too', async () => {
      const graphs = graphsOf(model);
      const sessions: Session[] = [];
      for (const graph of graphs.graphs('wasm')) sessions.push(await onnxSession(graph));
      expect(await missing(new SessionTrunk(graphs, sessions), () => plainProducts(model.weights))).toBeLessThanOrEqual(
        2e-6,
      );
      await Promise.all(sessions.map((session) => session.release()));
    });

  it('has a grid of sizes, pushes on a logit, and attention', async () => {
    const { heads, biases } = await engine.headGrid({ text, position: last, output });
    truth.heads.forEach((ofLayer, layer) =>
      ofLayer.forEach(({ size, push, rows }, head) => {
        const cell = heads[layer]?.[head];
        const weights = rows[last] as readonly number[];
        const entropy = weights.reduce((sum, weight) => sum - (weight > 0 ? weight * Math.log2(weight) : 0), 0);
        expect(off(cell?.size ?? NaN, size[last] as number)).toBeLessThanOrEqual(1e-5);
        expect(off(cell?.push ?? NaN, push[last] as number)).toBeLessThanOrEqual(1e-5);
        expect(off(cell?.first ?? NaN, weights[0] as number)).toBeLessThanOrEqual(1e-5);
        expect(off(cell?.entropy ?? NaN, entropy)).toBeLessThanOrEqual(1e-5);
        expect(off(cell?.weight ?? NaN, Math.max(...weights))).toBeLessThanOrEqual(1e-5);
      }),
    );
    expect(biases).toHaveLength(truth.biases[0] ? truth.biases.length : 0);
  });

  it('has pushes on a difference', async () => {
    const { heads } = await engine.headGrid({ text, position: last, output, against });
    truth.heads.forEach((ofLayer, layer) =>
      ofLayer.forEach(({ push }, head) => {
        const expected = (push[last] as number) - (other.heads[layer]?.[head]?.push[last] as number);
        expect(off(heads[layer]?.[head]?.push ?? NaN, expected)).toBeLessThanOrEqual(1e-5);
      }),
    );
  });

  it('has a difference that its parts sum to, and its two logits in their factors', async () => {
    const { logit, push, pair } = await engine.journey({ text, position: last, output, against });
    const sum = [push.input, push.bias, ...push.attention, ...push.feedForward].reduce((a, b) => a + b);
    expect(Math.abs(sum - logit)).toBeLessThanOrEqual(1e-4);
    for (const side of [0, 1] as const) {
      const { hiddenSize = NaN, sizes, cosines, biases, logits } = pair ?? {};
      expect(
        off(
          hiddenSize * (sizes?.[side] ?? NaN) * (cosines?.[side] ?? NaN) + (biases?.[side] ?? NaN),
          logits?.[side] ?? NaN,
        ),
      ).toBeLessThanOrEqual(1e-9);
    }
    const [first = NaN, second = NaN] = pair?.logits ?? [];
    expect(first - second).toBeCloseTo(logit, 12);
  });

  it.each([0, 1])('has a head of layer %i with what it reads and where it turns', async (layer) => {
    const head = layer;
    const view = await engine.headView({ text, position: last, output, layer, head, count: 64 });
    const own = truth.heads[layer]?.[head];
    const vector = own?.vectors[last] as readonly number[];
    expect(view.sources.reduce((sum, { push }) => sum + push, 0)).toBeCloseTo(view.push, 4);
    expect(off(view.size, own?.size[last] as number)).toBeLessThanOrEqual(1e-5);
    expect(off(view.attentionSize, Math.hypot(...(truth.attention[layer]?.[last] ?? [])))).toBeLessThanOrEqual(1e-5);
    const middle = add(truth.before[layer]?.[last] ?? [], truth.attention[layer]?.[last] ?? []);
    const towards = (residual: readonly number[]) =>
      angle(Float64Array.from(truth.normed(residual)), model.directions.matrix.row(output));
    expect(Math.abs(view.turn - (towards(add(middle, vector, -1)) - towards(middle)))).toBeLessThanOrEqual(1e-4);
  });

  it('names the tokens that a head raises and lowers most', async () => {
    const { raised, lowered } = await engine.headView({ text, position: last, output, layer: 0, head: 0, count: 3 });
    const pushes = [...raised, ...lowered.toReversed()].map(({ push }) => push);
    expect(pushes).toEqual(pushes.toSorted((a, b) => b - a));
    const vocabulary = model.vocabulary.length;
    const all: number[] = [];
    for (let id = 0; id < vocabulary; id += 7) {
      const { heads } = await engine.attention({
        ...{ text, output: id, heads: [{ layer: 0, head: 0 }] },
        positions: { from: last, to: last + 1 },
      });
      all.push(heads[0]?.push?.[0] ?? NaN);
    }
    expect(Math.max(...all)).toBeLessThanOrEqual((raised[0]?.push ?? NaN) + 1e-5);
    expect(Math.min(...all)).toBeGreaterThanOrEqual((lowered[0]?.push ?? NaN) - 1e-5);
    const { heads } = await engine.attention({
      ...{ text, output: raised[0]?.token.id ?? NaN, heads: [{ layer: 0, head: 0 }] },
      positions: { from: last, to: last + 1 },
    });
    expect(heads[0]?.push?.[0]).toBeCloseTo(raised[0]?.push ?? NaN, 4);
  });

  it('has a pattern, averaged where the picture has fewer rows', async () => {
    const rows = truth.heads[0]?.[0]?.rows as readonly (readonly number[])[];
    const whole = await engine.pattern({ text, layer: 0, head: 0, most: 1024 });
    expect([whole.positions, whole.together]).toEqual([ids.length, 1]);
    const flat = rows.flat();
    expect(whole.cells).toHaveLength(flat.length);
    expect(Math.max(...flat.map((weight, i) => Math.abs(weight - (whole.cells[i] as number))))).toBeLessThanOrEqual(
      1e-5,
    );

    const most = 5;
    const coarse = await engine.pattern({ text, layer: 0, head: 0, most });
    const together = Math.ceil(ids.length / most);
    expect(coarse.together).toBe(together);
    for (let block = 0, at = 0; block * together < ids.length; at += ++block) {
      const sum = coarse.cells.slice(at, at + block + 1).reduce((a, b) => a + b, 0);
      const own = rows.slice(block * together, (block + 1) * together);
      expect(sum).toBeCloseTo(own.flat().reduce((a, b) => a + b, 0) / own.length, 5);
    }
  });
});

it('says what cannot be asked for', async () => {
  const { engine } = await loadedFamily('llama-3');
  const request = { text: 'a b c', position: 0, output: 5, layer: 0, head: 0, count: 3 };
  await expect(engine.headView({ ...request, head: 99 })).rejects.toMatchObject({ code: 'bad-request' });
  await expect(engine.headView({ ...request, position: 99 })).rejects.toThrow(/position is 99/);
  await expect(engine.headView({ ...request, count: 0 })).rejects.toMatchObject({ code: 'bad-request' });
  await expect(engine.headGrid({ ...request, against: -1 })).rejects.toThrow(/no token -1/);
  await expect(engine.pattern({ ...request, most: 0 })).rejects.toThrow(/most is 0. Give 1 to /);
  await expect(engine.attention({ text: 'a', against: 3 })).rejects.toThrow(/without the token that is compared/);
});

it('a family whose attention ends in another step is told by its name', async () => {
  const { model } = await loadedFamily('llama-3');
  const store = await model.trunk.run([1, 2], {});
  const doubled: Architecture = {
    ...llama,
    layer(builder, residual, index) {
      const output = llama.layer(builder, residual, index);
      return { ...output, attention: builder.add(output.attention, output.attention) };
    },
  };
  expect(() =>
    headsOf({ ...model.inFile, architecture: doubled }, 0, store, { from: 0, to: 2 }, plainProducts(model.weights)),
  ).toThrow(/attention of llama ends in another step/);
});
