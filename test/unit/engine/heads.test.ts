import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Architecture } from '../../../src/engine/architecture/architecture';
import { llama } from '../../../src/engine/architecture/llama';
import { LocalEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import { createSession, type Session } from '../../../src/engine/onnx/runtime';
import { row } from '../../../src/engine/tools/vectors';
import { headsOf } from '../../../src/engine/trunk/heads';
import { plainProducts, type ProductsByPart } from '../../../src/engine/trunk/products';
import { SessionTrunk } from '../../../src/engine/trunk/sessionTrunk';
import type { Trunk } from '../../../src/engine/trunk/trunk';
import { textTruth, type TextTruth } from '../support/headsTruth';
import { deviation, truthAt } from '../support/truth';

// Attention taken apart, of every family: against float64 from the equations, and against the attention that the
// journey of each position shows.

const folder = new URL('../../fixtures/families/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.gguf'))
  .map((name) => name.slice(0, -'.gguf'.length));
const output = 5;

/** The largest difference of two lists, or that over the largest number. */
const apart = (found: ArrayLike<number>, expected: readonly number[]): number =>
  Math.max(...expected.map((value, i) => Math.abs((found[i] ?? NaN) - value)));
const relative = (found: ArrayLike<number>, expected: readonly number[]): number =>
  apart(found, expected) / Math.max(...expected.map(Math.abs));

function onKernels(model: Model, layer: number): ProductsByPart {
  const products = model.trunk.home.products?.(layer);
  if (!products) throw new Error('The layers are not on the kernels.');
  return products;
}

describe.each(names)('%s', (name) => {
  const { text, ids, at } = truthAt(fileURLToPath(new URL(`${name}.json`, folder)));
  const last = ids.length - 1;
  let model: Model;
  let engine: LocalEngine;
  let truth: TextTruth;
  beforeAll(async () => {
    const path = fileURLToPath(new URL(`${name}.gguf`, folder));
    ({ model } = await loadModel({ path, threads: 1 }, undefined, () => undefined));
    engine = new LocalEngine();
    await engine.load({ path, threads: 1 });
    truth = textTruth(model, ids, output);
  });
  afterAll(async () => {
    await engine.close();
    await model.release();
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
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
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
  async function missing(trunk: Trunk, productsOf: (layer: number) => ProductsByPart): Promise<number> {
    const { dimensions, layers } = model.hyperparameters;
    const family = { ...model.needRunner(), weights: model.weights };
    let most = 0;
    for (const position of [0, 1, 20, last]) {
      const store = await trunk.run(ids, {});
      const { attention } = await trunk.replay(position, model.embedding.rows([ids[position] as number]));
      for (let layer = 0; layer < layers; layer++) {
        const slice = { from: Math.max(0, position - 1), to: position + 1 };
        const { added, bias } = headsOf(family, layer, store, slice, productsOf(layer));
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
  it('has them on the other runtime too', async () => {
    const { graphs } = model.needRunner();
    const sessions: Session[] = [];
    for (const graph of graphs.graphs('wasm')) sessions.push(await createSession(graph));
    expect(await missing(new SessionTrunk(graphs, sessions), () => plainProducts(model.weights))).toBeLessThanOrEqual(
      2e-6,
    );
    await Promise.all(sessions.map((session) => session.release()));
  });
});

it('a family whose attention ends in another step is told by its name', async () => {
  const path = fileURLToPath(new URL('llama-3.gguf', folder));
  const { model } = await loadModel({ path, threads: 1 }, undefined, () => undefined);
  const store = await model.trunk.run([1, 2], {});
  const doubled: Architecture = {
    ...llama,
    layer(builder, residual, index) {
      const output = llama.layer(builder, residual, index);
      return { ...output, attention: builder.add(output.attention, output.attention) };
    },
  };
  const family = { ...model.needRunner(), architecture: doubled, weights: model.weights };
  expect(() => headsOf(family, 0, store, { from: 0, to: 2 }, plainProducts(model.weights))).toThrow(
    /attention of llama ends in another step/,
  );
  await model.release();
});
