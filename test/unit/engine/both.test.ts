import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalEngine } from '../../../src/engine/localEngine';
import { loadModel } from '../../../src/engine/model/load';
import type { Model } from '../../../src/engine/model/model';
import { compareRows, compareText, Errors } from '../support/bothTruth';
import { familyNames, familyPath, loadedFamily } from '../support/families';
import { requantise } from '../support/requantise';
import { sampled } from '../support/sample';

// Every family against a copy of itself in fewer bits, all numbers in float64 from the equations; and against itself.

const folder = mkdtempSync(join(tmpdir(), 'vectorscope-both-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = sampled('The capital of France', 'The capital of France is Paris; a sphere, a king.');

describe.each(familyNames)('%s', (name) => {
  const path = join(folder, `${name}.gguf`);
  let engine: LocalEngine;
  let models: readonly [Model, Model];

  beforeAll(async () => {
    // What has four bits already would come out the same.
    writeFileSync(path, requantise(readFileSync(familyPath(name)), name.endsWith('q4') ? 'Q8_0' : 'Q4_0'));
    const { model, engine: own } = await loadedFamily(name);
    engine = own;
    models = [model, (await loadModel({ path, threads: 1 }, undefined, () => undefined)).model];
  });
  afterAll(async () => {
    await engine.releaseOther({});
    await models[1].release();
  });

  it('differs from its copy as float64 says', async () => {
    const said = await engine.loadOther({ path });
    expect(said).toMatchObject({ runs: 'together', refusal: null, sameVocabulary: true, sameWidth: true });
    const errors = new Errors();
    await compareText(engine, models, text, 3, errors);
    await compareRows(engine, models, errors);
    expect(errors.rows.filter(({ share }) => !(share <= 1))).toEqual([]);
    expect(errors.rows.length).toBeGreaterThan(12);
  });

  it('differs from itself in nothing', async () => {
    await engine.loadOther({ path: familyPath(name) });
    const found = await engine.textInBoth({ text, count: 3 });
    if (found.kind !== 'same') throw new Error('The same model cut the text differently.');
    const { divergence, change, hiddenAngle, surprisal, hiddenSize, sums, first } = found;
    for (const zeros of [...divergence, change.subarray(0, -1), hiddenAngle ?? [NaN]])
      expect(Array.from(zeros, Math.abs).every((value) => value === 0)).toBe(true);
    expect(surprisal[0]).toEqual(surprisal[1]);
    expect(hiddenSize[0]).toEqual(hiddenSize[1]);
    expect(first.every(([a, b]) => a.token.id === b.token.id && a.probability === b.probability)).toBe(true);
    expect(sums).toMatchObject({ meanDivergence: 0, mostDivergence: 0, meanChange: 0, rmsChange: 0, sameFirst: 1 });

    const here = await engine.positionInBoth({ text, position: 2, count: 4 });
    expect(here.divergence).toEqual([0, 0]);
    expect(Array.from(here.residualAngle ?? [NaN]).every((between) => between === 0)).toBe(true);
    expect(here.residualSize[0]).toEqual(here.residualSize[1]);
    expect(here.likeliest).toEqual([
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ]);
    for (const { parts, rank } of here.tokens) {
      expect(Object.values(parts).every((part: number) => part === 0)).toBe(true);
      expect(rank[0]).toBe(rank[1]);
    }

    const rows = await engine.rowsInBoth({ matrix: 'output', count: 2, ids: [5] });
    expect([rows.angle?.least, rows.angle?.most, rows.ratio.least, rows.ratio.most]).toEqual([0, 0, 1, 1]);
    // The rows were read once: other tokens, and another number of them, need no pass of their own.
    const told: number[] = [];
    const onProgress = ({ fraction }: { readonly fraction: number }) => void told.push(fraction);
    const others = await engine.rowsInBoth({ matrix: 'output', count: 3, ids: [6, 7] }, { onProgress });
    expect([others.angle, others.ratio, told]).toEqual([rows.angle, rows.ratio, []]);
    expect([others.turned.length, others.tokens.map(({ token }) => token.id)]).toEqual([3, [6, 7]]);
    const near = await engine.neighboursInBoth({ id: 5, matrix: 'input', count: 4 });
    expect(near.row.angle).toBe(0);
    expect(near.shared).toEqual({ euclidean: 4, dot: 4, cosine: 4 });
    expect(near.lists.dot[0]).toEqual(near.lists.dot[1]);
  });
});
