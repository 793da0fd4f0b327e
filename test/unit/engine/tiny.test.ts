import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { totalPush } from '../../../src/engine/analysis/push';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import { experiments, type LabRequest, type LabResult } from '../../../src/shared/lab';
import { defaultEngine, modelPath } from '../support/engine';
import type { GgufTensor } from '../support/ggufWriter';
import { letters, tinyDimensions, writeTinyModel, type TinyModel } from '../support/tinyModel';

// Small models of random weights: what the default model never has.

const open: { readonly engine: LocalEngine; readonly folder: string }[] = [];
afterEach(async () => {
  for (const { engine, folder } of open.splice(0)) {
    await engine.close();
    rmSync(folder, { recursive: true });
  }
});

async function load(model: TinyModel = {}): Promise<LocalEngine> {
  const { path, folder } = writeTinyModel(model);
  const engine = localEngine();
  open.push({ engine, folder });
  await engine.load({ path });
  return engine;
}

const id = (letter: string) => letters.indexOf(letter);
const requests = (text: string, k: number): LabRequest[] => [
  { name: 'rulers', options: { id: 0, k, sample: 5 } },
  { name: 'one-length', options: { id: 0, k, sample: 5 } },
  { name: 'round-trip', options: {} },
  { name: 'target-size', options: { directions: 100, seed: 1 } },
  { name: 'softmax-shift', options: { text, size: 1, seed: 1 } },
  { name: 'length', options: { text } },
  { name: 'between', options: { from: 0, to: 1, steps: 3, text } },
  { name: 'tied', options: {} },
  { name: 'extremes', options: {} },
  { name: 'untrained', options: { from: 1, to: 2 } },
];

async function result<N extends LabResult['name']>(engine: LocalEngine, request: Extract<LabRequest, { name: N }>) {
  return (await engine.lab(request)).result as Extract<LabResult, { name: N }>['result'];
}

/** Every number of a value, wherever it stands. */
const numbers = (value: unknown): number[] =>
  typeof value === 'number'
    ? [value]
    : value !== null && typeof value === 'object'
      ? Object.values(value).flatMap(numbers)
      : [];

describe('a model with one layer', () => {
  it('has a journey of two residuals whose pushes add up, and a lens of two rows', async () => {
    const engine = await load({ layers: 1 });
    const text = 'that';
    const journey = await engine.journey({ text, position: 2 });
    expect([journey.residualSize.length, journey.attentionSize.length, journey.push.feedForward.length]).toEqual([
      2, 1, 1,
    ]);
    expect(totalPush(journey.push)).toBeCloseTo(journey.logit, 4);
    const { rows } = await engine.lens({ text, first: 0, count: 2, top: 3 });
    expect(rows.map((row) => row.length)).toEqual([4, 4]);
    // After the last layer the lens is the prediction.
    expect(rows[1]?.[2]?.top[0]?.token.id).toBe(journey.predicted.id);
    await expect(engine.lens({ text, first: 1, count: 2, top: 3 })).rejects.toThrow(/Give 0 to 1/);
  });
});

describe('a layer whose feed-forward adds nothing', () => {
  it('has no angle between its parts, which is null and no NaN, in JSON as before it', async () => {
    const name = 'blk.0.ffn_down.weight';
    const zeros: GgufTensor = {
      name,
      dimensions: [64, tinyDimensions],
      type: 0,
      data: new Uint8Array(4 * 64 * tinyDimensions),
    };
    const engine = await load({ more: [zeros], less: [name] });
    const journey = await engine.journey({ text: 'that', position: 1 });
    expect(journey.feedForwardSize[0]).toBe(0);
    expect(journey.partsAngle).toEqual([null, expect.any(Number)]);
    expect(JSON.parse(JSON.stringify(journey))).toEqual(journey);
  });
});

describe('a vocabulary smaller than every list', () => {
  it.each([letters, ['T', 'h', 'e', 'a', '<s>']])('of %s gives what it has', async (...tokens) => {
    const engine = await load({ tokens });
    const all = tokens.length;
    const text = 'The';
    const { rows } = await engine.lens({ text, first: 0, count: 3, top: 20 });
    for (const { top, rank } of rows.flat()) {
      expect(new Set(top.map(({ token }) => token.id)).size).toBe(all);
      expect(top.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
      if (rank !== null) expect(rank).toBeLessThanOrEqual(all);
    }
    expect((await engine.neighbours({ id: 0, count: 50, centred: true })).lists.dot).toHaveLength(all);
    const scope = await engine.scope({ axis: { kind: 'token', id: 0 }, centred: true, count: 50 });
    expect([scope.dots.length, scope.nearest.cosine.length]).toEqual([all, all]);
    expect((await engine.journey({ text, position: 0 })).residualSize).toHaveLength(3);
  });

  it('does every experiment, and refuses a list longer than itself', async () => {
    const engine = await load();
    expect(requests('The', 5).map(({ name }) => name)).toEqual([...experiments]);
    for (const request of requests('The', 5))
      expect(
        numbers((await engine.lab(request)).result).filter((value) => !Number.isFinite(value)),
        request.name,
      ).toEqual([]);
    await expect(engine.lab({ name: 'rulers', options: { id: 0, k: letters.length + 1, sample: 0 } })).rejects.toThrow(
      new RegExp(`Give 1 to ${letters.length}`),
    );
    await expect(engine.lab({ name: 'round-trip', options: { sample: letters.length + 1 } })).rejects.toThrow(
      /sample is/,
    );
  });
});

describe('a row of zeros and rows that are equal', () => {
  const odd = (row: (id: number) => Float32Array) => {
    row(id('h')).fill(0);
    row(id('p')).set(row(id('a')));
    row(id('l')).set(row(id('a')));
  };

  it('are loaded, inspected and experimented on', async () => {
    const engine = await load({ change: odd });
    const text = 'that pal';
    const inspection = await engine.inspect({ text, neighbours: 5, top: 5, layers: true, centred: false });
    expect(inspection.tokens.map(({ id: token }) => token)).toContain(id('h'));
    const run = await engine.run({ text });
    expect([...run.entropy].every((bits) => bits >= 0)).toBe(true);
    for (const request of requests(text, 5))
      await expect(engine.lab(request)).resolves.toMatchObject({ name: request.name });
  });

  it('come back or not as they must: of equal rows the first alone, a row of zeros by distance', async () => {
    const engine = await load({ change: odd });
    const { misses, tried } = await result(engine, { name: 'round-trip', options: {} });
    expect(tried).toBe(letters.length);
    // A row of zeros has the cosine 0 with every row, and the first row wins.
    expect([misses.raw.euclidean, misses.raw.cosine]).toEqual([2, 3]);
    expect(misses.raw.dot).toBeGreaterThanOrEqual(3);
    const { duplicates, shortest } = await result(engine, { name: 'extremes', options: {} });
    expect(duplicates).toEqual([[id('a'), id('p'), id('l')].sort((a, b) => a - b)]);
    expect(shortest[0]).toMatchObject({ id: id('h'), value: 0 });
    const { gainFolded } = await result(engine, { name: 'tied', options: {} });
    expect(Number.isFinite(gainFolded?.angle.mean)).toBe(true);
  });

  it('have journeys and walks: an angle with a row of zeros is unknown, not wrong', async () => {
    const engine = await load({ change: odd });
    const journey = await engine.journey({ text: 'that', position: 1 });
    expect(journey.input.id).toBe(id('h'));
    expect(journey.angleToInput.every(Number.isNaN)).toBe(true);
    expect(totalPush(journey.push)).toBeCloseTo(journey.logit, 4);
    expect((await engine.journey({ text: 'that', position: 0, output: id('h') })).logit).toBe(0);

    for (const [from, to] of [
      ['h', 'a'],
      ['a', 'p'],
      ['a', 'h'],
    ] as const) {
      const { steps } = await result(engine, {
        name: 'between',
        options: { from: id(from), to: id(to), steps: 3, text: 'that' },
      });
      for (const { straight, sphere } of steps) {
        expect(sphere.size).toBeCloseTo(straight.size, 10);
        for (const point of [straight, sphere]) expect(numbers(point).every(Number.isFinite)).toBe(true);
      }
      expect(steps[2]?.straight.nearest.euclidean[0]?.value).toBeCloseTo(0, 6);
    }
  });

  it('may be an axis', async () => {
    const engine = await load({ change: odd });
    const scope = await engine.scope({ axis: { kind: 'token', id: id('h') }, centred: false, count: 5 });
    expect(scope.size).toBe(0);
    expect(Array.from(scope.dots).every((value) => value === 0)).toBe(true);
    expect(scope.nearest.euclidean[0]).toMatchObject({ token: { id: id('h') }, values: { euclidean: 0, cosine: 0 } });
  });
});

describe('a text of one token', () => {
  it('has a journey, a lens and a walk', async () => {
    const engine = await defaultEngine();
    const text = 'The';
    const journey = await engine.journey({ text, position: 0 });
    expect([journey.sink, journey.next, journey.angleToNext]).toEqual([null, null, null]);
    expect(totalPush(journey.push) / journey.logit).toBeCloseTo(1, 4);
    const { rows } = await engine.lens({ text, first: 0, count: 31, top: 3 });
    expect(rows.map((row) => row.length)).toEqual(new Array(31).fill(1));
    expect(rows.every(([cell]) => cell?.rank === null)).toBe(true);
    const { steps } = await result(engine, { name: 'between', options: { from: 504, to: 378, steps: 2, text } });
    const plain = (await engine.run({ text })).likeliest[0]?.[0];
    expect(steps[0]?.straight.predicted[0]).toMatchObject({
      id: plain?.token.id,
      value: expect.closeTo(plain?.probability ?? 0, 4) as number,
    });
  });
});

describe('positions of a lens', () => {
  const text = 'The capital of France is';

  it('are those asked for, and the same as in the whole', async () => {
    const engine = await defaultEngine();
    const whole = await engine.lens({ text, first: 3, count: 2, top: 3 });
    const part = await engine.lens({ text, first: 3, count: 2, top: 3, positions: { from: 1, to: 3 } });
    expect(part.rows.map((row) => row.map(({ top, rank }) => [top.map(({ token }) => token.id), rank]))).toEqual(
      whole.rows.map((row) => row.slice(1, 3).map(({ top, rank }) => [top.map(({ token }) => token.id), rank])),
    );
    const last = await engine.lens({ text, first: 30, count: 1, top: 1, positions: { from: 4, to: 5 } });
    expect(last.rows[0]).toMatchObject([{ top: [{ token: { text: ' Paris' } }], rank: null }]);
  });

  it.each([
    [-1, 2],
    [0, 6],
    [2, 2],
    [3, 2],
    [0.5, 2],
    [0, NaN],
  ])('from %d to %d are refused', async (from, to) => {
    const engine = await defaultEngine();
    await expect(engine.lens({ text, first: 0, count: 1, top: 1, positions: { from, to } })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('Give 0 to 4') as string,
    });
  });

  it('end where the run does', async () => {
    const engine = await defaultEngine();
    await expect(
      engine.lens({ text, limit: 3, first: 0, count: 1, top: 1, positions: { from: 2, to: 4 } }),
    ).rejects.toThrow(/Give 0 to 2/);
    const { rows } = await engine.lens({ text, limit: 3, first: 30, count: 1, top: 1 });
    // What follows the last position that was run is known all the same.
    expect(rows[0]?.map(({ rank }) => rank !== null)).toEqual([true, true, true]);
  });
});

describe('the names of the vocabulary', () => {
  it('are the bytes, kinds and sizes of every token', async () => {
    const { path, folder, matrix } = writeTinyModel();
    const engine = localEngine();
    open.push({ engine, folder });
    await engine.load({ path });
    const { first, bytes, ends, special, sizes } = await engine.vocabulary({ first: 0, count: letters.length });
    const spelled = letters.map((_, i) => Buffer.from(bytes.subarray(ends[i - 1] ?? 0, ends[i])).toString());
    expect([first, spelled]).toEqual([0, letters.map((letter) => letter.replace('Ġ', ' '))]);
    expect(Array.from(special)).toEqual(letters.map((letter) => Number(letter === '<s>')));
    sizes.forEach((size, i) =>
      expect(size).toBeCloseTo(Math.hypot(...matrix.subarray(i * tinyDimensions, (i + 1) * tinyDimensions)), 5),
    );
  });

  it('of a part of the default model are those of the tokens one by one', async () => {
    const engine = await defaultEngine();
    const range = { first: 49_140, count: 12 };
    const whole = await engine.vocabulary({ first: 0, count: 49_152 });
    const { first, bytes, ends, special, sizes } = await engine.vocabulary(range);
    expect([first, ends.length, special.length, sizes.length]).toEqual([49_140, 12, 12, 12]);
    expect([ends.at(-1), whole.ends.length]).toEqual([bytes.length, 49_152]);
    for (let i = 0; i < range.count; i++) {
      const { token } = await engine.token(first + i);
      expect(Array.from(bytes.subarray(ends[i - 1] ?? 0, ends[i]))).toEqual(token.bytes);
      expect(Array.from(whole.bytes.subarray(whole.ends[first + i - 1], whole.ends[first + i]))).toEqual(token.bytes);
      expect([special[i], whole.special[first + i]]).toEqual([Number(token.special), Number(token.special)]);
      expect([sizes[i], whole.sizes[first + i]]).toEqual([Math.fround(token.size), Math.fround(token.size)]);
    }
    expect(Array.from(whole.special.subarray(0, 17)).filter(Boolean)).toHaveLength(17);
  });

  it.each([
    [0, 0, /count is 0/],
    [0, -3, /count is -3/],
    [0, 1.5, /count is 1\.5/],
    [0, NaN, /count is NaN/],
    [-1, 2, /no token -1/],
    [0.5, 1, /no token 0.5/],
    [49_152, 1, /no token 49152/],
    [49_000, 153, /no token 49152/],
    [0, Infinity, /count is Infinity/],
  ])('from %d on, %d of them, are refused', async (first, count, sentence) => {
    const engine = await defaultEngine();
    await expect(engine.vocabulary({ first, count })).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringMatching(sentence) as string,
    });
  });
});

describe('an experiment while the model goes', () => {
  const underWay = async (engine: LocalEngine) => {
    let lab: Promise<LabResult> | undefined;
    await new Promise<void>((resolve) => {
      lab = engine.lab(
        { name: 'target-size', options: { directions: 1_000_000, seed: 1 } },
        { onProgress: () => resolve() },
      );
      lab.catch(() => undefined);
    });
    return { lab: lab as Promise<LabResult> };
  };

  it('is cancelled by another model, which then works', async () => {
    const engine = await load();
    const other = writeTinyModel({ seed: 2, tokens: ['T', 'h', 'e', 'a', '<s>'] });
    const { lab } = await underWay(engine);
    const loading = engine.load({ path: other.path });
    await expect(lab).rejects.toMatchObject({ code: 'cancelled' });
    await expect(loading).resolves.toMatchObject({ vocabulary: 5 });
    expect((await result(engine, { name: 'round-trip', options: {} })).vocabulary).toBe(5);
    rmSync(other.folder, { recursive: true });
  });

  it('is cancelled by an unload, and the next load is as good as the first', async () => {
    const engine = await load();
    const { lab } = await underWay(engine);
    const closing = engine.close();
    await expect(lab).rejects.toMatchObject({ code: 'cancelled' });
    await closing;
    await expect(engine.lab({ name: 'tied', options: {} })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(engine.load({ path: modelPath })).resolves.toMatchObject({ vocabulary: 49_152 });
    await expect(engine.lab({ name: 'round-trip', options: { sample: 64 } })).resolves.toMatchObject({
      result: { tried: 64 },
    });
  });

  it('that was asked for while the model was still loading belongs to that model', async () => {
    const { path, folder } = writeTinyModel();
    const engine = localEngine();
    open.push({ engine, folder });
    const loading = engine.load({ path });
    const lab = result(engine, { name: 'round-trip', options: {} });
    await loading;
    expect((await lab).vocabulary).toBe(letters.length);
  });
});

describe('a row of zeros', () => {
  it('has no angle, and no token is named twice in its place', async () => {
    const engine = await load({ change: (row) => row(3).fill(0) });
    const ids = (await result(engine, { name: 'tied', options: {} })).gainFolded?.most.map(({ id: one }) => one) ?? [];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
