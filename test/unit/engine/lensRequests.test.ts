import { beforeAll, describe, expect, it } from 'vitest';
import type { LocalEngine } from '../../../src/engine/localEngine';
import { loadedFamily } from '../support/families';

// Of a model with six layers.
const text = 'The capital of France is';
let engine: LocalEngine;
beforeAll(async () => void ({ engine } = await loadedFamily('llama-3')));

describe('the lens', () => {
  it('has rows between attention and feed-forward that any positions and layers give alike', async () => {
    const after = 'attention';
    const whole = await engine.lens({ text, after, first: 1, count: 6, top: 2 });
    expect([whole.first, whole.rows.length, whole.rows[0]?.length]).toEqual([1, 6, 5]);
    const part = await engine.lens({ text, after, first: 3, count: 3, top: 2, positions: { from: 2, to: 4 } });
    expect(part.rows).toEqual(whole.rows.slice(2, 5).map((row) => row.slice(2, 4)));
    // The first layer's attention adds to the token itself, and no row is a residual.
    const layers = await engine.lens({ text, first: 1, count: 6, top: 2 });
    expect(whole.rows).not.toEqual(layers.rows);
  });

  it('has them in a text whose positions do not all run again at once', async () => {
    const long = {
      text: 'a b c d e '.repeat(12),
      after: 'attention',
      first: 6,
      count: 1,
      top: 1,
    } as const;
    const whole = await engine.lens(long);
    expect(whole.rows[0]?.length).toBeGreaterThan(90);
    const part = await engine.lens({ ...long, positions: { from: 60, to: 70 } });
    expect(part.rows[0]).toEqual(whole.rows[0]?.slice(60, 70));
  });

  it('diverges least at the end, where it is the prediction', async () => {
    const { rows } = await engine.divergence({ text, first: 0, count: 7 });
    expect(rows).toHaveLength(7);
    expect([...(rows[6] ?? [])]).toEqual([0, 0, 0, 0, 0]);
    for (const row of rows.slice(0, 6)) expect([...row].every((bits) => bits > 0)).toBe(true);
    const part = await engine.divergence({ text, first: 3, count: 2, positions: { from: 3, to: 5 } });
    expect(part.rows).toEqual(rows.slice(3, 5).map((row) => row.slice(3, 5)));
  });

  it('tells progress up to the whole', async () => {
    const fractions: number[] = [];
    await engine.divergence(
      { text, first: 0, count: 7 },
      { onProgress: ({ stage, fraction }) => stage === 'lens' && fractions.push(fraction) },
    );
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('names the tokens that lead: the first of each row is there with rank 1', async () => {
    const position = 4;
    const { rows: cells } = await engine.lens({ text, first: 0, count: 7, top: 1 });
    const { rows, tokens } = await engine.leaders({ text, position });
    expect(rows.map(({ layer, after }) => [layer, after])).toEqual(Array.from({ length: 7 }, (_, l) => [l, 'layer']));
    const firsts = cells.map((row) => row[position]?.top[0]);
    expect(new Set(tokens.map(({ token }) => token.id))).toEqual(new Set(firsts.map((first) => first?.token.id)));
    firsts.forEach((first, row) => {
      const leader = tokens.find(({ token }) => token.id === first?.token.id);
      expect(leader?.rank[row]).toBe(1);
      expect(leader?.probability[row]).toBeCloseTo(first?.probability ?? NaN, 6);
      expect(tokens.filter(({ rank }) => rank[row] === 1)).toHaveLength(1);
    });
  });

  it('is cancelled by its signal and by a new run', async () => {
    await engine.run({ text });
    const abort = new AbortController();
    const asked = engine.divergence({ text, first: 0, count: 7 }, { signal: abort.signal });
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    const [older, newer] = [engine.divergence({ text, first: 0, count: 7 }), engine.run({ text: 'The' })];
    await expect(older).rejects.toMatchObject({ code: 'cancelled' });
    await expect(newer).resolves.toMatchObject({ length: 1 });
  });

  it.each([
    [{ after: 'attention', first: 0, count: 1 }, /residuals is 0 to 0. Give 1 to 6/],
    [{ after: 'attention', first: 6, count: 2 }, /residuals is 6 to 7/],
    [{ first: 0, count: 8 }, /residuals is 0 to 7/],
    [{ first: 0, count: 0 }, /residuals is 0 to -1/],
    [{ first: 0.5, count: 1 }, /residuals is 0\.5/],
    [{ first: 0, count: 1, positions: { from: 4, to: 6 } }, /positions is 4 to 5. Give 0 to 4/],
  ] as const)('%j is refused', async (request, message) => {
    const refused = { code: 'bad-request', message: expect.stringMatching(message) as string };
    await expect(engine.divergence({ text, ...request })).rejects.toMatchObject(refused);
    await expect(engine.lens({ text, top: 1, ...request })).rejects.toMatchObject(refused);
  });

  it('has no leaders where there is no position', async () => {
    for (const position of [-1, 5, 0.5, NaN])
      await expect(engine.leaders({ text, position })).rejects.toMatchObject({
        code: 'bad-request',
        message: `position is ${position}. Give 0 to 4.`,
      });
  });
});

describe('the dimensions of a residual', () => {
  it('are all there if all are asked for', async () => {
    const { largest } = await engine.dimensions({ text, position: 4, layer: 6, count: 1000 });
    expect(largest).toHaveLength(24);
    expect(largest.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it.each([
    [{ position: 5, layer: 0, count: 5 }, /position is 5. Give 0 to 4/],
    [{ position: NaN, layer: 0, count: 5 }, /position is NaN/],
    [{ position: 0, layer: 7, count: 5 }, /residual is 7. Give 0 to 6/],
    [{ position: 0, layer: -1, count: 5 }, /residual is -1/],
    [{ position: 0, layer: 0, count: 0 }, /count is 0/],
    [{ position: 0, layer: 0, count: 1001 }, /count is 1001/],
  ])('%j is refused', async (request, message) => {
    await expect(engine.dimensions({ text, ...request })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringMatching(message) as string,
    });
  });
});
