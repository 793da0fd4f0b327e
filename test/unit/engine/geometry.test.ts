import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/localEngine';
import { machineMemory } from '../../../src/engine/model/memory';
import type { Experiment, LabRequest } from '../../../src/shared/lab';
import { neighbourSpaces } from '../../../src/shared/sides';
import { modelPath, inFileOnly } from '../support/engine';
import { text, type GgufTensor } from '../support/ggufWriter';
import { letters, tinyDimensions, writeTinyModel, type TinyModel } from '../support/tinyModel';

// Models of which the tokenizer and the two matrices alone are loaded.

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

function written(model: TinyModel): string {
  const { path, folder } = writeTinyModel(model);
  folders.push(folder);
  return path;
}

const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** A type that is known but not read. */
const f64 = (name: string, columns: number, rows: number): GgufTensor => ({
  name,
  dimensions: [columns, rows],
  type: 28,
  data: new Uint8Array(8 * columns * rows),
});

const other = (embedding: Float32Array) => embedding.map((value, i) => value * (1 + (i % 7)));
/** A request for each experiment, and whether it runs the layers. */
const labRequests: { readonly [E in Experiment]: { readonly run: boolean; readonly request: LabRequest<E> } } = {
  rulers: { run: false, request: { name: 'rulers', options: { id: 3, k: 5, sample: 4 } } },
  'one-length': { run: false, request: { name: 'one-length', options: { id: 3, k: 5, sample: 4 } } },
  'round-trip': { run: false, request: { name: 'round-trip', options: {} } },
  'target-size': { run: false, request: { name: 'target-size', options: { directions: 50, seed: 1 } } },
  'softmax-shift': { run: true, request: { name: 'softmax-shift', options: { text: 'The', size: 1, seed: 1 } } },
  length: { run: true, request: { name: 'length', options: { text: 'The' } } },
  between: { run: true, request: { name: 'between', options: { text: 'The', from: 0, to: 1, steps: 2 } } },
  tied: { run: false, request: { name: 'tied', options: {} } },
  extremes: { run: false, request: { name: 'extremes', options: {} } },
  untrained: { run: false, request: { name: 'untrained', options: { from: 1, to: 2 } } },
};
const requestsOf = (run: boolean): readonly LabRequest[] =>
  Object.values(labRequests).flatMap((one) => (one.run === run ? [one.request] : []));

describe.each([
  ['rows in memory', machineMemory],
  ['rows in the file', inFileOnly],
])('a model of a family that is not known, searched as %s', (_, memory) => {
  const path = written({ family: 'wonder', output: other });
  const engine = localEngine(memory);
  /** The same rows under a family that is known. */
  const known = localEngine(memory);
  beforeAll(async () => {
    await engine.load({ path, geometryOnly: true, threads: 1 });
    await known.load({ path: written({ output: other }), threads: 1 });
  });
  afterAll(() => Promise.all([engine.close(), known.close()]));

  it('is named as it names itself, and has no layers', async () => {
    const info = await engine.load({ path, geometryOnly: true, threads: 1 });
    expect(info).toMatchObject({
      architecture: 'wonder',
      trunk: null,
      tied: false,
      dimensions: tinyDimensions,
      vocabulary: letters.length,
    });
    expect(info.checks.map(({ what }) => what.message)).toEqual([
      'a row read plainly is the row that is searched',
      'an input row read plainly is the row that is searched',
    ]);
    for (const { deviation, allowed } of info.checks) expect(deviation).toBeLessThanOrEqual(allowed);
  });

  it('has all that the known one has of it: tokens, neighbours, places, the picture, names', async () => {
    expect(await engine.tokenise({ text: 'The cat' })).toEqual(await known.tokenise({ text: 'The cat' }));
    for (const space of neighbourSpaces)
      for (const centred of [false, true])
        expect(await engine.neighbours({ id: 3, count: 8, centred, space })).toEqual(
          await known.neighbours({ id: 3, count: 8, centred, space }),
        );
    const { ownRank, token } = await engine.token(3);
    const facts = await known.token(3);
    expect(token).toEqual(facts.token);
    expect(ownRank).toEqual({ raw: facts.ownRank.raw, centred: facts.ownRank.centred });
    for (const side of ['input', 'output'] as const)
      expect(await engine.scope({ axis: { kind: 'token', id: 3, side }, centred: true, count: 5 })).toEqual(
        await known.scope({ axis: { kind: 'token', id: 3, side }, centred: true, count: 5 }),
      );
    expect(await engine.find({ query: 'a', count: 3 })).toEqual(await known.find({ query: 'a', count: 3 }));
    expect(await engine.vocabulary({ first: 0, count: 5 })).toEqual(await known.vocabulary({ first: 0, count: 5 }));
    const request = { text: 'The cat', neighbours: 4, top: 0, layers: false, centred: false };
    const { tokens, neighbours, model } = await engine.inspect(request);
    expect({ tokens, neighbours }).toEqual({
      tokens: (await known.inspect(request)).tokens,
      neighbours: (await known.inspect(request)).neighbours,
    });
    expect(model).toMatchObject({ architecture: 'wonder', layers: null });
  });

  it.each(requestsOf(false).map((request) => [request.name, request] as const))(
    'does the experiment %s, which needs no run',
    async (name, request) => {
      const [here, there] = [await engine.lab(request), await known.lab(request)];
      if (name !== 'round-trip' && name !== 'tied') return expect(here).toEqual(there);
      // What the final norm gives is left out, since it is not known.
      if (here.name === 'round-trip' && there.name === 'round-trip')
        expect(here.result).toEqual({
          ...there.result,
          misses: { raw: there.result.misses.raw, centred: there.result.misses.centred },
        });
      if (here.name === 'tied' && there.name === 'tied')
        expect({ ...here.result, gainFolded: there.result.gainFolded }).toEqual(there.result);
      expect(JSON.stringify(here)).not.toMatch(/normed|gainFolded/);
    },
  );

  it('refuses what needs the layers in one clear sentence', async () => {
    const calls: readonly Promise<unknown>[] = [
      engine.run({ text: 'The' }),
      engine.lens({ text: 'The', first: 0, count: 1, top: 1 }),
      engine.divergence({ text: 'The', first: 0, count: 1 }),
      engine.leaders({ text: 'The', position: 0 }),
      engine.dimensions({ text: 'The', position: 0, layer: 0, count: 1 }),
      engine.journey({ text: 'The', position: 0 }),
      engine.contrasts({ text: 'The' }),
      engine.prediction({ text: 'The', position: 0, count: 1 }),
      engine.scope({
        axis: { kind: 'residual', text: { text: 'The' }, position: 0, layer: 0 },
        centred: false,
        count: 1,
      }),
      engine.inspect({ text: 'The', neighbours: 1, top: 1, layers: false, centred: false }),
      engine.inspect({ text: 'The', neighbours: 1, top: 0, layers: true, centred: false }),
      ...requestsOf(true).map((request) => engine.lab(request)),
    ];
    for (const call of calls)
      expect(await refusal(call)).toMatchObject({
        code: 'geometry-only',
        message: expect.stringMatching(/^Only the tokenizer and the two matrices of this model were loaded/) as string,
      });
  });
});

describe('the geometry of a model of a known family', () => {
  it('has its final norm too', async () => {
    const path = written({});
    const [geometry, whole] = [localEngine(), localEngine()];
    await geometry.load({ path, geometryOnly: true, threads: 1 });
    await whole.load({ path, threads: 1 });
    expect(await geometry.token(3)).toEqual(await whole.token(3));
    expect(await geometry.lab({ name: 'tied', options: {} })).toEqual(await whole.lab({ name: 'tied', options: {} }));
    expect(await geometry.lab({ name: 'round-trip', options: {} })).toEqual(
      await whole.lab({ name: 'round-trip', options: {} }),
    );
    await Promise.all([geometry.close(), whole.close()]);
  });

  it('gives way to the whole model when that is loaded, and comes back', async () => {
    const path = written({});
    const engine = localEngine();
    await engine.load({ path, geometryOnly: true, threads: 1 });
    expect(await refusal(engine.run({ text: 'The' }))).toMatchObject({ code: 'geometry-only' });
    expect((await engine.load({ path, threads: 1 })).trunk).not.toBeNull();
    await expect(engine.run({ text: 'The' })).resolves.toMatchObject({ length: 3 });
    expect((await engine.load({ path, geometryOnly: true, threads: 1 })).trunk).toBeNull();
    await engine.close();
  });
});

describe('what cannot be run, but looked at', () => {
  const engine = localEngine();
  afterAll(() => engine.close());

  it.each<readonly [string, TinyModel, RegExp]>([
    ['a family that is not known', { family: 'wonder' }, /“wonder”; Vectorscope runs llama, .*gptneox/],
    [
      'a tokenizer that is not known',
      { tokenizer: [text('tokenizer.ggml.model', 'wpm')] },
      /tokenizer\.ggml\.model is wpm; Vectorscope reads gpt2, llama/,
    ],
    [
      'layers of a type that is not read',
      { more: [f64('blk.0.more.weight', 256, 2)] },
      /types that Vectorscope does not read: F64\./,
    ],
    ['layers that are not there', { less: ['blk.1.ffn_up.weight'] }, /blk\.1\.ffn_up\.weight is missing/],
    ['a norm that is not there', { less: ['output_norm.weight'] }, /output_norm\.weight is missing/],
    [
      'tensors that no equation reads',
      { more: [{ name: 'blk.0.more.weight', dimensions: [32], type: 0, data: new Uint8Array(128) }] },
      /not read 1 of the model’s tensors, such as “blk\.0\.more\.weight”/,
    ],
  ])('is told with %s', async (_, model, message) => {
    const path = written(model);
    const summary = await engine.describe({ path });
    expect(summary).toMatchObject({
      verdict: 'geometry',
      refusal: { message: expect.stringMatching(message) as string },
      memory: { run: null, geometry: expect.any(Number) as number },
    });
    expect(summary.parameters).toBeGreaterThan(10_000);
    const refused = await refusal(engine.load({ path, threads: 1 }));
    expect(refused).toMatchObject({ code: 'geometry-only', message: expect.stringMatching(message) as string });
    expect((refused as Error).message).toMatch(/\. Its geometry alone can be shown: tokens, sizes and neighbours\.$/);
    await expect(engine.load({ path, geometryOnly: true, threads: 1 })).resolves.toMatchObject({ trunk: null });
    await expect(engine.neighbours({ id: 1, count: 3, centred: false })).resolves.toMatchObject({ query: { id: 1 } });
  });

  it('names tokens as the file does where its tokenizer is not known, and cuts no text', async () => {
    const path = written({ family: 'bert', tokenizer: [text('tokenizer.ggml.model', 'wpm')] });
    const info = await engine.load({ path, geometryOnly: true, threads: 1 });
    expect(info.notices.map(({ message }) => message)).toEqual([
      expect.stringMatching(/tokenizer is of the kind wpm, which Vectorscope cannot use/),
    ]);
    expect(info.tokenizer.message).toBe('wpm, names only');
    expect((await engine.token(letters.indexOf('Ġ'))).token).toMatchObject({ text: 'Ġ', special: false });
    expect((await engine.token(letters.length - 1)).token).toMatchObject({ text: '<s>', special: true });
    expect((await engine.find({ query: 'Ġ', count: 1 })).total).toBe(1);
    expect(await refusal(engine.tokenise({ text: 'The' }))).toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(/cannot split text .* of the kind wpm/) as string,
    });
    expect(await engine.lab({ name: 'extremes', options: {} })).toMatchObject({ result: { unreachable: [] } });
  });

  it('does so too where the file does not name the kind of its tokenizer', async () => {
    const path = written({ family: 'bert', tokenizer: [] });
    const info = await engine.load({ path, geometryOnly: true, threads: 1 });
    expect(info.tokenizer.message).toBe('?, names only');
    expect(info.notices.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^The model's tokenizer is of the kind \?, which Vectorscope cannot use: tokens have the names/,
      ),
    ]);
    await expect(engine.tokenise({ text: 'The' })).rejects.toThrow(/of the kind \?/);
  });

  it.each<readonly [string, TinyModel, RegExp]>([
    ['no tokens', { less: ['tokenizer.ggml.tokens'] }, /tokenizer\.ggml\.tokens \(len\) is 0/],
    ['no embedding', { less: ['token_embd.weight'] }, /token_embd\.weight is missing/],
    [
      'an embedding of a type that is not read',
      { less: ['token_embd.weight'], more: [f64('token_embd.weight', 256, letters.length)] },
      /token_embd\.weight \(type\) is F64; Vectorscope reads F32/,
    ],
    [
      'an unembedding of a type that is not read',
      { more: [f64('output.weight', 256, letters.length)] },
      /output\.weight \(type\) is F64; Vectorscope reads F32/,
    ],
    [
      'fewer tokens than rows',
      {
        less: ['token_embd.weight'],
        more: [
          {
            name: 'token_embd.weight',
            dimensions: [32, letters.length + 1],
            type: 0,
            data: new Uint8Array(128 * (letters.length + 1)),
          },
        ],
      },
      /tokens \(len\) is \d+; expected: \d+/,
    ],
  ])('is nothing where the file has %s', async (_, model, message) => {
    const path = written(model);
    expect(await engine.describe({ path })).toMatchObject({
      verdict: 'nothing',
      memory: { run: null, geometry: null },
      refusal: { message: expect.stringMatching(message) as string },
    });
    for (const geometryOnly of [false, true]) {
      const refused = await refusal(engine.load({ path, geometryOnly, threads: 1 }));
      expect(refused).toMatchObject({
        code: expect.stringMatching(/^model-/) as string,
        message: expect.stringMatching(message) as string,
      });
    }
  });
});

describe('a search of rows as they are stored', () => {
  it('stops between two blocks when it is cancelled', async () => {
    const engine = localEngine(inFileOnly);
    await engine.load({ path: modelPath, geometryOnly: true });
    const abort = new AbortController();
    const search = refusal(engine.neighbours({ id: 5, count: 10, centred: false }, { signal: abort.signal }));
    setImmediate(() => abort.abort());
    expect(await search).toMatchObject({ code: 'cancelled' });
    await expect(engine.neighbours({ id: 5, count: 10, centred: false })).resolves.toMatchObject({ query: { id: 5 } });
    await engine.close();
  });

  it('tells how far a load is, and is cancelled with it', async () => {
    const engine = localEngine(inFileOnly);
    const abort = new AbortController();
    const fractions: number[] = [];
    const load = engine.load(
      { path: modelPath, geometryOnly: true },
      {
        signal: abort.signal,
        onProgress: ({ stage, fraction }) => stage === 'embedding' && fractions.push(fraction) > 3 && abort.abort(),
      },
    );
    expect(await refusal(load)).toMatchObject({ code: 'cancelled' });
    expect(new Set(fractions).size).toBeGreaterThan(3);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });
});
