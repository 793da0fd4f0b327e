import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import { angle } from '../../../src/engine/tools/vectors';
import { textTruth, type TextTruth } from '../support/headsTruth';
import { truthAt } from '../support/truth';

// What the panel shows of heads, of every family: against float64 from the equations.

const folder = new URL('../../fixtures/families/', import.meta.url);
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.gguf'))
  .map((name) => name.slice(0, -'.gguf'.length));
const [output, against] = [5, 9];

const apart = (found: number, expected: number): number => Math.abs(found - expected) / Math.max(1, Math.abs(expected));
const add = (a: readonly number[], b: readonly number[], factor = 1): number[] =>
  a.map((value, i) => value + factor * (b[i] as number));

describe.each(names)('%s', (name) => {
  const { text, ids } = truthAt(fileURLToPath(new URL(`${name}.json`, folder)));
  const position = ids.length - 1;
  const engine = new LocalEngine();
  let truth: TextTruth;
  let other: TextTruth;
  let model: Model;
  beforeAll(async () => {
    const path = fileURLToPath(new URL(`${name}.gguf`, folder));
    ({ model } = await loadModel({ path, threads: 1 }, undefined, () => undefined));
    truth = textTruth(model, ids, output);
    other = textTruth(model, ids, against);
    await engine.load({ path, threads: 1 });
  });
  afterAll(async () => {
    await engine.close();
    await model.release();
  });

  it('has a grid of sizes, pushes on a logit, and attention', async () => {
    const { heads, biases } = await engine.headGrid({ text, position, output });
    truth.heads.forEach((ofLayer, layer) =>
      ofLayer.forEach(({ size, push, rows }, head) => {
        const cell = heads[layer]?.[head];
        const weights = rows[position] as readonly number[];
        const entropy = weights.reduce((sum, weight) => sum - (weight > 0 ? weight * Math.log2(weight) : 0), 0);
        expect(apart(cell?.size ?? NaN, size[position] as number)).toBeLessThanOrEqual(1e-5);
        expect(apart(cell?.push ?? NaN, push[position] as number)).toBeLessThanOrEqual(1e-5);
        expect(apart(cell?.first ?? NaN, weights[0] as number)).toBeLessThanOrEqual(1e-5);
        expect(apart(cell?.entropy ?? NaN, entropy)).toBeLessThanOrEqual(1e-5);
        expect(apart(cell?.weight ?? NaN, Math.max(...weights))).toBeLessThanOrEqual(1e-5);
      }),
    );
    expect(biases).toHaveLength(truth.biases[0] ? truth.biases.length : 0);
  });

  it('has pushes on a difference', async () => {
    const { heads } = await engine.headGrid({ text, position, output, against });
    truth.heads.forEach((ofLayer, layer) =>
      ofLayer.forEach(({ push }, head) => {
        const expected = (push[position] as number) - (other.heads[layer]?.[head]?.push[position] as number);
        expect(apart(heads[layer]?.[head]?.push ?? NaN, expected)).toBeLessThanOrEqual(1e-5);
      }),
    );
  });

  it('has a difference that its parts sum to, and its two logits in their factors', async () => {
    const { logit, push, pair } = await engine.journey({ text, position, output, against });
    const sum = [push.input, push.bias, ...push.attention, ...push.feedForward].reduce((a, b) => a + b);
    expect(Math.abs(sum - logit)).toBeLessThanOrEqual(1e-4);
    for (const side of [0, 1] as const) {
      const { hiddenSize = NaN, sizes, cosines, biases, logits } = pair ?? {};
      expect(
        apart(
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
    const view = await engine.headView({ text, position, output, layer, head, count: 64 });
    const own = truth.heads[layer]?.[head];
    const vector = own?.vectors[position] as readonly number[];
    expect(view.sources.reduce((sum, { push }) => sum + push, 0)).toBeCloseTo(view.push, 4);
    expect(apart(view.size, own?.size[position] as number)).toBeLessThanOrEqual(1e-5);
    expect(apart(view.attentionSize, Math.hypot(...(truth.attention[layer]?.[position] ?? [])))).toBeLessThanOrEqual(
      1e-5,
    );
    const middle = add(truth.before[layer]?.[position] ?? [], truth.attention[layer]?.[position] ?? []);
    const towards = (residual: readonly number[]) =>
      angle(Float64Array.from(truth.normed(residual)), model.directions.matrix.row(output));
    expect(Math.abs(view.turn - (towards(add(middle, vector, -1)) - towards(middle)))).toBeLessThanOrEqual(1e-4);
  });

  it('names the tokens that a head raises and lowers most', async () => {
    const { raised, lowered } = await engine.headView({ text, position, output, layer: 0, head: 0, count: 3 });
    const pushes = [...raised, ...lowered.toReversed()].map(({ push }) => push);
    expect(pushes).toEqual(pushes.toSorted((a, b) => b - a));
    const vocabulary = model.vocabulary.length;
    const all: number[] = [];
    for (let id = 0; id < vocabulary; id += 7) {
      const { heads } = await engine.attention({
        ...{ text, output: id, heads: [{ layer: 0, head: 0 }] },
        positions: { from: position, to: position + 1 },
      });
      all.push(heads[0]?.push?.[0] ?? NaN);
    }
    expect(Math.max(...all)).toBeLessThanOrEqual((raised[0]?.push ?? NaN) + 1e-5);
    expect(Math.min(...all)).toBeGreaterThanOrEqual((lowered[0]?.push ?? NaN) - 1e-5);
    const { heads } = await engine.attention({
      ...{ text, output: raised[0]?.token.id ?? NaN, heads: [{ layer: 0, head: 0 }] },
      positions: { from: position, to: position + 1 },
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
      expect(sum).toBeCloseTo(1, 5);
    }
  });
});

it('says what cannot be asked for', async () => {
  const engine = new LocalEngine();
  await engine.load({ path: fileURLToPath(new URL('llama-3.gguf', folder)), threads: 1 });
  const request = { text: 'a b c', position: 0, output: 5, layer: 0, head: 0, count: 3 };
  await expect(engine.headView({ ...request, head: 99 })).rejects.toMatchObject({ code: 'bad-request' });
  await expect(engine.headView({ ...request, position: 99 })).rejects.toThrow(/no position 99/);
  await expect(engine.headView({ ...request, count: 0 })).rejects.toMatchObject({ code: 'bad-request' });
  await expect(engine.headGrid({ ...request, against: -1 })).rejects.toThrow(/no token -1/);
  await expect(engine.pattern({ ...request, most: 0 })).rejects.toThrow(/picture of 0 rows/);
  await expect(engine.attention({ text: 'a', against: 3 })).rejects.toThrow(/without the token that is compared/);
  await engine.close();
});
