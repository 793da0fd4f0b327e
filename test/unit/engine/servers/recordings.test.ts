import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { object, string } from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectServer } from '../../../../src/engine/servers/connect';
import { Http, usualWaits } from '../../../../src/engine/servers/http';
import type { ModelServer } from '../../../../src/engine/servers/modelServer';
import { FakeLlamaServer, type FakeModel } from '../../../servers/fakeLlamaServer';
import { smallModel } from '../../../servers/smallModel';

interface Recording {
  readonly name: string;
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: unknown;
}

/** What a real llama-server of llama.cpp b11434 answered, on the default model. Long lists are cut. */
const recordings = JSON.parse(
  readFileSync(new URL('../../../fixtures/servers/llama-server.json', import.meta.url), 'utf8'),
) as readonly Recording[];

const recorded = (name: string, status = 200): Recording => {
  const found = recordings.find((one) => one.name === name && one.status === status);
  if (!found) throw new Error(`There is no recording “${name}”.`);
  return found;
};

const width = 576;
/** Rows were cut after four numbers; the others were never looked at. */
const whole = (answer: unknown): unknown =>
  Array.isArray(answer) && answer.some((one) => typeof one === 'string' && one.startsWith('… '))
    ? Array.from({ length: width }, (_, at) => (answer as readonly number[])[Math.min(at, 3)])
    : Array.isArray(answer)
      ? answer.map(whole)
      : typeof answer === 'object' && answer !== null
        ? Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, whole(value)]))
        : answer;

/** Answers with the recordings, and for our own probe with the first two rows of one. */
class Replay {
  /** Recordings that are given whatever is asked, the next first. */
  readonly next: Recording[] = [];
  readonly #server: Server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString('utf8');
      const body = text === '' ? {} : (JSON.parse(text) as { readonly content?: unknown });
      const path = (request.url ?? '').replace(/\?.*/, '');
      const one = this.next.shift() ?? this.#answerTo(path);
      const { 'Content-Type': type = '', Server = '' } = one.headers;
      response.writeHead(one.status, { 'Content-Type': type, Server });
      response.end(JSON.stringify(cut(whole(one.answer), path, body.content)));
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #answerTo(path: string): Recording {
    const names: Record<string, string> = {
      '/v1/models': 'models',
      '/props': 'props',
      '/tokenize': 'tokenize',
      '/embeddings': 'embeddings of ids',
      '/completion': 'completion',
    };
    return names[path] === undefined ? recorded('unknown path', 404) : recorded(names[path]);
  }
}

function cut(answer: unknown, path: string, content: unknown): unknown {
  if (path !== '/embeddings' || !Array.isArray(content) || !Array.isArray(answer)) return answer;
  const [{ embedding }] = answer as [{ readonly embedding: readonly unknown[] }];
  return [{ index: 0, embedding: embedding.slice(0, content.length) }];
}

const ids = [504, 3575, 282, 4649, 314];

describe('the recordings of a real llama-server', () => {
  const replay = new Replay();
  let address = '';
  let server: ModelServer;
  beforeAll(async () => {
    address = await replay.start();
    server = await connectServer({ address, key: 'secret' });
  });
  afterAll(() => replay.close());

  it('are understood as a server that gives h', () => {
    expect(server).toMatchObject({
      kind: 'llama.cpp',
      model: 'MODEL.gguf',
      gives: 'hidden',
      lists: true,
      contextLength: 512,
      dimensions: width,
      vocabulary: 49_152,
    });
  });

  it('give tokens whose bytes are the text', async () => {
    const text = 'The capital of France is 👩‍🚀';
    const tokens = await server.tokenise({ text, added: false, plain: false });
    expect(tokens).toHaveLength(13);
    expect(tokens.slice(0, 5).map(({ id }) => id)).toEqual(ids);
    expect(Buffer.from(tokens.flatMap(({ bytes }) => bytes ?? [])).toString('utf8')).toBe(text);
    replay.next.push(recorded('tokenize, special'));
    const special = await server.tokenise({ text: '<|im_start|>user', added: true, plain: false });
    expect(special.map(({ id }) => id)).toEqual([1, 4093]);
  });

  it('give h', async () => {
    const hidden = await server.hidden!(ids);
    expect(hidden).toHaveLength(5 * width);
    expect(hidden.subarray(0, 3)).toEqual(
      Float32Array.of(-0.593437671661377, -0.881192684173584, -0.041252925992012024),
    );
    expect(hidden[4 * width + 1]).toBe(Math.fround(-2.2094032764434814));
  });

  it('give the likeliest tokens', async () => {
    const [last] = await server.listed!(ids, { first: 4, count: 5 });
    expect(last!.likeliest.map(({ id }) => id)).toEqual([7042, 260, 4528, 2250, 5145]);
    expect(Math.exp(last!.likeliest[0]!.logProbability)).toBeCloseTo(0.786, 3);
    expect(Buffer.from(last!.likeliest[0]!.bytes).toString('utf8')).toBe(' Paris');
  });

  it('give sentences for faults', async () => {
    const said = async (name: string, status: number): Promise<string> => {
      replay.next.push(recorded(name, status));
      return server.hidden!(ids).then(
        () => 'no fault',
        (error: Error) => error.message,
      );
    };
    expect(await said('too long', 500)).toMatch(/^The text has 5 tokens, and the server takes \d+ in one batch\./);
    expect(await said('no key', 401)).toMatch(/refuses the key/);
    expect(await said('bad body', 400)).toMatch(/answered with the error 400\. Its own log may say why\.$/);
    expect(await said('unknown path', 404)).toMatch(/has nothing at \/embeddings\./);
    expect(await said('health', 503)).toMatch(/is still loading its model\./);
    replay.next.push(recorded('health', 503));
    expect(await connectServer({ address }, {}, { ...usualWaits, pause: 1 })).toMatchObject({ gives: 'hidden' });
  });
});

/** The shape of a value: its keys and the types of what they hold. */
const shapeOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
};

describe('the fake llama-server', () => {
  let fake: FakeLlamaServer;
  beforeAll(async () => {
    // As the default model, it puts no token before a text.
    const bare: FakeModel = {
      ...smallModel,
      contextLength: 8192,
      tokenise: (text, how) => smallModel.tokenise(text, { ...how, added: false }),
    };
    fake = await FakeLlamaServer.start(bare, { key: 'secret' });
  });
  afterAll(() => fake.close());

  const asked = async ({ request }: Recording, key = 'secret') => {
    const response = await fetch(fake.address + request.path, {
      method: request.method,
      headers: { Authorization: `Bearer ${key}` },
      ...(request.body !== null && { body: JSON.stringify(withSmallIds(request.body)) }),
    });
    return { status: response.status, type: response.headers.get('content-type'), answer: await response.json() };
  };

  it.each(recordings.filter(({ name }) => !name.includes('openai')).map((one) => [one.name, one.status, one] as const))(
    'answers “%s” with %i and with fields that the real one has',
    async (name, status, recording) => {
      fake.loading = status === 503;
      const { answer, ...rest } = await asked(recording, name === 'no key' ? 'none' : undefined);
      fake.loading = false;
      expect(rest).toEqual({ status, type: recording.headers['Content-Type'] });
      expect(shapeOf(whole(recording.answer))).toMatchObject(shapeOf(answer) as object);
      if (status !== 200 && status !== 500) expect(answer).toEqual(recording.answer);
    },
  );

  it('reads the same requests', async () => {
    const http = new Http({ address: fake.address, key: 'secret' });
    expect(await http.json({ path: '/health' }, object({ status: string() }))).toEqual({ status: 'ok' });
  });
});

/** The fake’s vocabulary is small. */
const withSmallIds = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body), (_, value: unknown) =>
    typeof value === 'number' && value > 256 ? value % 256 : value,
  );
