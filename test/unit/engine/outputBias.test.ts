import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { totalPush } from '../../../src/engine/analysis/push';
import { row } from '../../../src/engine/arrays/vectors';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import type { Inspection } from '../../../src/shared/inspection';
import { letters, tinyDimensions, writeTinyModel } from '../support/tinyModel';

// A bias at the output: what a token's logit has beside its product with h. The published model class says what comes
// of it.

const folder = new URL('../../fixtures/families/', import.meta.url);
const schema = v.object({ text: v.string(), ids: v.array(v.number()), logits: v.string() });

function truthOf(name: string) {
  const { text, ids, logits } = v.parse(schema, JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')));
  const all = new Float32Array(Uint8Array.from(Buffer.from(logits, 'base64')).buffer);
  return { text, ids, at: (position: number) => row(all, position, all.length / ids.length) };
}

const order = (logits: Float32Array, count: number): number[] =>
  Array.from(logits, (_, id) => id)
    .sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b)
    .slice(0, count);
const listed = 10;

describe.each([
  ['phi2', undefined],
  ['gemma2-bias', 4],
])('%s', (name, cap) => {
  const truth = truthOf(name);
  const { text, ids } = truth;
  const last = ids.length - 1;
  let engine: LocalEngine;
  let inspection: Inspection;
  beforeAll(async () => {
    engine = localEngine();
    const { trunk } = await engine.load({ path: fileURLToPath(new URL(`${name}.gguf`, folder)), threads: 1 });
    expect(trunk?.outputBias).toBe(true);
    inspection = await engine.inspect({ text, neighbours: 0, top: listed, layers: false, centred: false });
  });
  afterAll(() => engine.close());

  it('lists predictions by their logits, and the nearest by the plain product', () => {
    let others = 0;
    inspection.predictions?.forEach(({ top, nearest, hiddenSize }, position) => {
      expect(top.map(({ id }) => id)).toEqual(order(truth.at(position), listed));
      for (const { rawLogit, logit, size, cosine, bias } of top) {
        expect(bias).not.toBe(0);
        expect(hiddenSize * size * cosine).toBeCloseTo(rawLogit - bias, 4);
        // The cap comes after the bias.
        expect(logit).toBeCloseTo(cap === undefined ? rawLogit : cap * Math.tanh(rawLogit / cap), 10);
      }
      const products = nearest.dot.map(({ value }) => value);
      expect(products).toEqual([...products].sort((a, b) => b - a));
      if (nearest.dot[0]?.id !== top[0]?.id) others++;
    });
    expect(others).toBeGreaterThan(0);
  });

  it('says the same of one vector alone', async () => {
    for (const position of [0, 7, last]) {
      const { top, entropy } = await engine.prediction({ text, position, count: listed });
      const expected = inspection.predictions?.[position];
      expect(entropy).toBeCloseTo(expected?.entropy ?? NaN, 4);
      expect(top.map(({ token }) => token.id)).toEqual(expected?.top.map(({ id }) => id));
      top.forEach(({ bias, rawLogit, logit, probability, values }, place) => {
        expect({ bias, rawLogit, logit, probability }).toEqual({
          bias: expected?.top[place]?.bias,
          rawLogit: expect.closeTo(expected?.top[place]?.rawLogit ?? NaN, 8) as number,
          logit: expect.closeTo(expected?.top[place]?.logit ?? NaN, 8) as number,
          probability: expect.closeTo(expected?.top[place]?.probability ?? NaN, 5) as number,
        });
        expect(values.dot).toBeCloseTo(rawLogit - bias, 10);
      });
    }
  });

  it('has a lens that ranks the token that follows by its logit', async () => {
    const { rows } = await engine.lens({ text, first: 6, count: 1, top: 5 });
    rows[0]?.forEach(({ top, rank }, position) => {
      const logits = truth.at(position);
      expect(top.map(({ token }) => token.id)).toEqual(order(logits, 5));
      const next = ids[position + 1];
      if (next !== undefined) expect(rank).toBe(order(logits, logits.length).indexOf(next) + 1);
    });
  });

  it('counts the bias among the pushes, less the mean bias where the mean push is taken off', async () => {
    const journey = await engine.journey({ text, position: last });
    expect(journey.predicted.id).toBe(order(truth.at(last), 1)[0]);
    expect(totalPush(journey.push)).toBeCloseTo(journey.logit, 4);
    if (cap !== undefined) return;
    const logits = truth.at(last);
    expect(totalPush(journey.meanPush)).toBeCloseTo(logits.reduce((sum, logit) => sum + logit, 0) / logits.length, 4);
  });

  it('is taken along by the experiment that scales h, which it is no part of', async () => {
    const { result } = await engine.lab({ name: 'length', options: { text } });
    if (!('afterNorm' in result)) throw new Error('Another experiment was done.');
    expect(result.afterNorm[6]?.top.map(({ id }) => id)).toEqual(order(truth.at(last), listed));
    // Of a short h, the bias decides nearly alone.
    const all =
      (await engine.inspect({ text, neighbours: 0, top: truth.at(last).length, layers: false, centred: false }))
        .predictions?.[last]?.top ?? [];
    const short = new Float32Array(all.length);
    for (const { id, rawLogit, bias } of all) short[id] = (result.scales[0] as number) * (rawLogit - bias) + bias;
    expect(result.afterNorm[0]?.top.map(({ id }) => id)).toEqual(order(short, listed));
    const { result: shift } = await engine.lab({ name: 'softmax-shift', options: { text, size: 1, seed: 2 } });
    expect('probabilityChange' in shift && shift.probabilityChange < 1e-9).toBe(cap === undefined);
  });
});

it('decides alone where all products are equal', async () => {
  const outputBias = Float32Array.from(letters, (_, id) => (id === 3 ? 2 : id / 100));
  const { path, folder: made } = writeTinyModel({
    output: (matrix) => new Float32Array(matrix.length).fill(1 / tinyDimensions),
    outputBias,
  });
  const engine = localEngine();
  await engine.load({ path });
  const { predictions } = await engine.inspect({ text: 'The', neighbours: 0, top: 3, layers: false, centred: false });
  for (const { top } of predictions ?? [])
    expect(top.map(({ id }) => id)).toEqual([3, letters.length - 1, letters.length - 2]);
  await engine.close();
  rmSync(made, { recursive: true });
});

it('is refused where it does not fit the vocabulary', async () => {
  const { path, folder: made } = writeTinyModel({ outputBias: new Float32Array(5) });
  const engine = localEngine();
  await expect(engine.load({ path })).rejects.toThrow(`output.bias (shape) is 5; expected: ${letters.length}.`);
  await engine.close();
  rmSync(made, { recursive: true });
});
