import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { floats } from '../../../src/engine/architecture/layers';
import { evenlySpaced } from '../../../src/engine/lab/samples';
import { localEngine } from '../../../src/engine/localEngine';
import { machineMemory } from '../../../src/engine/model/memory';
import { EmbeddingMatrix } from '../../../src/engine/weights/embedding';
import { readGguf } from '../../../src/engine/weights/gguf';
import { openSource } from '../../../src/engine/weights/source';
import { tensorOf } from '../../../src/engine/weights/weights';
import type { ModelInfo } from '../../../src/shared/engine';
import type { LabRequest, LabResult } from '../../../src/shared/lab';
import { byMetric, metrics, type ByMetric } from '../../../src/shared/metrics';
import { neighbourSpaces, type NeighbourSpace } from '../../../src/shared/sides';
import { inFileOnly } from '../support/engine';
import { sampled } from '../support/sample';
import { writeTinyModel, type TinyModel } from '../support/tinyModel';

// Models whose embedding and unembedding differ, every row compared in float64 by the formulas.

type Row = Float64Array;

const dot = (a: Row, b: Row) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
const size = (a: Row) => Math.sqrt(dot(a, a));
const less = (a: Row, b: Row) => a.map((x, i) => x - (b[i] as number));
const cosine = (a: Row, b: Row) => dot(a, b) / (size(a) * size(b));
const degrees = (a: Row, b: Row) => (Math.acos(Math.max(-1, Math.min(1, cosine(a, b)))) * 180) / Math.PI;
const meanOf = (rows: readonly Row[]) =>
  (rows[0] as Row).map((_, i) => rows.reduce((sum, row) => sum + (row[i] as number), 0) / rows.length);

/** Every row compared with a query; larger is nearer, so distances are negative. */
const scores = (query: Row, rows: readonly Row[]): ByMetric<number[]> => ({
  euclidean: rows.map((row) => -size(less(query, row))),
  cosine: rows.map((row) => cosine(query, row)),
  dot: rows.map((row) => dot(query, row)),
});
const order = (all: readonly number[]) =>
  [...all.keys()].sort((a, b) => (all[b] as number) - (all[a] as number) || a - b);
/** The first in that order, without sorting. */
const first = (all: readonly number[]) =>
  all.reduce((best, score, id) => (score > (all[best] as number) ? id : best), 0);
/** Its place in that order, from 1. */
const rank = (all: readonly number[], id: number) =>
  all.filter((score, other) => score > (all[id] as number) || (score === all[id] && other <= id)).length;
const ranks = (all: ByMetric<number[]>, id: number) => byMetric((metric) => rank(all[metric], id));

/** Of each model, how many tokens each metric misses; both ways of searching are compared with it. */
const missesOnce = new Map<string, Record<'raw' | 'centred' | 'normed', ByMetric<number>>>();

const searches = [
  ['rows in memory', machineMemory],
  ['rows in the file', inFileOnly],
] as const;

describe.each(
  ['llama-untied', 'gptneox-untied'].flatMap((name) => searches.map((search) => [name, ...search] as const)),
)('%s, searched as %s', (name, _, memory) => {
  const path = fileURLToPath(new URL(`../../fixtures/families/${name}.gguf`, import.meta.url));
  const weights = readGguf(openSource(path));
  const rowsOf = (tensor: string): Row[] => {
    const matrix = new EmbeddingMatrix(weights, tensor);
    return Array.from({ length: matrix.vocabulary }, (_, id) => Float64Array.from(matrix.block(id, 1)));
  };
  const inputs = rowsOf('token_embd.weight');
  const outputs = rowsOf('output.weight');
  const centredOnce = new Map<readonly Row[], { readonly mean: Row; readonly rows: Row[] }>();
  const centredOf = (rows: readonly Row[]) => {
    const known = centredOnce.get(rows);
    if (known) return known;
    const mean = meanOf(rows);
    const made = { mean, rows: rows.map((row) => less(row, mean)) };
    centredOnce.set(rows, made);
    return made;
  };
  const ids = [0, 7, 100, 213, 306];
  const text = 'The capital of France';
  const engine = localEngine(memory);
  let info: ModelInfo;
  beforeAll(async () => {
    info = await engine.load({ path, threads: 1 });
  });
  afterAll(() => engine.close());

  const result = async <N extends LabResult['name']>(request: Extract<LabRequest, { name: N }>) =>
    (await engine.lab(request)).result as Extract<LabResult, { name: N }>['result'];

  /**
   * What a search compares: the query, and the rows, centred or not. A query that is no row of the matrix stays as it
   * is.
   */
  function sides(space: NeighbourSpace, centred: boolean, id: number): { readonly query: Row; readonly rows: Row[] } {
    const raw = space === 'input' ? inputs : outputs;
    const query = (space === 'output' ? outputs : inputs)[id] as Row;
    if (!centred) return { query, rows: raw };
    const { mean, rows } = centredOf(raw);
    return { query: space === 'cross' ? query : less(query, mean), rows };
  }

  it('says that it has two matrices, and what the sizes of each are', () => {
    expect(info.tied).toBe(false);
    for (const [summary, rows, own] of [
      [info.sizes, inputs, 'size'],
      [info.outputSizes, outputs, 'outputSize'],
    ] as const) {
      const sizes = rows.map(size);
      expect(summary?.largest).toMatchObject({
        id: order(sizes)[0],
        [own]: expect.closeTo(Math.max(...sizes), 10) as number,
      });
      expect(summary?.smallest[own]).toBeCloseTo(Math.min(...sizes), 10);
      expect(summary?.mean).toBeCloseTo(sizes.reduce((a, b) => a + b) / sizes.length, 10);
      expect(summary?.meanRow).toBeCloseTo(size(meanOf(rows)), 10);
    }
    expect(info.checks.map(({ what }) => what.message)).toContain(
      'an input row read plainly is the row that is searched',
    );
  });

  it('gives every token two sizes, two places and an angle, in JSON too', async () => {
    const facts = await Promise.all(ids.map(async (id) => (await engine.token(id)).token));
    const { tokens, model } = await engine.inspect({ text, neighbours: 0, top: 0, layers: false, centred: false });
    expect(model.tied).toBe(false);
    for (const token of [...facts, ...tokens]) {
      for (const [rows, own, place] of [
        [inputs, token.size, token.percentile],
        [outputs, token.outputSize, token.outputPercentile],
      ] as const) {
        const length = size(rows[token.id] as Row);
        expect(own).toBeCloseTo(length, 10);
        expect(place).toBeCloseTo((100 * rows.filter((row) => size(row) < length - 1e-12).length) / rows.length, 10);
      }
      expect(token.angleInputOutput).toBeCloseTo(degrees(inputs[token.id] as Row, outputs[token.id] as Row), 6);
    }
  });

  describe.each(neighbourSpaces)('neighbours, %s', (space) => {
    it.each([[false], [true]])('are those of all rows compared; centred: %s', async (centred) => {
      for (const id of ids) {
        const { query, rows } = sides(space, centred, id);
        const all = scores(query, rows);
        const found = await engine.neighbours({ id, count: 20, centred, space });
        expect(found.space).toBe(space);
        for (const metric of metrics) {
          const expected = order(all[metric]).slice(0, 20);
          expect(
            found.lists[metric].map(({ token }) => token.id),
            `${metric} of ${id}`,
          ).toEqual(expected);
          for (const entry of found.lists[metric]) {
            expect(entry.values[metric]).toBeCloseTo(
              Math.abs(all[metric][entry.token.id] ?? NaN) *
                (metric === 'euclidean' ? 1 : Math.sign(all[metric][entry.token.id] ?? NaN)),
              8,
            );
            if (entry.angle > 0.01) expect(entry.angle).toBeCloseTo(degrees(query, rows[entry.token.id] as Row), 5);
            expect(entry.ranks).toEqual(ranks(all, entry.token.id));
          }
        }
      }
    });

    it.each([
      [false, 0],
      [false, 3],
      [true, 0],
      [true, 3],
    ])('are the same in a whole inspection; centred: %s, predictions: %i', async (centred, top) => {
      const { tokens, neighbours } = await engine.inspect({ text, neighbours: 8, top, layers: false, centred, space });
      expect(neighbours).toHaveLength(tokens.length);
      for (const { index, ...lists } of neighbours ?? []) {
        const { query, rows } = sides(space, centred, tokens[index]?.id ?? NaN);
        const all = scores(query, rows);
        for (const metric of metrics) expect(lists[metric].map(({ id }) => id)).toEqual(order(all[metric]).slice(0, 8));
      }
    });
  });

  it('lists neighbours in the input space unless another is asked for', async () => {
    const [plain, input] = await Promise.all(
      [undefined, 'input' as const].map((space) =>
        engine.neighbours({ id: 7, count: 10, centred: false, ...(space && { space }) }),
      ),
    );
    expect(plain?.lists).toEqual(input?.lists);
  });

  /** The final norm in float64. */
  const read = (tensor: string) => floats(weights, tensorOf(weights, tensor));
  const gain = read('output_norm.weight');
  const bias = weights.tensors.has('output_norm.bias') ? read('output_norm.bias') : null;
  function finalNorm(row: Row): Row {
    const mean = bias ? row.reduce((a, b) => a + b) / row.length : 0;
    const centred = row.map((x) => x - mean);
    const scale = 1 / Math.sqrt(dot(centred, centred) / row.length + 1e-5);
    return centred.map((x, i) => x * scale * (gain[i] as number) + (bias?.[i] ?? 0));
  }

  it('looks for an input vector among the output rows on the round trip', async () => {
    const ways = (id: number) => {
      const raw = sides('cross', false, id);
      const centred = sides('cross', true, id);
      return {
        raw: scores(raw.query, raw.rows),
        centred: scores(centred.query, centred.rows),
        normed: scores(finalNorm(raw.query), raw.rows),
      };
    };
    for (const id of ids) {
      const all = ways(id);
      expect((await engine.token(id)).ownRank).toEqual({
        raw: ranks(all.raw, id),
        centred: ranks(all.centred, id),
        normed: ranks(all.normed, id),
      });
    }
    const sample = sampled(20, inputs.length);
    const { misses, examples } = await result({ name: 'round-trip', options: { sample } });
    const countMisses = () => {
      const missed = {
        raw: { ...byMetric(() => 0) },
        centred: { ...byMetric(() => 0) },
        normed: { ...byMetric(() => 0) },
      };
      evenlySpaced(inputs.length, sample).forEach((id) => {
        const all = ways(id);
        for (const way of ['raw', 'centred', 'normed'] as const)
          for (const metric of metrics) if (first(all[way][metric]) !== id) missed[way][metric]++;
      });
      return missed;
    };
    const missed = missesOnce.get(name) ?? countMisses();
    missesOnce.set(name, missed);
    expect(misses).toEqual(missed);
    for (const { id, becomes } of examples) expect(becomes.id).toBe(first(scores(inputs[id] as Row, outputs).dot));
  });

  it('gives the output row as a residual meets it: with the gain, and centred where the norm centres', async () => {
    const gain = floats(weights, tensorOf(weights, 'output_norm.weight'));
    for (const id of ids) {
      const row = outputs[id] as Row;
      const folded = row.map((x, i) => x * (gain[i] as number));
      const centre = weights.tensors.has('output_norm.bias') ? folded.reduce((a, b) => a + b) / folded.length : 0;
      const facing = folded.map((x) => x - centre);
      const found = (await engine.token(id)).facing;
      expect(found?.size).toBeCloseTo(size(facing), 12);
      expect(found?.angle).toBeCloseTo(degrees(facing, row), 10);
      expect(found?.centred).toBe(weights.tensors.has('output_norm.bias'));
    }
  });

  it.each(['output', 'input', undefined] as const)(
    'draws the output rows around the %s vector as an axis',
    async (side) => {
      for (const centred of [false, true]) {
        const { query, rows } = sides(side === 'input' ? 'cross' : 'output', centred, 100);
        const scope = await engine.scope({
          axis: { kind: 'token', id: 100, ...(side && { side }) },
          centred,
          count: 5,
        });
        expect(scope.size).toBeCloseTo(size(query), 6);
        rows.forEach((row, id) => {
          expect(scope.dots[id]).toBeCloseTo(dot(query, row), 4);
          expect(scope.sizes[id]).toBeCloseTo(size(row), 4);
        });
        expect(scope.nearest.cosine.map(({ token }) => token.id)).toEqual(
          order(scores(query, rows).cosine).slice(0, 5),
        );
      }
    },
  );

  it('has real angles between its input and output vectors', async () => {
    const { tied, angle, most, gainFolded } = await result({ name: 'tied', options: {} });
    const gain = floats(weights, tensorOf(weights, 'output_norm.weight'));
    const folded = (row: Row) => row.map((x, i) => x * (gain[i] as number));
    expect(tied).toBe(false);
    for (const [found, list, angles] of [
      [angle, most, inputs.map((row, id) => degrees(row, outputs[id] as Row))],
      [gainFolded?.angle, gainFolded?.most, inputs.map((row, id) => degrees(row, folded(outputs[id] as Row)))],
    ] as const) {
      expect(found?.mean).toBeCloseTo(angles.reduce((a, b) => a + b) / angles.length, 6);
      expect(found?.min).toBeCloseTo(Math.min(...angles), 6);
      expect(found?.max).toBeCloseTo(Math.max(...angles), 6);
      expect(list?.map(({ id }) => id)).toEqual(order(angles).slice(0, 20));
    }
  });

  it('asks each experiment of the matrix that it is about', async () => {
    const { lists } = await result({ name: 'rulers', options: { id: 100, k: 10, sample: 5 } });
    const own = scores(inputs[100] as Row, inputs);
    for (const metric of metrics) expect(lists[metric].map(({ id }) => id)).toEqual(order(own[metric]).slice(0, 10));
    expect(
      (await result({ name: 'one-length', options: { id: 100, k: 10, sample: 5 } })).lists.dot.map(({ id }) => id),
    ).toEqual(order(own.cosine).slice(0, 10));
    const { steps } = await result({ name: 'between', options: { from: 7, to: 100, steps: 2, text } });
    expect(steps[1]?.straight.nearest.euclidean[0]).toMatchObject({ id: 100, value: expect.closeTo(0, 6) as number });
    const { longest } = await result({ name: 'extremes', options: {} });
    expect(longest.map(({ id }) => id)).toEqual(order(inputs.map(size)).slice(0, 20));
    const { top } = await result({ name: 'target-size', options: { directions: 500, seed: 1 } });
    for (const { id, size: length } of top) expect(length).toBeCloseTo(size(outputs[id] as Row), 10);
  });

  it('measures angles to the input by the input vector and to the prediction by the output row', async () => {
    const run = await engine.run({ text });
    const journey = await engine.journey({ text, position: 2 });
    expect(journey.inputDeviation).toBeLessThan(1e-4);
    expect(run.layers.angleToInput[0]?.[2]).toBeLessThan(1e-3);
    const rows = await engine.hidden({ text });
    const width = rows.length / run.length;
    const hidden = Float64Array.from(rows.subarray(2 * width, 3 * width));
    expect(journey.angleToPredicted.at(-1)).toBeCloseTo(degrees(hidden, outputs[journey.predicted.id] as Row), 4);
    expect(journey.logit).toBeCloseTo(dot(hidden, outputs[journey.output.id] as Row), 4);
    const prediction = await engine.prediction({ text, position: 2, count: 5 });
    for (const { token, rawLogit, values } of prediction.top)
      expect(rawLogit).toBeCloseTo(prediction.hiddenSize * (token.outputSize ?? NaN) * values.cosine, 6);
  });
});

describe('whether a model is tied', () => {
  async function load(model: TinyModel) {
    const { path, folder } = writeTinyModel(model);
    const engine = localEngine();
    try {
      const info = await engine.load({ path });
      return { info, token: (await engine.token(1)).token };
    } finally {
      await engine.close();
      rmSync(folder, { recursive: true });
    }
  }

  it.each([
    ['has no output matrix', {}],
    ['has the same matrix twice', { output: (rows: Float32Array) => rows }],
  ])('is told by the bytes: one that %s is', async (_, model) => {
    const { info, token } = await load(model);
    expect(info).toMatchObject({ tied: true, outputSizes: null });
    expect(Object.keys(token)).not.toEqual(expect.arrayContaining([expect.stringMatching(/output/i)]));
  });

  it('is told by the bytes: one number of the last row that differs makes two matrices', async () => {
    const { info, token } = await load({ output: (rows) => rows.map((x, i) => (i === rows.length - 1 ? x + 1 : x)) });
    expect(info.tied).toBe(false);
    expect(token).toMatchObject({ outputSize: token.size, outputPercentile: token.percentile, angleInputOutput: 0 });
  });

  it('leaves out the angle of a row of zeros', async () => {
    const { token } = await load({ output: (rows) => rows.map((x, i) => (i >= 32 && i < 64 ? 0 : x)) });
    expect(token).toMatchObject({ outputSize: 0, outputPercentile: 0 });
    expect(token).not.toHaveProperty('angleInputOutput');
  });

  it('has output rows of the embedding’s shape', async () => {
    await expect(load({ output: (rows) => rows.slice(32) })).rejects.toThrow(
      /output\.weight \(shape\) is 15 × 32; expected: 16 × 32/,
    );
  });
});
