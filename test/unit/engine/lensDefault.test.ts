import { describe, expect, it } from 'vitest';
import { defaultEngine } from '../support/engine';
import { reference } from '../support/reference';

const text = 'The capital of France is';

describe('the lens of the default model', () => {
  it('has rows between attention and feed-forward that any positions and layers give alike', async () => {
    const engine = await defaultEngine();
    const after = 'attention';
    const whole = await engine.lens({ text, after, first: 1, count: 30, top: 2 });
    expect([whole.first, whole.rows.length, whole.rows[0]?.length]).toEqual([1, 30, 5]);
    const part = await engine.lens({ text, after, first: 12, count: 3, top: 2, positions: { from: 2, to: 4 } });
    expect(part.rows).toEqual(whole.rows.slice(11, 14).map((row) => row.slice(2, 4)));
    // The first layer's attention adds to the token itself, and no row is a residual.
    const layers = await engine.lens({ text, first: 1, count: 30, top: 2 });
    expect(whole.rows).not.toEqual(layers.rows);
  });

  it('has them in a text whose positions do not all run again at once', async () => {
    const engine = await defaultEngine();
    const long = {
      text: 'one two three four five '.repeat(20),
      after: 'attention',
      first: 30,
      count: 1,
      top: 1,
    } as const;
    const whole = await engine.lens(long);
    expect(whole.rows[0]?.length).toBeGreaterThan(90);
    const part = await engine.lens({ ...long, positions: { from: 60, to: 70 } });
    expect(part.rows[0]).toEqual(whole.rows[0]?.slice(60, 70));
  });

  it('diverges least at the end, where it is the prediction', async () => {
    const engine = await defaultEngine();
    const { rows } = await engine.divergence({ text, first: 0, count: 31 });
    expect(rows).toHaveLength(31);
    expect([...(rows[30] ?? [])]).toEqual([0, 0, 0, 0, 0]);
    for (const row of rows.slice(0, 30)) expect([...row].every((bits) => bits > 0)).toBe(true);
    const part = await engine.divergence({ text, first: 7, count: 2, positions: { from: 3, to: 5 } });
    expect(part.rows).toEqual(rows.slice(7, 9).map((row) => row.slice(3, 5)));
  });

  it('tells progress up to the whole', async () => {
    const engine = await defaultEngine();
    const fractions: number[] = [];
    await engine.divergence(
      { text, first: 0, count: 31 },
      { onProgress: ({ stage, fraction }) => stage === 'lens' && fractions.push(fraction) },
    );
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('names the tokens that lead: the first of each row is there with rank 1', async () => {
    const engine = await defaultEngine();
    const position = 4;
    const { rows: cells } = await engine.lens({ text, first: 0, count: 31, top: 1 });
    const { rows, tokens } = await engine.leaders({ text, position });
    expect(rows.map(({ layer, after }) => [layer, after])).toEqual(Array.from({ length: 31 }, (_, l) => [l, 'layer']));
    const firsts = cells.map((row) => row[position]?.top[0]);
    expect(new Set(tokens.map(({ token }) => token.id))).toEqual(new Set(firsts.map((first) => first?.token.id)));
    firsts.forEach((first, row) => {
      const leader = tokens.find(({ token }) => token.id === first?.token.id);
      expect(leader?.rank[row]).toBe(1);
      expect(leader?.probability[row]).toBeCloseTo(first?.probability ?? NaN, 6);
      expect(tokens.filter(({ rank }) => rank[row] === 1)).toHaveLength(1);
    });
    const run = reference.runs.find((known) => known.text === text);
    expect(tokens.at(-1)?.token.id).toBe(run?.['top 3 [position]'][position]?.[0]?.[0]);
  });

  it('of one token has one column', async () => {
    const engine = await defaultEngine();
    const one = { text: 'The', first: 1, count: 30 };
    expect((await engine.lens({ ...one, after: 'attention', top: 1 })).rows.map((row) => row.length)).toEqual(
      Array.from({ length: 30 }, () => 1),
    );
    expect((await engine.divergence(one)).rows.map((row) => row.length)).toEqual(Array.from({ length: 30 }, () => 1));
    expect((await engine.leaders({ text: 'The', position: 0, between: true })).rows).toHaveLength(61);
  });

  it('is cancelled by its signal and by a new run', async () => {
    const engine = await defaultEngine();
    await engine.run({ text });
    const abort = new AbortController();
    const asked = engine.divergence({ text, first: 0, count: 31 }, { signal: abort.signal });
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    const [older, newer] = [engine.divergence({ text, first: 0, count: 31 }), engine.run({ text: 'The' })];
    await expect(older).rejects.toMatchObject({ code: 'cancelled' });
    await expect(newer).resolves.toMatchObject({ length: 1 });
  });

  it.each([
    [{ after: 'attention', first: 0, count: 1 }, /after attention in layers -1 to -1 .* has the layers 0 to 29/],
    [{ after: 'attention', first: 30, count: 2 }, /after attention in layers 29 to 30/],
    [{ first: 0, count: 32 }, /Residuals 0 to 31/],
    [{ first: 0, count: 0 }, /Residuals 0 to -1/],
    [{ first: 0.5, count: 1 }, /Residuals 0\.5/],
    [{ first: 0, count: 1, positions: { from: 4, to: 6 } }, /Positions 4 to 5 .* has 5/],
  ] as const)('%j is refused', async (request, message) => {
    const engine = await defaultEngine();
    const refused = { code: 'bad-request', message: expect.stringMatching(message) as string };
    await expect(engine.divergence({ text, ...request })).rejects.toMatchObject(refused);
    await expect(engine.lens({ text, top: 1, ...request })).rejects.toMatchObject(refused);
  });

  it('has no leaders where there is no position', async () => {
    const engine = await defaultEngine();
    for (const position of [-1, 5, 0.5, NaN])
      await expect(engine.leaders({ text, position })).rejects.toMatchObject({
        code: 'bad-request',
        message: `There is no position ${position}; the text has 5 that were run.`,
      });
  });
});

describe('the dimensions of a residual', () => {
  it('carry its square: at the first position one dimension carries nearly all', async () => {
    const engine = await defaultEngine();
    const { size, median, largest } = await engine.dimensions({ text, position: 0, layer: 15, count: 5 });
    const run = reference.runs.find((known) => known.text === text);
    expect(size / (run?.['residual norm [layer][position]'][15]?.[0] ?? NaN)).toBeCloseTo(1, 4);
    expect(largest).toHaveLength(5);
    const [first] = largest;
    expect(Math.abs(first?.value ?? 0)).toBeGreaterThan(100 * median);
    expect(first?.share).toBeGreaterThan(0.9);
    for (const { value, share } of largest) expect(share).toBeCloseTo((value / size) ** 2, 6);
  });

  it('are all there if all are asked for', async () => {
    const engine = await defaultEngine();
    const { largest } = await engine.dimensions({ text, position: 4, layer: 30, count: 1000 });
    expect(largest).toHaveLength(576);
    expect(largest.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it.each([
    [{ position: 5, layer: 0, count: 5 }, /no position 5; the text has 5/],
    [{ position: NaN, layer: 0, count: 5 }, /no position NaN/],
    [{ position: 0, layer: 31, count: 5 }, /no residual 31; the model has 0 to 30/],
    [{ position: 0, layer: -1, count: 5 }, /no residual -1/],
    [{ position: 0, layer: 0, count: 0 }, /0 entries were requested/],
    [{ position: 0, layer: 0, count: 1001 }, /1001 entries were requested/],
  ])('%j is refused', async (request, message) => {
    const engine = await defaultEngine();
    await expect(engine.dimensions({ text, ...request })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringMatching(message) as string,
    });
  });
});
