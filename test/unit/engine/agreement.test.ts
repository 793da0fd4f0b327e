import { rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { norm } from '../../../src/engine/arrays/vectors';
import { localEngine } from '../../../src/engine/localEngine';
import type { MetricAgreement, Contrasts } from '../../../src/shared/contrasts';
import { pairsOf, type Pairs } from '../support/spans';
import { letters, tinyDimensions, writeTinyModel, type TinyModel } from '../support/tinyModel';

// Why distance, angle and logit name the same token everywhere, on models whose output rows are made for it. The
// output rows are no part of h, so one run tells which rows lie where.

const text = 't';

async function ask(model: TinyModel): Promise<{ readonly hidden: Float32Array; readonly contrasts: Contrasts }> {
  const { path, folder } = writeTinyModel(model);
  const engine = localEngine();
  try {
    await engine.load({ path, threads: 1 });
    return { hidden: await engine.hidden({ text }), contrasts: await engine.contrasts({ text }) };
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true });
  }
}

/** Output rows by their sizes and cosines with h, the first ids first; the last one is repeated for the other ids. */
async function askRows(rows: Pairs, outputBias?: Float32Array) {
  const sizesAndCosines = pairsOf(rows);
  const { hidden } = await ask({ output: (matrix) => matrix });
  const along = hidden.map((x) => x / norm(hidden));
  // Any direction at a right angle to h.
  const side = new Float32Array(tinyDimensions);
  side.set([-(along[1] as number), along[0] as number]);
  const across = side.map((x) => x / norm(side));
  const output = (matrix: Float32Array) =>
    matrix.map((_, i) => {
      const [size, cosine] = (sizesAndCosines[Math.floor(i / tinyDimensions)] ?? sizesAndCosines.at(-1)) as [
        number,
        number,
      ];
      const at = i % tinyDimensions;
      return size * (cosine * (along[at] as number) + Math.sqrt(1 - cosine ** 2) * (across[at] as number));
    });
  return (await ask({ output, ...(outputBias && { outputBias }) })).contrasts;
}

async function reasonOf(rows: Pairs, outputBias?: Float32Array): Promise<MetricAgreement> {
  const contrasts = await askRows(rows, outputBias);
  expect(contrasts.partings).toEqual(['none']);
  if (contrasts.kind !== 'agree') throw new Error('The metrics do not agree.');
  return contrasts.reason;
}

/** The ids and rounded numbers of a reason. */
function told(reason: MetricAgreement) {
  if (!('rival' in reason)) throw new Error(`There is no rival: ${reason.kind}.`);
  const round = (x: number) => Math.round(1e4 * x) / 1e4;
  const { kind, predicted, rival } = reason;
  return [kind, ...[predicted, rival].map(({ token, size, cosine }) => [token.id, round(size), round(cosine)])];
}

it('is that the sizes are alike', async () => {
  const reason = await reasonOf('1:0.9 1.04:0.5 1.01:-0.5');
  if (reason.kind !== 'sizes-alike') throw new Error(reason.kind);
  expect([reason.smallest.token.id, reason.largest.token.id]).toEqual([0, 1]);
  expect(reason.largest.size).toBeCloseTo(1.04, 5);
});

it('is that the best aligned leads by more than a larger rival makes up', async () => {
  const reason = await reasonOf('1:0.9 1.5:0.3 1:-0.5');
  expect(told(reason)).toEqual(['lead', [0, 1, 0.9], [1, 1.5, 0.3]]);
  if ('rival' in reason) expect(reason.rival.dot).toBeCloseTo(1.5 * 0.3 * reason.hiddenSize, 4);
});

it('is the lead, too, where nothing came close to a disagreement', async () => {
  const reason = await reasonOf('1:0.9 1.5:-0.2 2:-0.5');
  expect(reason.kind).toBe('lead');
});

it('is that h is long, and that the best aligned is the longest besides', async () => {
  const rows = '1:0.9 0.5:0.5';
  expect(told(await reasonOf(`${rows} 0.4:-0.5`))).toEqual(['largest', [0, 1, 0.9], [1, 0.5, 0.5]]);
  expect(told(await reasonOf(`${rows} 2:-0.5`))).toEqual(['large-hidden', [0, 1, 0.9], [1, 0.5, 0.5]]);
});

it('is the output bias where the dot product names another token', async () => {
  const rows = '1:0.9 3:0.5 1:-0.5';
  const [aligned, longer] = [0, 1];
  expect(await askRows(rows)).toMatchObject({ kind: 'part', partings: ['logit'] });
  const bias = Float32Array.from(letters, (_, id) => (id === aligned ? 10 : 0.5));
  const reason = await reasonOf(rows, bias);
  expect(reason).toMatchObject({ kind: 'bias', predictedBias: 10, rivalBias: 0.5 });
  expect('rival' in reason && [reason.predicted.token.id, reason.rival.token.id]).toEqual([aligned, longer]);
});

it('is a tie where h is zero, as after a token without a vector', async () => {
  const { hidden, contrasts } = await ask({ change: (row) => row(letters.indexOf(text)).fill(0) });
  expect(hidden.every((value) => value === 0)).toBe(true);
  expect(contrasts).toEqual({ kind: 'agree', partings: ['none'], reason: { kind: 'tied', position: 0 } });
});

it.each([1, 2, 3, 4])('holds at every position where all rows have one length, seed %i', async (seed) => {
  const { path, folder } = writeTinyModel({
    seed,
    output: (matrix) =>
      matrix.map((x, i) => {
        const first = i - (i % tinyDimensions);
        return x / norm(matrix.subarray(first, first + tinyDimensions));
      }),
  });
  const engine = localEngine();
  await engine.load({ path, threads: 1 });
  const contrasts = await engine.contrasts({ text: 'that capital fort' });
  expect(new Set(contrasts.partings)).toEqual(new Set(['none']));
  expect(contrasts).toMatchObject({ kind: 'agree', reason: { kind: 'sizes-alike' } });
  await engine.close();
  rmSync(folder, { recursive: true });
});
