import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { entropyBounds } from '../../../src/engine/analysis/listedRun';
import { localEngine, type LocalEngine } from '../../../src/engine/localEngine';
import { usualSampler } from '../../../src/shared/continuation';
import type { ModelInfo } from '../../../src/shared/engine';
import { FakeLlamaServer, type FakeModel } from '../../servers/fakeLlamaServer';
import { ownModel } from '../../servers/ownModel';
import { familyPath, loadedFamily } from '../support/families';

const file = familyPath('llama-3');
const onThisMachine = async () => (await loadedFamily('llama-3')).engine;
const text = 'The capital of France is Paris.';
const inspectAll = { text, neighbours: 3, top: 5, layers: false, centred: false };

let own: Awaited<ReturnType<typeof ownModel>>;
const connections: Connected[] = [];

beforeAll(async () => {
  own = await ownModel(file);
});
afterEach(() => Promise.all(connections.splice(0).map(stopped)));
afterAll(() => own.close());

interface Connected {
  readonly engine: LocalEngine;
  readonly server: FakeLlamaServer;
  readonly info: ModelInfo;
}

async function started(model: FakeModel, matrices = file): Promise<Connected> {
  const server = await FakeLlamaServer.start(model);
  const engine = localEngine();
  const { address } = server;
  try {
    const info = await engine.load({
      path: address,
      server: { address, ...(matrices !== '' && { matrices }) },
      threads: 1,
    });
    return { engine, server, info };
  } catch (error) {
    await stopped({ engine, server });
    throw error;
  }
}
const stopped = ({ engine, server }: Pick<Connected, 'engine' | 'server'>) =>
  Promise.all([engine.close(), server.close()]);

/** For one test. */
async function connected(model: FakeModel, matrices?: string): Promise<Connected> {
  const made = await started(model, matrices);
  connections.push(made);
  return made;
}

const withoutHidden = ({ hidden: _, ...model }: FakeModel): FakeModel => model;

describe('a server that gives h, with the file of its model', () => {
  let there: Connected;
  beforeAll(async () => void (there = await started(own)));
  afterEach(() => void (there.server.fault = () => null));
  afterAll(() => stopped(there));

  test('can be compared by its matrices', async () => {
    const { engine } = there;
    const { runs, refusal, sameVocabulary } = await engine.loadOther({ path: file });
    expect([runs, sameVocabulary]).toEqual(['none', true]);
    expect(refusal?.message).toBe('The layers of the model are not loaded, so only the matrices are compared.');
    expect((await engine.rowsInBoth({ matrix: 'input', count: 1, ids: [] })).angle?.most).toBe(0);
    await engine.releaseOther({});
  });

  test('is described with its address and how far it agrees', async () => {
    const { info, server } = there;
    expect(info).toMatchObject({
      name: 'llama-3',
      trunk: null,
      tied: true,
      notices: [],
      server: { address: server.address, kind: 'llama.cpp', model: 'own.gguf', gives: 'hidden', contextLength: 512 },
    });
    expect(info.server?.agreement?.tokens).toBe(5);
    expect(info.server?.agreement?.largest).toBeLessThan(1e-4);
  });

  test('gives the same inspection as the model on this machine', async () => {
    const { engine } = there;
    const { model: _, ...served } = await engine.inspect(inspectAll);
    const { model: __, ...here } = await (await onThisMachine()).inspect(inspectAll);
    expect(served).toEqual(here);
  });

  test('gives the same run, prediction and scope around h, without layers', async () => {
    const { engine } = there;
    const local = await onThisMachine();
    const [served, here] = [await engine.run({ text }), await local.run({ text })];
    expect({ ...served, handle: null, layers: null }).toEqual({ ...here, handle: null, layers: null });
    expect(served.layers.residualSize).toEqual([]);
    const first = { text, position: 0, count: 5 };
    expect(await engine.prediction(first)).toEqual(await local.prediction(first));
    const axis = { kind: 'residual', position: 4, text: { text } } as const;
    const around = { centred: false, count: 5 };
    expect(await engine.scope({ axis: { ...axis, layer: 0 }, ...around })).toEqual(
      await local.scope({ axis: { ...axis, layer: 6 }, ...around }),
    );
    expect(await engine.contrasts({ text })).toEqual(await local.contrasts({ text }));
  });

  test('gives vectors of tokens and h, and of no other residual', async () => {
    const request = { place: { text: { text }, position: 4 }, centred: false, count: 5 };
    const sum = { ...request, expression: 'h - 2 * #7' };
    expect(await there.engine.vector(sum)).toEqual({
      ...(await (await onThisMachine()).vector(sum)),
      operands: [expect.objectContaining({ name: 'h', layer: 0 }), expect.anything()],
    });
    await expect(there.engine.vector({ ...request, expression: '#7 - r0' })).rejects.toMatchObject({
      message: 'There is no r0: a server runs the layers of this model, and it sends only h.',
      at: { from: 5, to: 7 },
    });
  });

  test('is sent a text once, as ids, however much is asked about it', async () => {
    const { engine, server } = there;
    const once = 'A text that is sent once';
    const before = server.requests.length;
    await engine.run({ text: once });
    const sent = server.requests.length;
    expect(sent).toBeGreaterThan(before);
    await engine.contrasts({ text: once });
    await engine.tokenise({ text: 'Something else.' });
    await engine.lab({ name: 'softmax-shift', options: { text: once, size: 1, seed: 1 } });
    expect(server.requests.length).toBe(sent);
    expect(JSON.stringify(server.requests)).not.toContain('once');
  });

  test('says that the layers are not known', async () => {
    const { engine } = there;
    const refused = { code: 'bad-request', message: expect.stringContaining('run on a server') as unknown };
    await expect(engine.lens({ text, top: 3, layers: [0], positions: [0] } as never)).rejects.toMatchObject(refused);
    await expect(engine.lab({ name: 'length', options: { text } })).rejects.toMatchObject(refused);
    await expect(engine.inspect({ ...inspectAll, layers: true })).rejects.toMatchObject(refused);
  });

  test('is asked before each text whether it still runs the same model', async () => {
    const { engine, server } = there;
    const other = (answer: unknown) => JSON.parse(JSON.stringify(answer).replace('own.gguf', 'other.gguf')) as unknown;
    server.fault = ({ path }) => (path === '/v1/models' ? { kind: 'changed', change: other } : null);
    await expect(engine.run({ text: 'Yet another text' })).rejects.toMatchObject({
      code: 'server-failed',
      message: expect.stringContaining('Another model runs at') as unknown,
    });
    expect(server.requests.at(-1)?.path).toBe('/v1/models');
  });

  test('may go away: the tokens stay, and another run works once it is back', async () => {
    const { engine, server } = there;
    server.fault = ({ path }) => (path === '/embeddings' ? { kind: 'cut', share: 0.5 } : null);
    const other = 'The capital of Italy is Rome.';
    await expect(engine.run({ text: other })).rejects.toMatchObject({ code: 'server-failed' });
    expect((await engine.tokenise({ text: other })).tokens).toHaveLength(15);
    server.fault = () => null;
    expect((await engine.run({ text: other })).length).toBe(15);
  });
});

describe('a pair that does not fit is refused, with what differs', () => {
  const refused = (model: FakeModel, what: RegExp) =>
    expect(connected(model)).rejects.toMatchObject({
      code: 'server-mismatch',
      message: expect.stringMatching(what) as unknown,
    });

  test('another width of h', () =>
    refused(
      { ...own, dimensions: 512, hidden: (ids) => new Float32Array(ids.length * 512).fill(1) },
      /have 512 numbers, those of the file 24/,
    ));

  test('a larger vocabulary', () =>
    refused({ ...own, vocabulary: 400 }, /vocabulary has 400 tokens, that of the file 307/));

  test('other ids', () =>
    refused(
      {
        ...own,
        tokenise: async (...asked) =>
          (await own.tokenise(...asked)).map((token, i) => (i === 2 ? { ...token, id: token.id + 1 } : token)),
      },
      /different tokens: token 3 is 263 on the server and 262 in the file/,
    ));

  test('other probabilities', () =>
    refused(
      {
        ...own,
        logProbabilities: async (ids) =>
          Array.from(await own.logProbabilities(ids), (value, id) => (id === 121 ? value - 1 : value)),
      },
      /gives “\uFFFD” a probability of 0\.249; its h and the file’s matrix give 0\.677/,
    ));
});

test('a token that only the server adds is named and not sent', async () => {
  const { info, engine, server } = await connected({
    ...own,
    tokenise: async (given, how) => [
      ...(how.added ? [{ id: 1, bytes: [...Buffer.from('"')] }] : []),
      ...(await own.tokenise(given, how)),
    ],
  });
  expect(info.notices.map(({ message }) => message)).toEqual([
    'The server adds “"” before a text by itself, which the file does not ask for. It is not sent with the text.',
  ]);
  await engine.run({ text: ' Paris' });
  expect(server.requests.at(-1)?.body?.['content']).toEqual([301]);
});

test('a token that the server adds after a text is no token before it', async () => {
  const { info } = await connected({
    ...own,
    tokenise: async (given, how) => [
      ...(await own.tokenise(given, how)),
      ...(how.added ? [{ id: 2, bytes: [...Buffer.from('#')] }] : []),
    ],
  });
  expect(info.notices.map(({ message }) => message)).toEqual([]);
});

test('a text is cut by the file where there is one, and by no server', async () => {
  const { engine, server } = await connected(own);
  const before = server.requests.length;
  expect((await engine.tokenise({ text })).tokens).toHaveLength(7);
  expect(server.requests).toHaveLength(before);
});

test('a conversation is not sent to a server, whose template is not known without the file', async () => {
  const { engine, server } = await connected(own, '');
  const connectedWith = server.requests.length;
  await expect(engine.renderChat({ text, generationPrompt: true })).rejects.toThrow(
    'The server does not give the chat template of its model. Connect to it with the model’s file.',
  );
  expect(server.requests).toHaveLength(connectedWith);
});

describe('a server that lists the likeliest tokens', () => {
  test('gives probabilities and bounds of the entropy that hold', async () => {
    const { engine, info } = await connected(withoutHidden(own));
    expect(info.server).toMatchObject({ gives: 'listed', agreement: null });
    expect(info.notices.map(({ message }) => message)).toEqual([expect.stringContaining('Only the tokens could show')]);
    const local = await (await onThisMachine()).run({ text });
    const run = await engine.run({ text });
    expect(run.handle).toBeNull();
    expect(run.likeliest.map((list) => list.length)).toEqual(Array(7).fill(20));
    run.likeliest.forEach((list, i) =>
      list.slice(0, 3).forEach(({ token, probability }, rank) => {
        const exact = local.likeliest[i]![rank]!;
        expect(token).toEqual(exact.token);
        expect(Math.abs(probability - exact.probability)).toBeLessThan(1e-4);
      }),
    );
    for (let i = 0; i < 7; i++) {
      expect(run.entropy[i]).toBeLessThanOrEqual(local.entropy[i]! + 1e-4);
      expect(run.listed?.entropyAtMost[i]).toBeGreaterThanOrEqual(local.entropy[i]! - 1e-4);
      if (i > 0) expect(Math.abs(run.surprisal[i]! - local.surprisal[i]!)).toBeLessThan(1e-3);
    }
  });

  test('without a file: tokens with their places, probabilities, and no size', async () => {
    const { engine, info, server } = await connected({ ...withoutHidden(own), name: 'own.Q4_1.gguf' }, '');
    expect(info).toMatchObject({ name: 'own', sizes: null, vocabulary: 307, dimensions: 24, trunk: null });
    const local = await onThisMachine();
    const given = 'Naïve 👩‍🚀 Привет, The capital';
    const [there, here] = [await engine.tokenise({ text: given }), await local.tokenise({ text: given })];
    expect(there.total).toBe(here.total);
    expect(there.tokens).toEqual(here.tokens.map((token) => ({ ...token, size: null, percentile: null })));
    const { tokens, listed, predictions, neighbours } = await engine.inspect(inspectAll);
    const cuts = () => server.requests.filter(({ path }) => path === '/tokenize').length;
    const before = cuts();
    await engine.run({ text });
    expect(cuts()).toBe(before);
    expect([predictions, neighbours]).toEqual([undefined, undefined]);
    expect(tokens[3]).toMatchObject({ text: ' France', size: null });
    expect(listed?.[4]?.top[0]).toMatchObject({ id: 121 });
    expect(listed?.[4]?.top[0]?.probability).toBeCloseTo(0.677, 3);
    await expect(engine.token(5)).rejects.toMatchObject({ code: 'bad-request' });
  });

  test('with h and without a file, tells the size of h', async () => {
    const { engine } = await connected(own, '');
    const here = await (await onThisMachine()).run({ text });
    const there = await engine.run({ text });
    there.hiddenSize.forEach((size, i) => expect(size).toBeCloseTo(here.hiddenSize[i]!, 4));
  });
});

describe('a text that goes on', () => {
  const greedy = { after: [], count: 4, sampler: null, seed: 0 };
  const ids = (steps: readonly { readonly token: { readonly id: number } }[]) => steps.map(({ token }) => token.id);

  test('is continued by h as on this machine', async () => {
    const { engine } = await connected(own);
    const here = await (await onThisMachine()).continuation({ text, ...greedy });
    const there = await engine.continuation({ text, ...greedy });
    expect([ids(there.steps), there.ended]).toEqual([ids(here.steps), here.ended]);
    expect(there.steps[0]?.parts?.cosine).toBeCloseTo(here.steps[0]?.parts?.cosine ?? NaN, 4);
  });

  test.each(['', file])('is continued by lists, which the sampler draws from (matrices: %s)', async (matrices) => {
    const { engine } = await connected(withoutHidden(own), matrices);
    const here = await (await onThisMachine()).continuation({ text, ...greedy });
    const { steps, bits } = await engine.continuation({ text, ...greedy });
    expect(ids(steps)).toEqual(ids(here.steps));
    expect(bits).toBeCloseTo(here.bits, 3);
    expect(steps[0]).toMatchObject({ hiddenSize: null, sampled: 1 });
    expect(steps[0]).not.toHaveProperty('parts');
    const sampler = { ...usualSampler, topK: 2, topP: 1, minP: 0, temperature: 1 };
    const position = 6;
    const { stages, count, tokens } = await engine.sampling({ text, position, sampler });
    const [first, second] = tokens.map(({ own: probability }) => probability) as [number, number];
    expect(count).toBe(2);
    expect(tokens[0]?.probability).toBeCloseTo(first / (first + second), 12);
    expect(stages.at(-1)?.mass).toBeCloseTo(first + second, 12);
    expect(stages[0]?.mass).toBeLessThan(1);
    const drawn = await engine.continuation({ text, ...greedy, sampler, seed: 3 });
    expect(drawn).toEqual(await engine.continuation({ text, ...greedy, sampler, seed: 3 }));
  });
});

describe('the bounds of an entropy', () => {
  const listing = (...probabilities: readonly number[]) => ({
    likeliest: probabilities.map((p, id) => ({ id, bytes: [], logProbability: Math.log(p) })),
    next: null,
  });
  test('meet where the list holds everything', () => {
    const { atLeast, atMost } = entropyBounds(listing(0.5, 0.25, 0.25), 3);
    expect([atLeast, atMost]).toEqual([1.5, 1.5]);
  });
  test('let the rest be as few or as many tokens as it can', () => {
    const { atLeast, atMost } = entropyBounds(listing(0.5, 0.25), 6);
    expect([atLeast, atMost]).toEqual([1.5, 2]);
  });
  test('have no upper end for a vocabulary of unknown size', () => {
    expect(entropyBounds(listing(0.5), null).atMost).toBeNaN();
  });
});
