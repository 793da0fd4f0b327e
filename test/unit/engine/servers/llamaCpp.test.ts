import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectServer } from '../../../../src/engine/servers/connect';
import type { ModelServer } from '../../../../src/engine/servers/modelServer';
import type { Progress } from '../../../../src/shared/engine';
import { FakeLlamaServer } from '../../../servers/fakeLlamaServer';
import { smallHidden, smallLogProbabilities, smallModel } from '../../../servers/smallModel';

const shorter =
  'lower the limit of tokens (vectorscope.tokenLimit, or --limit on the command line), or choose a shorter text.';

describe('the client of llama-server', () => {
  let fake: FakeLlamaServer;
  let server: ModelServer;
  beforeAll(async () => {
    fake = await FakeLlamaServer.start(smallModel);
    server = await connectServer({ address: fake.address });
  });
  afterEach(() => {
    fake.fault = () => null;
    fake.requests.length = 0;
  });
  afterAll(() => fake.close());

  it('finds out what the server gives', () => {
    expect(server).toMatchObject({
      address: fake.address,
      kind: 'llama.cpp',
      model: 'small.gguf',
      gives: 'hidden',
      lists: true,
      contextLength: 64,
      dimensions: 8,
      vocabulary: 257,
    });
  });

  it('gives tokens with their bytes, with and without what the server adds', async () => {
    const tokens = await server.tokenise({ text: 'né', added: true, plain: true });
    expect(tokens.map(({ id }) => id)).toEqual([256, 0x6e, 0xc3, 0xa9]);
    expect(tokens.map(({ bytes }) => bytes)).toEqual([[60, 115, 62], [0x6e], [0xc3], [0xa9]]);
    expect(fake.requests[0]?.body).toMatchObject({ content: 'né', add_special: true, parse_special: false });
    await server.tokenise({ text: 'a', added: false, plain: false });
    expect(fake.requests[1]?.body).toMatchObject({ add_special: false, parse_special: true });
  });

  it('gives h row by row and reports each row', async () => {
    const progress: Progress[] = [];
    const ids = [3, 5, 250, 256];
    const hidden = await server.hidden!(ids, { onProgress: (one) => void progress.push(one) });
    expect(hidden).toEqual(smallHidden(ids));
    expect(progress).toEqual([1, 2, 3, 4].map((row) => ({ stage: 'run', fraction: row / 4 })));
  });

  it('lists the likeliest tokens and the one that follows, likely or not', async () => {
    const ids = [3, 5, 250, 7];
    const listed = await server.listed!(ids, { first: 1, count: 2 });
    const expected = [1, 2, 3].map((at) => {
      const all = smallLogProbabilities(ids.slice(0, at + 1));
      const best = [...all.keys()].sort((a, b) => all[b]! - all[a]!).slice(0, 2);
      return {
        likeliest: best.map((id) => ({ id, bytes: smallModel.bytes(id), logProbability: all[id] })),
        // The server lists nothing for a part of a character: of that token alone nothing is known.
        next: at === 2 ? all[7] : null,
      };
    });
    expect(listed).toEqual(expected);
    expect(fake.requests.map(({ body }) => body?.['prompt'])).toEqual([[3, 5], [3, 5], [3, 5, 250], ids]);
    expect(fake.requests.every(({ body }) => body?.['cache_prompt'] === true)).toBe(true);
  });

  it('names the numbers of a text that is too long', async () => {
    const long = (length: number) => Array<number>(length).fill(1);
    await expect(server.hidden!(long(49))).rejects.toMatchObject({
      code: 'server-failed',
      message:
        'The text has 49 tokens, and the server takes 48 in one batch. ' + `Start it with -ub 2048 -b 2048, ${shorter}`,
    });
    await expect(server.hidden!(long(2100))).rejects.toMatchObject({
      message: expect.stringContaining('Start it with -ub 4096 -b 4096') as unknown,
    });
    await expect(server.listed!(long(64), { first: 63, count: 1 })).rejects.toMatchObject({
      code: 'server-failed',
      message:
        'The text has 64 tokens, and the server has room for 64. ' + `Start it with a larger context (-c), ${shorter}`,
    });
  });

  it('refuses positions and counts that make no sense', async () => {
    for (const request of [
      { first: 2, count: 1 },
      { first: 0, count: 0 },
      { first: -1, count: 1 },
      { first: 0, count: 1001 },
    ])
      await expect(server.listed!([1, 2], request)).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('takes a server without h for one that lists, and one without both for one that cuts', async () => {
    fake.fault = ({ path }) => (path === '/embeddings' ? pooled : null);
    const listing = await connectServer({ address: fake.address });
    expect(listing).toMatchObject({ gives: 'listed', lists: true });
    expect(listing.hidden).toBeUndefined();
    fake.fault = ({ path }) => (path === '/embeddings' || path === '/completion' ? unsupported : null);
    const cutting = await connectServer({ address: fake.address });
    expect(cutting).toMatchObject({ gives: 'tokens', lists: false });
    expect(cutting.listed).toBeUndefined();
  });

  it('takes no vectors of another width for h', async () => {
    fake.fault = ({ path }) =>
      path === '/embeddings'
        ? {
            kind: 'changed',
            change: () => [
              {
                index: 0,
                embedding: [
                  [1, 2],
                  [3, 4],
                ],
              },
            ],
          }
        : null;
    expect(await connectServer({ address: fake.address })).toMatchObject({ gives: 'listed' });
  });
});

/** One vector of the whole text, as with `--pooling mean`. */
const pooled = { kind: 'changed', change: () => [{ index: 0, embedding: [[1, 2, 3, 4, 5, 6, 7, 8]] }] } as const;
const unsupported = {
  kind: 'answer',
  status: 501,
  body: '{"error":{"code":501,"message":"This server does not support this","type":"not_supported_error"}}',
} as const;
