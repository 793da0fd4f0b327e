import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { download, type DownloadSink } from '../../../src/engine/workers/web/download';

const file = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const asked: (string | undefined)[] = [];
const server = createServer((request, response) => {
  asked.push(request.headers.range);
  answer(request, response);
});
let address: string;
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => void server.close());
beforeEach(() => void (asked.length = 0));

/** As servers do that know ranges. */
const ranges = (request: IncomingMessage, response: ServerResponse) => {
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1]);
  response
    .writeHead(206, { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` })
    .end(file.subarray(start));
};
const whole = (_: IncomingMessage, response: ServerResponse) => response.writeHead(200).end(file);

function sinkWith(bytes: Uint8Array): DownloadSink & { bytes(): Uint8Array } {
  let parts = [bytes];
  return {
    get size() {
      return parts.reduce((sum, { length }) => sum + length, 0);
    },
    restart: () => void (parts = []),
    write: (part) => void parts.push(part.slice()),
    bytes: () => Buffer.concat(parts),
  };
}

const get = (
  sink: DownloadSink,
  {
    bytes = file.length,
    signal = new AbortController().signal,
    tell = () => undefined,
  }: { bytes?: number; signal?: AbortSignal; tell?: (bytes: number) => void } = {},
) => download({ address, bytes }, sink, signal, tell);

it.each([
  ['all', 0],
  ['the rest', 40_000],
])('fetches %s, and tells how much is there', async (_, have) => {
  answer = ranges;
  const sink = sinkWith(file.subarray(0, have));
  const told: number[] = [];
  await get(sink, { tell: (bytes) => told.push(bytes) });
  expect(asked).toEqual([`bytes=${have}-`]);
  expect(Buffer.compare(sink.bytes(), file)).toBe(0);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(told[0]).toBeGreaterThan(have);
  expect(told.at(-1)).toBe(file.length);
});

it('passes over what is there where a server that knows no ranges sends all of it again, and loses nothing when that breaks', async () => {
  const sink = sinkWith(file.subarray(0, 40_000));
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': file.length });
    response.write(file.subarray(0, 20_000), () => response.destroy());
  };
  await expect(get(sink)).rejects.toMatchObject({
    code: 'fetch-failed',
    message: expect.stringContaining('The connection broke'),
  });
  expect(sink.size).toBe(40_000);
  answer = whole;
  const told: number[] = [];
  await get(sink, { tell: (bytes) => told.push(bytes) });
  expect(Buffer.compare(sink.bytes(), file)).toBe(0);
  expect(Math.min(...told)).toBeGreaterThanOrEqual(40_000);
});

it('asks for nothing where nothing is missing', async () => {
  const sink = sinkWith(file);
  await get(sink);
  expect(asked).toEqual([]);
});

it('keeps what came before the line broke, and says so', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': file.length });
    response.write(file.subarray(0, 30_000), () => response.destroy());
  };
  const sink = sinkWith(new Uint8Array(0));
  await expect(get(sink)).rejects.toMatchObject({
    code: 'fetch-failed',
    message: expect.stringContaining('The connection broke'),
  });
  answer = ranges;
  const had = sink.size;
  await get(sink);
  expect(asked.at(-1)).toBe(`bytes=${had}-`);
  expect(Buffer.compare(sink.bytes(), file)).toBe(0);
});

const page = '<html>Sign in to the network</html>';
it.each<[string, typeof answer]>([
  ['a page in its place', (_, response) => response.writeHead(200, { 'content-length': page.length }).end(page)],
  [
    'a range of another file',
    (_, response) =>
      response.writeHead(206, { 'content-range': 'bytes 40000-49999/50000' }).end(file.subarray(40_000, 50_000)),
  ],
])('refuses %s before a byte of it is written, and keeps what it has', async (_, other) => {
  answer = other;
  const sink = sinkWith(file.subarray(0, 40_000));
  const told = vi.fn();
  await expect(get(sink, { tell: told })).rejects.toMatchObject({
    code: 'fetch-failed',
    message: expect.stringContaining('not 100000 bytes long'),
  });
  expect([Buffer.compare(sink.bytes(), file.subarray(0, 40_000)), told.mock.calls]).toEqual([0, []]);
  const empty = sinkWith(new Uint8Array(0));
  await expect(get(empty)).rejects.toMatchObject({ code: 'fetch-failed' });
  expect(empty.size).toBe(0);
});

it.each<[string, typeof answer]>([
  [
    'of what is compressed',
    (_, response) => {
      const packed = gzipSync(file);
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length }).end(packed);
    },
  ],
  [
    'that is not told',
    (request, response) => {
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1]);
      response.writeHead(206, { 'content-range': `bytes ${start}-${file.length - 1}/*` }).end(file.subarray(start));
    },
  ],
])('takes a length %s for none', async (_, whole) => {
  answer = whole;
  const sink = sinkWith(file.subarray(0, 40_000));
  await get(sink);
  expect(Buffer.compare(sink.bytes(), file)).toBe(0);
});

it('takes the length of an answer from elsewhere for none: whether that was compressed is not told', async () => {
  const answer = new Response(file, { headers: { 'content-length': '30000' } });
  vi.stubGlobal('fetch', async () => Object.defineProperty(answer, 'type', { value: 'cors' }));
  const sink = sinkWith(new Uint8Array(0));
  await get(sink).finally(() => vi.unstubAllGlobals());
  expect(Buffer.compare(sink.bytes(), file)).toBe(0);
});

it.each(['the sink', 'who is told'])('does not take what %s throws for a broken line', async (thrower) => {
  answer = ranges;
  const fault = new TypeError('A fault of ours.');
  const fail = () => {
    throw fault;
  };
  const sink = sinkWith(new Uint8Array(0));
  await expect(
    thrower === 'the sink' ? get({ ...sink, size: 0, write: fail }) : get(sink, { tell: fail }),
  ).rejects.toBe(fault);
});

it('takes a range whose beginning the server hides for the one that was asked for', async () => {
  answer = (request, response) =>
    response.writeHead(206).end(file.subarray(Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1])));
  const sink = sinkWith(file.subarray(0, 40_000));
  await get(sink);
  expect(Buffer.compare(sink.bytes(), file)).toBe(0);
});

it.each<[string, typeof answer, have: number, left: number, bytes: number, says: string]>([
  ['that is longer', whole, 0, 0, 50_000, 'not 50000 bytes long'],
  [
    'that turns out to be longer, and lets go of it',
    (_, response) => {
      response.writeHead(200);
      response.write(file.subarray(0, 40_000), () => response.end(file.subarray(40_000)));
    },
    ...([0, 0, 50_000, 'not 50000 bytes long'] as const),
  ],
  [
    'that ends before what came of it, and lets go of that',
    (_, response) => response.writeHead(416, { 'content-range': `bytes */${file.length}` }).end(),
    ...([file.length, 0, 2 * file.length, 'another model file'] as const),
  ],
  [
    'of which a range comes that was not asked for, and keeps what it has',
    (_, response) =>
      response
        .writeHead(206, { 'content-range': `bytes 50000-${file.length - 1}/${file.length}` })
        .end(file.subarray(50_000)),
    ...([40_000, 40_000, file.length, 'bytes 50000-'] as const),
  ],
  ['that is not there', (_, response) => response.writeHead(404).end('no'), 0, 0, file.length, '404'],
  ['of a server that is not there', (request) => request.socket.destroy(), 0, 0, file.length, 'cannot be reached'],
])('refuses a file %s', async (_, given, have, left, bytes, says) => {
  answer = given;
  const sink = sinkWith(file.subarray(0, have));
  await expect(get(sink, { bytes })).rejects.toMatchObject({
    code: 'fetch-failed',
    message: expect.stringContaining(says),
  });
  expect(sink.size).toBe(left);
});

it('stops when it is told to', async () => {
  const abort = new AbortController();
  answer = (_, response) => {
    response.writeHead(200);
    response.write(file.subarray(0, 1000));
  };
  await expect(
    get(sinkWith(new Uint8Array(0)), { signal: abort.signal, tell: () => abort.abort() }),
  ).rejects.toMatchObject({ code: 'cancelled' });
});
