import { beforeAll, describe, expect, it } from 'vitest';
import { type LocalEngine } from '../../../src/engine/localEngine';
import type { Model } from '../../../src/engine/model/model';
import type { LensStage } from '../../../src/shared/layers';
import { familyNames, familyTruth, loadedFamily } from '../support/families';
import { lensTruth, type LensTruth } from '../support/lensTruth';

// The lens of every family against float64 from the equations: rows after attention, divergences, leading tokens and
// the dimensions of the residuals.

const bar = 1e-5;
const stages: readonly LensStage[] = ['layer', 'attention'];

const near = (found: number | undefined, expected: number, where: string, over = 1): void =>
  expect(Math.abs((found ?? NaN) - expected), where).toBeLessThanOrEqual(bar * over);

describe.each(familyNames)('%s', (name) => {
  const { text, ids } = familyTruth(name);
  const positions = { from: 0, to: Math.min(6, ids.length) };
  let model: Model;
  let engine: LocalEngine;
  let truth: LensTruth;
  beforeAll(async () => {
    ({ model, engine } = await loadedFamily(name));
    truth = lensTruth(model, ids.slice(0, positions.to));
  });

  it.each(stages)('has the probabilities of the equations after each %s', async (after) => {
    const { layers } = model.hyperparameters;
    const first = after === 'layer' ? 0 : 1;
    const { rows } = await engine.lens({ text, after, first, count: layers + 1 - first, top: 3, positions });
    expect(rows).toHaveLength(layers + 1 - first);
    rows.forEach((cells, index) => {
      expect(cells).toHaveLength(positions.to);
      cells.forEach(({ top, entropy }, position) => {
        const layer = first + index;
        const expected = truth.logProbabilities({ layer, after }, position);
        const where = `after ${after} ${layer}, position ${position}`;
        for (const { token, probability } of top) near(probability, Math.exp(expected[token.id] as number), where);
        near(top[0]?.probability, Math.exp(Math.max(...expected)), where);
        near(entropy, -expected.reduce((sum, p) => sum + Math.exp(p) * p, 0) / Math.LN2, where, 10);
      });
    });
  });

  it.each(stages)('has the divergence of the equations after each %s', async (after) => {
    const { layers } = model.hyperparameters;
    const first = after === 'layer' ? 0 : 1;
    const { rows } = await engine.divergence({ text, after, first, count: layers + 1 - first, positions });
    rows.forEach((bits, index) =>
      bits.forEach((found, position) => {
        const row = { layer: first + index, after };
        const expected = truth.divergence(row, position);
        near(found, expected, `after ${after} ${row.layer}, position ${position}`, Math.max(1, expected));
      }),
    );
    if (after === 'layer') expect([...(rows.at(-1) ?? [])]).toEqual(Array.from({ length: positions.to }, () => 0));
  });

  it.each([false, true])('names every token that leads, between: %s', async (between) => {
    const position = positions.to - 1;
    const { rows, tokens } = await engine.leaders({ text, position, between });
    const { layers } = model.hyperparameters;
    expect(rows).toHaveLength(1 + layers * (between ? 2 : 1));
    const leading = new Set<number>();
    rows.forEach((row, index) => {
      const expected = truth.logProbabilities(row, position);
      const best = expected.indexOf(Math.max(...expected));
      leading.add(best);
      for (const { token, probability, rank } of tokens) {
        const own = expected[token.id] as number;
        const where = `token ${token.id} after ${row.after} ${row.layer}`;
        near(probability[index], Math.exp(own), where);
        // Tokens that float32 residuals may put in another order.
        const tied = expected.filter((other) => Math.abs(other - own) < 1e-4).length - 1;
        const place = expected.filter((other) => other > own).length + 1;
        expect(Math.abs((rank[index] ?? NaN) - place), where).toBeLessThanOrEqual(tied);
      }
    });
    expect(tokens.map(({ token }) => token.id)).toEqual([...leading]);
  });

  it('has the dimensions of the residuals', async () => {
    const { layers, dimensions } = model.hyperparameters;
    for (const layer of [0, layers]) {
      const found = await engine.dimensions({ text, position: 1, layer, count: dimensions });
      const expected = truth.residuals[layer]?.[1] ?? [];
      const square = expected.reduce((sum, value) => sum + value * value, 0);
      near(found.size / Math.sqrt(square), 1, `size after layer ${layer}`);
      expect(new Set(found.largest.map(({ dimension }) => dimension)).size).toBe(dimensions);
      near(
        found.largest.reduce((sum, { share }) => sum + share, 0),
        1,
        'all shares',
      );
      found.largest.forEach(({ dimension, value, share }, i) => {
        const own = expected[dimension] as number;
        near(value, own, `dimension ${dimension}`, Math.sqrt(square));
        near(share, (own * own) / square, `share of ${dimension}`);
        expect(share).toBeLessThanOrEqual(found.largest[i - 1]?.share ?? 1);
      });
    }
  });
});
