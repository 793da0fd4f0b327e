import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { swapsOf } from '../../../src/engine/analysis/both/blame';
import { withExchanged } from '../../../src/engine/analysis/both/exchanged';
import { runOneText } from '../../../src/engine/analysis/both/ranText';
import type { LocalEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import type { Blame } from '../../../src/shared/blame';
import { compareBlame, Errors } from '../support/bothTruth';
import { familyNames, familyPath, loadedFamily } from '../support/families';
import { partsOf } from '../support/ggufParts';
import { writeGguf } from '../support/ggufWriter';
import { requantise } from '../support/requantise';
import { sampled } from '../support/sample';

// One part of a model in the place of another's, for every family and a copy of it in fewer bits.

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-blame-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = sampled('The capital of', 'The capital of France is Paris; a sphere, a king.');

/** All that a run of a text leaves, as bits. */
async function bitsOf(model: Model, ids: readonly number[]): Promise<Uint32Array[]> {
  const ran = await runOneText(model, ids, {});
  const products = await ran.products(0, ids.length, () => new Float32Array(ids.length * model.vocabulary.length));
  return [
    products,
    ...Array.from({ length: model.hyperparameters.layers + 1 }, (_, l) => ran.residual(l, ids.length - 1)),
  ].map((values) => new Uint32Array(Float32Array.from(values).buffer));
}

describe.each(familyNames.map((name, i) => ({ name, i })))('$name', ({ name, i }) => {
  const path = join(folder, `${name}.gguf`);
  /** All in turn, over the families. */
  const some = <T>(all: readonly T[]) => all.filter((_, at) => at % sampled(4, 1) === i % sampled(4, 1));
  let engine: LocalEngine;
  let models: readonly [Model, Model];

  beforeAll(async () => {
    writeFileSync(path, requantise(readFileSync(familyPath(name)), name.endsWith('q4') ? 'Q8_0' : 'Q4_0'));
    const { model, engine: own } = await loadedFamily(name);
    engine = own;
    models = [model, (await loadModel({ path, threads: 1 }, undefined, () => undefined)).model];
    await engine.loadOther({ path });
  });
  afterAll(async () => {
    await engine.releaseOther({});
    await models[1].release();
  });

  it('is its copy with all parts of it, and itself with any part of itself', async () => {
    const swaps = swapsOf(models, 'parts');
    const all = { tensors: swaps.flatMap(({ tensors }) => tensors), outputs: true };
    const ids = (await engine.tokenise({ text })).tokens.map(({ id }) => id);
    for (const length of sampled([ids.length], [1, ids.length])) {
      const run = ids.slice(0, length);
      const own = await bitsOf(models[0], run);
      expect(await withExchanged(models, all, (mixed) => bitsOf(mixed, run))).toEqual(await bitsOf(models[1], run));
      for (const swap of some(swaps))
        expect(await withExchanged([models[0], models[0]], swap, (mixed) => bitsOf(mixed, run))).toEqual(own);
      expect(await bitsOf(models[0], run)).toEqual(own);
    }
  });

  it.each(sampled([i % 2 === 1], [false, true]))('tells each tensor as float64 does, reverse: %s', async (reverse) => {
    const told: Blame[] = [];
    const question = { text, position: 2, by: 'tensors', reverse } as const;
    const found = await engine.blame(question, { onProgress: ({ blamed }) => void (blamed && told.push(blamed)) });
    expect(told.flatMap(({ parts }) => parts)).toEqual(found.parts);
    // Its layers treble a difference, so both h are off by 1e-6 of their size: together by 1e-4°.
    const errors = new Errors({ degrees: name === 'qwen35' ? 1e-4 : 2e-5, bits: 0, divergence: 0 });
    const parts = swapsOf(models, 'tensors');
    expect(found.parts.map(({ part }) => part)).toEqual(parts.map(({ part }) => part));
    const ids = (await engine.tokenise({ text })).tokens.map(({ id }) => id);
    compareBlame(models, ids, { ...found, parts: some(found.parts) }, some(parts), errors);
    expect(errors.rows.filter(({ share }) => !(share <= 1))).toEqual([]);
    expect(errors.rows.length).toBeGreaterThan(5);
  });
});

it.each([false, true])(
  'costs nothing between a file and the folder that it was made of, reverse: %s',
  async (reverse) => {
    const { engine } = await loadedFamily('llama-3');
    await engine.loadOther({ path: fileURLToPath(new URL('../../fixtures/folders/llama-3', import.meta.url)) });
    const { parts } = await engine.blame({ text, limit: 9, plain: false, position: 2, by: 'parts', reverse });
    expect(Math.max(...parts.map(({ divergence }) => divergence))).toBeLessThan(1e-6);
    await engine.releaseOther({});
  },
);

it('exchanges what one file has in one tensor and the other in two at once', async () => {
  const name = 'gemma4-experts';
  const sound = partsOf(readFileSync(familyPath(name)));
  const tensors = sound.tensors.flatMap((one) => {
    if (!one.name.endsWith('ffn_gate_up_exps.weight')) return one;
    const [columns = 0, rows = 0, count = 0] = one.dimensions.map(Number);
    const half = one.data.length / (2 * count);
    return ['gate', 'up'].map((part, which) => {
      const matrices = Array.from({ length: count }, (_, i) =>
        one.data.subarray((2 * i + which) * half).subarray(0, half),
      );
      const own = one.name.replace('gate_up', part);
      return { ...one, name: own, dimensions: [columns, rows / 2, count], data: Buffer.concat(matrices) };
    });
  });
  const path = join(folder, 'apart.gguf');
  writeFileSync(path, writeGguf({ ...sound, tensors }));
  const { engine } = await loadedFamily(name);
  await engine.loadOther({ path });
  const { parts } = await engine.blame({ text, position: 2, by: 'tensors', reverse: false });
  const apart = ['ffn_gate_up_exps', 'ffn_gate_exps', 'ffn_up_exps'].map((own) => `blk.3.${own}.weight`).join(' + ');
  expect(parts.map(({ part }) => part.tensor)).toContain(apart);
  expect(Math.max(...parts.map(({ divergence }) => divergence))).toBeLessThan(1e-6);
  await engine.releaseOther({});
});
