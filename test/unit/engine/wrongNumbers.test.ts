import { group } from 'd3-array';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import { readGguf } from '../../../src/engine/weights/gguf';
import { openSource } from '../../../src/engine/weights/source';
import { inFileOnly } from '../support/engine';
import { sampled } from '../support/sample';
import { letters, tinyDimensions, writeTinyModel, type TinyModel } from '../support/tinyModel';

// No number is shown that is none: weights of any size give what float64 gives, or are refused in a sentence.

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function written(model: TinyModel): ReturnType<typeof writeTinyModel> {
  const made = writeTinyModel(model);
  folders.push(made.folder);
  return made;
}

const tokens = [...letters.slice(0, -1), ...Array.from({ length: 200 }, (_, i) => `x${i}`), '<s>'];
const text = 'The capital of';

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * (b[i] as number), 0);

/** The softmax of logits in float64. */
function plain(logits: readonly number[]) {
  const greatest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - greatest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  const p = powers.map((power) => power / total);
  return { p, entropy: p.reduce((bits, share) => (share > 0 ? bits - share * Math.log2(share) : bits), 0) };
}

/** Every probability that the engine shows of a text, list by list. */
async function shown(engine: LocalEngine, layers: number) {
  const run = await engine.run({ text });
  const inspection = await engine.inspect({ text, neighbours: 2, top: 20, layers: true, centred: false });
  const lens = await engine.lens({ text, first: 0, count: layers + 1, top: 20 });
  const prediction = await engine.prediction({ text, position: run.length - 1, count: 20 });
  const between = await engine.lab({ name: 'between', options: { text, from: 0, to: 1, steps: 2 } });
  const length = await engine.lab({ name: 'length', options: { text } });
  const lists = [
    ...run.likeliest.map((list) => list.map(({ probability }) => probability)),
    ...(inspection.predictions ?? []).map(({ top }) => top.map(({ probability }) => probability)),
    ...lens.rows.flat().map(({ top }) => top.map(({ probability }) => probability)),
    prediction.top.map(({ probability }) => probability),
    ...(between.name === 'between'
      ? between.result.steps.map(({ straight }) => straight.predicted.map(({ value }) => value))
      : []),
    ...(length.name === 'length' ? length.result.afterNorm.map(({ top }) => top.map(({ value }) => value)) : []),
  ];
  return { run, hidden: await engine.hidden({ text }), inspection, lens, prediction, lists };
}

const sizes = sampled([1e-10, 66, 1e10], [1e-10, 1e-3, 1, 10, 66, 1e3, 1e6, 1e10]);
describe.each([
  ['in memory', undefined, undefined],
  ['in the file', inFileOnly, undefined],
  ['in memory, with a bias', undefined, Float32Array.from({ length: tokens.length }, (_, i) => Math.sin(i))],
] as const)('an output matrix %s', (_, memory, outputBias) => {
  it.each(sizes)('of rows %d times as large gives the probabilities of float64', async (scale) => {
    const layers = 2;
    const scaled = (row: (id: number) => Float32Array) =>
      tokens.forEach((__, id) => row(id).forEach((value, j, all) => (all[j] = value * scale)));
    const { path, matrix } = written({ layers, tokens, change: scaled, ...(outputBias && { outputBias }) });
    const engine = localEngine(memory);
    await engine.load({ path, threads: 1 });
    const { run, hidden: rowsOfText, inspection, lists, lens, prediction } = await shown(engine, layers);
    await engine.close();
    for (const list of lists) {
      list.forEach((p) => expect(p >= 0 && p <= 1).toBe(true));
      expect(list.reduce((sum, p) => sum + p, 0)).toBeLessThanOrEqual(1 + 1e-12);
    }
    const rows = tokens.map((__, id) => matrix.subarray(id * tinyDimensions, (id + 1) * tinyDimensions));
    inspection.predictions?.forEach(({ top, entropy }, position) => {
      const hidden = rowsOfText.subarray(position * tinyDimensions, (position + 1) * tinyDimensions);
      const logits = rows.map((row, id) => dot(hidden, row) + (outputBias?.[id] ?? 0));
      const expected = plain(logits);
      expect(top.map(({ id }) => id)).toEqual(
        Array.from(logits.keys())
          .sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b)
          .slice(0, 20),
      );
      for (const { id, probability } of top)
        expect(Math.abs(probability - (expected.p[id] as number))).toBeLessThan(1e-6);
      expect(Math.abs(entropy - expected.entropy)).toBeLessThan(1e-5);
      expect(Math.abs((run.entropy[position] as number) - expected.entropy)).toBeLessThan(1e-5);
      const next = inspection.tokens[position + 1];
      if (next) {
        const bits = -Math.log2(expected.p[next.id] as number);
        expect(next.surprisal).toBeGreaterThanOrEqual(0);
        if (Number.isFinite(bits))
          expect(Math.abs((next.surprisal ?? NaN) - bits)).toBeLessThan(1e-5 * Math.max(1, bits));
      }
      expect(lens.rows[layers]?.[position]?.entropy).toBeCloseTo(expected.entropy, 4);
      if (position === run.length - 1)
        prediction.top.forEach(({ token, probability }) =>
          expect(Math.abs(probability - (expected.p[token.id] as number))).toBeLessThan(1e-6),
        );
    });
  });
});

describe('rows of the embedding', () => {
  const neighbours = async (model: TinyModel, id: number) => {
    const { path, matrix } = written({ tokens, ...model });
    const engine = localEngine();
    await engine.load({ path, threads: 1, geometryOnly: true });
    const { lists } = await engine.neighbours({ id, count: 10, centred: false });
    const inspected = await engine.inspect({
      text: tokens[id] as string,
      neighbours: 10,
      top: 0,
      layers: false,
      centred: false,
    });
    await engine.close();
    return { lists, inspected, row: (of: number) => matrix.subarray(of * tinyDimensions, (of + 1) * tinyDimensions) };
  };

  it('that are very short among others have the neighbours that float64 gives', async () => {
    // Sixty rows, more than there are candidates.
    const short = (row: (id: number) => Float32Array) =>
      tokens.forEach((_, id) => id % 3 === 0 && row(id).forEach((value, j, all) => (all[j] = value * 1e-25)));
    const own = 3;
    const { lists, inspected, row } = await neighbours({ change: short }, own);
    const distance = (id: number) =>
      Math.sqrt(row(own).reduce((sum, value, j) => sum + (value - (row(id)[j] as number)) ** 2, 0));
    const expected = Array.from(tokens.keys())
      .sort((a, b) => distance(a) - distance(b) || a - b)
      .slice(0, 10);
    expect(lists.euclidean.map(({ token }) => token.id)).toEqual(expected);
    expect(lists.euclidean.map(({ ranks }) => ranks.euclidean)).toEqual(expected.map((_, i) => i + 1));
    expect(inspected.neighbours?.[0]?.euclidean.map(({ id }) => id)).toEqual(expected);
  });

  it.each([1e-25, 1e25])('that are all %d times as large are refused with their size', async (scale) => {
    const scaled = (row: (id: number) => Float32Array) =>
      tokens.forEach((_, id) => row(id).forEach((value, j, all) => (all[j] = value * scale)));
    await expect(neighbours({ change: scaled }, 3)).rejects.toMatchObject({
      code: 'model-damaged',
      message: expect.stringMatching(
        /token_embd\.weight \(max ‖row‖\) is \S+; expected: 1e-15…1000000000000000\./,
      ) as string,
    });
  });

  it('of which one has a number with a wrong exponent are refused', async () => {
    await expect(neighbours({ change: (row) => void (row(5)[2] = 1e30) }, 3)).rejects.toMatchObject({
      code: 'model-damaged',
    });
  });
});

describe('a weight with a wrong exponent', () => {
  const family = fileURLToPath(new URL('../../fixtures/families/', import.meta.url));
  // A norm by squares and one by deviations.
  const cases = sampled(['gemma2', 'gptneox'], ['llama-3', 'gemma2', 'gpt2', 'gptneox', 'phi3', 'qwen3']);

  it.each(cases)('in a norm, a matrix or the final norm of %s is refused, or gives finite numbers', async (name) => {
    const file = join(family, `${name}.gguf`);
    const bytes = readFileSync(file);
    const { folder } = written({});
    let refused = 0;
    const weights = readGguf(openSource(file));
    const inLayers = [...weights.tensors.values()].filter(
      ({ type, name: tensor }) => type === 'F32' && /norm|attn|ffn/.test(tensor),
    );
    /** One layer of each kind of tensor, the layers in turn. */
    const kinds = [...group(inLayers, ({ name: tensor }) => tensor.replace(/\d+/, '')).values()];
    const few = kinds.map((layers, i) => layers[i % layers.length] as (typeof layers)[number]);
    for (const [i, tensor] of sampled(few, inLayers).entries()) {
      const changed = Buffer.from(bytes);
      const at = tensor.offset + 4 * (i % (tensor.byteLength / 4));
      changed.writeFloatLE(3e38 * (i % 2 === 0 ? 1 : -1), at);
      const path = join(folder, `${name}-${i}.gguf`);
      writeFileSync(path, changed);
      const engine = localEngine();
      try {
        await engine.load({ path, threads: 1 });
        const numbers = (value: unknown): number[] =>
          typeof value === 'number'
            ? [value]
            : value !== null && typeof value === 'object'
              ? Object.values(value).flatMap(numbers)
              : [];
        const inspection = await engine.inspect({
          text: 'The cat',
          neighbours: 3,
          top: 3,
          layers: true,
          centred: false,
        });
        expect(
          numbers(inspection).filter((value) => !Number.isFinite(value)),
          tensor.name,
        ).toEqual([]);
      } catch (error) {
        expect(error, tensor.name).toMatchObject({ code: 'model-damaged' });
        refused++;
      } finally {
        await engine.close();
        rmSync(path);
      }
    }
    weights.close();
    expect(refused).toBeGreaterThan(0);
  });
});
