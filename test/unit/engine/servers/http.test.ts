import type { RequestListener } from 'node:http';
import { object, string } from 'valibot';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectServer } from '../../../../src/engine/servers/connect';
import { Http, usualWaits, waitsOf } from '../../../../src/engine/servers/http';
import type { ModelServer } from '../../../../src/engine/servers/modelServer';
import { quotable } from '../../../../src/engine/servers/words';
import { defaults, type Progress } from '../../../../src/shared/engine';
import { FakeLlamaServer } from '../../../servers/fakeLlamaServer';
import { serving } from '../../../servers/serving';
import { smallHidden, smallModel } from '../../../servers/smallModel';

const message = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no fault',
    (error: Error & { readonly code: string }) => `${error.code}: ${error.message}`,
  );

describe('connecting', () => {
  it('needs consent for plain http at a public address, and a key that a request can carry', async () => {
    expect(await message(connectServer({ address: 'http://203.0.113.7:8080' }))).toBe(
      'bad-request: Text and key would go unencrypted to 203.0.113.7:8080. Use https, or agree to http for this address.',
    );
    expect(await message(connectServer({ address: 'http://localhost:1', key: 'a\nb' }))).toBe(
      'bad-request: The key has characters that no request can carry. Copy it again.',
    );
    expect(await message(connectServer({ address: 'ftp://localhost' }))).toContain(
      'bad-request: A server is reached by http',
    );
  });

  it('says that nobody answers, or that there is no such host', async () => {
    const gone = await FakeLlamaServer.start(smallModel);
    await gone.close();
    expect(await message(connectServer({ address: `http://127.0.0.1:${gone.requests.length + 1}` }))).toMatch(
      /^server-failed: (Nothing answers at|No answer came from) 127\.0\.0\.1:1\./,
    );
    expect(await message(connectServer({ address: 'http://no-such-host.invalid', allowsHttp: true }))).toMatch(
      /^server-failed: .*no-such-host\.invalid(?!:)/,
    );
  });

  it('says that another service answers', async () => {
    const page: RequestListener = (_, response) =>
      void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html></html>');
    expect(await serving(page, (address) => message(connectServer({ address })))).toMatch(
      /^server-failed: Another service seems to answer at 127\.0\.0\.1:\d+: it sent a web page\. Check the address\.$/,
    );
    const other: RequestListener = (_, response) =>
      void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"name":"something"}');
    expect(await serving(other, (address) => message(connectServer({ address })))).toMatch(
      /The answer of 127\.0\.0\.1:\d+ to \/v1\/models does not have the expected form\.$/,
    );
  });

  it('keeps the path of a proxy', async () => {
    const paths: (string | undefined)[] = [];
    const listener: RequestListener = (request, response) => {
      paths.push(request.url);
      response.writeHead(404, { 'Content-Type': 'application/json' }).end('{}');
    };
    await serving(listener, (address) => message(connectServer({ address: `${address}/proxy/llama/` })));
    expect(paths).toEqual(['/proxy/llama/v1/models']);
  });

  it('follows no redirect, and names where it leads', async () => {
    await serving(
      () => expect.unreachable(),
      async (target) => {
        const listener: RequestListener = (_, response) =>
          void response.writeHead(302, { Location: `${target}/secret` }).end();
        const said = await serving(listener, (address) => message(connectServer({ address, key: 'k' })));
        expect(said).toContain(`sends requests on to ${new URL(target).host}. Nothing was sent there.`);
      },
    );
  });

  it('says when to try again', async () => {
    const after = (seconds: string): Promise<string> =>
      serving(
        (_, response) => void response.writeHead(429, { 'Retry-After': seconds }).end(),
        (address) => message(connectServer({ address })),
      );
    expect(await after('7')).toMatch(/has too many requests\. Try again in 7 s\.$/);
    expect(await after('600')).toMatch(/Try again in 10 min\.$/);
    expect(await after(new Date(Date.now() + 3 * 3_600_000).toUTCString())).toMatch(/Try again in 3 h\.$/);
    expect(await after('soon')).toMatch(/Try again later\.$/);
  });
});

describe('a request', () => {
  let fake: FakeLlamaServer;
  let server: ModelServer;
  const waits = { ...usualWaits, pause: 1 };
  const request = () => ({ address: fake.address, key: 'secret' });
  beforeAll(async () => {
    fake = await FakeLlamaServer.start(smallModel, { key: 'secret' });
    server = await connectServer(request());
  });
  afterEach(() => {
    fake.fault = () => null;
    fake.loading = false;
  });
  afterAll(() => fake.close());

  it('carries the key, and says that it is missing or refused', async () => {
    expect(fake.requests.every(({ key }) => key === 'secret')).toBe(true);
    expect(await message(connectServer({ address: fake.address }))).toMatch(
      /^key-refused: The server at .* asks for a key\./,
    );
    expect(await message(connectServer({ address: fake.address, key: 'other' }))).toMatch(
      /^key-refused: The server at .* refuses the key\./,
    );
  });

  it('names the models if there is none with the name', async () => {
    expect(await message(connectServer({ ...request(), model: 'large' }))).toMatch(
      /has no model “large”\. It offers “small\.gguf”\.$/,
    );
    expect(await connectServer({ ...request(), model: 'small.gguf' })).toMatchObject({ model: 'small.gguf' });
  });

  it('waits for a model that is loading, and reports it', async () => {
    fake.loading = true;
    const progress: Progress[] = [];
    const onProgress = (one: Progress) => {
      progress.push(one);
      if (progress.length === 3) fake.loading = false;
    };
    expect(await connectServer(request(), { onProgress }, waits)).toMatchObject({ gives: 'hidden' });
    expect(progress.map(({ stage }) => stage)).toEqual(['connect', 'connect', 'connect']);
  });

  it('takes an answer that came too late, since it asks before it looks at the time', async () => {
    fake.loading = true;
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const onProgress = () => {
      fake.loading = false;
      clock.mockReturnValue(1e9);
    };
    const connected = await message(connectServer(request(), { onProgress }, waits));
    clock.mockRestore();
    expect(connected).toBe('no fault');
  });

  it('waits only so long', async () => {
    fake.loading = true;
    expect(await message(connectServer(request(), {}, { ...waits, loading: 5 }))).toMatch(
      /is still loading its model after 1 s\. Try again later, or let it take longer \(vectorscope\.serverPatience, /,
    );
  });

  it('can be cancelled while it waits, is unanswered, or is half answered', async () => {
    const cancelled = 'cancelled: The request was cancelled.';
    const aborted = new AbortController();
    aborted.abort();
    expect(await message(server.hidden!([1], { signal: aborted.signal }))).toBe(cancelled);
    expect(await message(connectServer(request(), { signal: aborted.signal }))).toMatch(/^cancelled: /);

    fake.loading = true;
    const waiting = new AbortController();
    expect(await message(connectServer(request(), { signal: waiting.signal, onProgress: () => waiting.abort() }))).toBe(
      cancelled,
    );
    fake.loading = false;

    const unanswered = new AbortController();
    fake.fault = () => {
      unanswered.abort();
      return { kind: 'silent' };
    };
    expect(await message(server.tokenise({ text: 'a', added: false, plain: true }, unanswered))).toBe(cancelled);

    const half = new AbortController();
    fake.fault = () => ({ kind: 'stalled', share: 0.5 });
    expect(await message(server.hidden!([1, 2, 3, 4], { signal: half.signal, onProgress: () => half.abort() }))).toBe(
      cancelled,
    );

    const between = new AbortController();
    fake.fault = () => null;
    const before = fake.requests.length;
    const listing = server.listed!(
      [1, 2, 3],
      { first: 0, count: 1 },
      { signal: between.signal, onProgress: () => between.abort() },
    );
    expect(await message(listing)).toBe(cancelled);
    expect(fake.requests.length).toBe(before + 1);
    expect(await server.hidden!([1])).toEqual(smallHidden([1]));
  });

  it('fails with one sentence if the server goes away in the middle of h, and works once it is back', async () => {
    const leaving = await FakeLlamaServer.start(smallModel);
    const client = await connectServer({ address: leaving.address });
    leaving.fault = () => ({ kind: 'stalled', share: 0.7 });
    let rows = 0;
    const onProgress = () => void (++rows === 2 && leaving.close());
    expect(await message(client.hidden!([1, 2, 3, 4], { onProgress }))).toMatch(
      /^server-failed: The server at .* broke off in the middle of its answer\. Try again\.$/,
    );
    expect(await message(client.hidden!([1, 2]))).toMatch(/^server-failed: Nothing answers at/);
    const back = await FakeLlamaServer.start(smallModel, { port: Number(new URL(client.address).port) });
    expect(await client.hidden!([1, 2])).toEqual(smallHidden([1, 2]));
    await back.close();
  });

  it('is sent once more if the connection that was kept open is gone', async () => {
    let resets = 1;
    fake.fault = () => (resets-- > 0 ? { kind: 'reset' } : null);
    expect(await server.hidden!([1])).toEqual(smallHidden([1]));
    fake.fault = () => ({ kind: 'reset' });
    expect(await message(server.hidden!([1]))).toMatch(/closed the connection without an answer\.$/);
  });

  it('ends if the answer trickles on and on: soon if it is the first, else after the longest time', async () => {
    fake.fault = () => ({ kind: 'endless', piece: ' ' });
    const ask = { path: '/embeddings', body: {}, most: 2 ** 40 };
    const first = new Http({ address: fake.address, key: 'secret' }, { ...usualWaits, greeting: 50 });
    for (const one of [ask, { path: '/props', most: 2 ** 40 }])
      expect(await message(first.json(one, object({ a: string() })))).toMatch(
        /takes too long to answer: it had 1 s for its first answer\. Check what it is doing, or let it take longer \(/,
      );
    const later = new Http({ address: fake.address, key: 'secret' }, { ...usualWaits, greeting: 1, whole: 50 });
    later.isConnected = true;
    expect(await message(later.json(ask, object({ a: string() })))).toMatch(
      /takes too long to answer: its answer has taken 1 s\./,
    );
  });

  it('ends where nothing comes, at first and in the middle', async () => {
    const http = new Http({ address: fake.address, key: 'secret' }, { ...usualWaits, answer: 20, piece: 20 });
    http.isConnected = true;
    for (const fault of [{ kind: 'silent' }, { kind: 'stalled', share: 0.5 }] as const) {
      fake.fault = () => fault;
      const body = { content: [1, 2] };
      expect(await message(http.json({ path: '/embeddings', body }, object({ a: string() })))).toMatch(
        /takes too long to answer: nothing has come for 1 s\./,
      );
    }
  });

  it('waits as long as the user says: by default 30 s for the first answer, and 60 s in a run', () => {
    expect(usualWaits).toMatchObject({ greeting: 30_000, loading: 30_000, answer: 60_000, piece: 60_000 });
    const longest = waitsOf(defaults.mostServerPatience);
    expect(longest).toMatchObject({ greeting: 140_000, loading: 140_000, answer: 280_000, piece: 280_000 });
    // Node's own limit, which has another sentence.
    expect(longest.answer).toBeLessThan(300_000);
  });

  it('cuts an answer that is too long', async () => {
    const http = new Http({ address: fake.address, key: 'secret' });
    fake.fault = () => ({ kind: 'endless', piece: 'x'.repeat(100) });
    expect(await message(http.json({ path: '/props', most: 5000 }, object({ a: string() })))).toMatch(
      /The answer of .* is longer than 5 KiB, so it was cut off\.$/,
    );
  });
});

describe('the words of a server', () => {
  it('are shown cleaned and cut', () => {
    expect(quotable('  no\n\u0000room  ', [])).toBe('no room');
    expect(quotable('a'.repeat(300), [])).toHaveLength(200);
    expect(quotable(' \n ', [])).toBeNull();
  });

  it.each([
    ['cannot read "My dear Watson" here', 'He said: My dear Watson, come.'],
    ['cannot read my-DEAR_watson,come', 'He said: My dear Watson, come.'],
    ['is "ab" a word?', 'ab'],
    ['is AB a word?', 'ab'],
    ['cannot read \\u004d\\u0079', 'My'],
    ['cannot read My%20dear', 'x'],
    ['wrong tokens 1, 2, 3, 4, 5', 'x'],
  ])('are not shown if they may repeat the text: %j', (words, text) => expect(quotable(words, [text])).toBeNull());

  it('are shown if they do not', () => {
    const words = 'input (2100 tokens) is too large to process (batch size: 2048)';
    expect(quotable(words, ['The capital of France is Paris.', 'key'])).toBe(words);
  });

  it('are not shown after ids, which stand for a text that nothing here knows', () => {
    expect(quotable('no room', null)).toBeNull();
  });
});
