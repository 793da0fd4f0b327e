import { describe, expect, it } from 'vitest';
import { totalPush } from '../../../src/engine/analysis/push';
import { isCancelled } from '../../../src/shared/errors';
import { defaultEngine } from '../support/engine';
import { reference } from '../support/reference';
import { sampled } from '../support/sample';

const absolute = (value: number, expected: number) => Math.abs(value - expected);
const relative = (value: number, expected: number) => absolute(value, expected) / Math.abs(expected);

describe('the journey of a position', () => {
  it.each(reference.runs.map((run) => [run.text, run] as const))(
    'in %j is true to the reference, and its pushes add up to the logit',
    async (text, run) => {
      const engine = await defaultEngine();
      for (const position of new Set([0, run.ids.length - 1])) {
        const journey = await engine.journey({ text, position });
        const turned = run['angle norm(residual) to predicted output vector, degrees [layer][position]'];
        for (const [found, grid, deviation, allowed] of [
          [journey.residualSize, run['residual norm [layer][position]'], relative, 1e-4],
          [journey.attentionSize, run['attention output norm [layer][position]'], relative, 1e-4],
          [journey.feedForwardSize, run['feed-forward output norm [layer][position]'], relative, 1e-4],
          [journey.angleToInput, run['angle residual to own input vector, degrees [layer][position]'], absolute, 0.01],
          [journey.angleToPredicted, turned, absolute, 0.01],
        ] as const) {
          expect(found).toHaveLength(grid.length);
          found.forEach((value, layer) =>
            expect(deviation(value, grid[layer]?.[position] ?? NaN), `${value} at layer ${layer}`).toBeLessThan(
              allowed,
            ),
          );
        }
        expect(totalPush(journey.push) / journey.logit).toBeCloseTo(1, 4);
        expect(journey.inputDeviation).toBe(0);
        expect(journey.next?.id ?? null).toBe(run.ids[position + 1] ?? null);
      }
    },
  );

  it('takes apart the logit of any token, and finds the first position to be a sink', async () => {
    const engine = await defaultEngine();
    const text = 'The capital of France is';
    const last = await engine.journey({ text, position: 4, output: 260 });
    expect(last.output.id).toBe(260);
    expect(totalPush(last.push) / last.logit).toBeCloseTo(1, 4);
    const first = await engine.journey({ text, position: 0 });
    expect((first.sink?.here ?? 0) / (first.sink?.others ?? 1)).toBeGreaterThan(20);
    expect((await engine.journey({ text: 'The', position: 0 })).sink).toBeNull();
    await expect(engine.journey({ text, position: 5 })).rejects.toThrow(/position is 5/);
  });
});

describe('the lens', () => {
  const compared = reference.runs.flatMap((run) =>
    run['lens top 3 [layer][position]'] ? [[run.text, run, run['lens top 3 [layer][position]']] as const] : [],
  );

  it('is known of two texts', () => expect(compared).toHaveLength(2));

  it.each(sampled(compared.slice(0, 1), compared))(
    'of %j is that of the reference at every layer and position',
    async (text, { ids }, expected) => {
      const engine = await defaultEngine();
      const { rows } = await engine.lens({ text, first: 0, count: 31, top: 4 });
      expect(rows).toHaveLength(expected.length);
      expected.forEach((cells, layer) => {
        expect(cells).toHaveLength(ids.length);
        cells.forEach((top, position) => {
          const found = rows[layer]?.[position]?.top ?? [];
          top.forEach(([id, name, probability], place) => {
            const own = found[place];
            const where = `layer ${layer}, position ${position}, place ${place + 1}, ${name}`;
            expect(Math.abs((own?.probability ?? NaN) - probability), where).toBeLessThanOrEqual(2e-4);
            if (own?.token.id === id) return;
            // Another token may stand here only where the two are a tie, that is as probable as each other within 1e-5.
            const other = found.find(({ token }) => token.id === id);
            expect(
              Math.abs((other?.probability ?? NaN) - (own?.probability ?? NaN)) / probability,
              where,
            ).toBeLessThanOrEqual(1e-5);
          });
        });
      });
    },
  );

  it('gives the layers that were asked for, and refuses others', async () => {
    const engine = await defaultEngine();
    const text = 'The capital of France is';
    const { first, rows } = await engine.lens({ text, first: 0, count: 2, top: 1 });
    expect([first, rows.length, rows[0]?.length]).toEqual([0, 2, 5]);
    // Before the first layer the likeliest next token is the token itself.
    expect(rows[0]?.[0]?.top[0]?.token.text).toBe('The');
    await expect(engine.lens({ text, first: 30, count: 2, top: 1 })).rejects.toThrow(/residuals is 30 to 31/);
  });

  it('gives way to the run of another text', async () => {
    const engine = await defaultEngine();
    const lens = engine.lens({ text: 'The capital of France is', first: 0, count: 31, top: 3 });
    const run = engine.run({ text: 'Another text' });
    await expect(lens).rejects.toSatisfy(isCancelled);
    expect((await run).length).toBe(2);
  });
});

describe('the vocabulary around an axis', () => {
  it.each([false, true])('has the products and sizes that its lists have, centred: %s', async (centred) => {
    const engine = await defaultEngine();
    const scope = await engine.scope({ axis: { kind: 'token', id: 7042 }, centred, count: 10 });
    const { neighbours } = { neighbours: await engine.neighbours({ id: 7042, centred, count: 10 }) };
    expect(scope.nearest).toEqual(neighbours.lists);
    for (const { token, values, angle } of [...scope.nearest.euclidean, ...scope.nearest.dot]) {
      const [dot, size] = [scope.dots[token.id] as number, scope.sizes[token.id] as number];
      expect(dot).toBeCloseTo(values.dot, 3);
      expect(dot / (scope.size * size)).toBeCloseTo(Math.cos((angle * Math.PI) / 180), 4);
    }
  });

  it('may be a residual: after the last layer it is h', async () => {
    const engine = await defaultEngine();
    const text = 'The capital of France is';
    const run = await engine.run({ text });
    const scope = await engine.scope({
      axis: { kind: 'residual', text: { text }, position: 4, layer: 30 },
      centred: false,
      count: 3,
    });
    expect(scope.size).toBeCloseTo(run.hiddenSize[4] ?? NaN, 4);
    expect(scope.nearest.dot[0]?.token.text).toBe(' Paris');
    await expect(
      engine.scope({ axis: { kind: 'residual', text: { text }, position: 4, layer: 31 }, centred: false, count: 3 }),
    ).rejects.toThrow(/residual is 31/);
  });
});
