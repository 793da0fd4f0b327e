import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectServer } from '../../../../src/engine/servers/connect';
import { bytesOfSpellings } from '../../../../src/engine/servers/vLlm';
import { serving } from '../../../servers/serving';
import { smallHidden, smallLogProbabilities } from '../../../servers/smallModel';

interface Asked {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Told {
  readonly status?: number;
  readonly body: unknown;
}

interface Recording {
  readonly name: string;
  readonly request: { readonly method: string; readonly path: string; readonly body: unknown };
  readonly status: number;
  readonly answer: unknown;
}

/**
 * What vLLM 0.32.0 for processors answered on the default model in float32: started with `--runner pooling --convert
 * embed` (“whole texts”), with `--pooler-config.task token_embed` besides (“pooling”), and without any of them
 * (“generating”). Rows are cut after four numbers.
 */
const recordings = JSON.parse(
  readFileSync(new URL('../../../fixtures/servers/vllm.json', import.meta.url), 'utf8'),
) as readonly Recording[];

const recorded = (name: string): Recording => {
  const found = recordings.find((one) => one.name === name);
  if (!found) throw new Error(`There is no recording “${name}”.`);
  return found;
};

/** Keys of the objects in an answer, with the paths to them; of a list only its first entry is looked at. */
const keysIn = (answer: unknown, at = ''): string[] =>
  Array.isArray(answer)
    ? keysIn(
        answer.find((one) => one !== null),
        `${at}[]`,
      )
    : typeof answer === 'object' && answer !== null
      ? Object.entries(answer).flatMap(([key, value]) => {
          const path = `${at}.${/^\d+$/.test(key) ? '#' : key}`;
          return [path, ...keysIn(value, path)];
        })
      : [];

/** Answers as vLLM does, with the small model behind it. */
class FakeVLlm {
  owner = 'vllm';
  /** Started with `--runner pooling --convert embed --pooler-config.task token_embed`. */
  pooling = false;
  /** Started without the last of these. */
  poolsTexts = false;
  /** Does not know `use_activation`. */
  normalises = false;
  spells = true;
  mostListed = 20;
  readonly asked: Asked[] = [];
  readonly #server: Server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString('utf8');
      const one = { path: request.url ?? '', body: text === '' ? {} : (JSON.parse(text) as Asked['body']) };
      this.asked.push(one);
      const { status = 200, body } = this.#answer(one);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #answer({ path, body }: Asked): Told {
    if (path === '/v1/models')
      return { body: { object: 'list', data: [{ id: 'some/model', owned_by: this.owner, max_model_len: 32 }] } };
    if (path === '/tokenize' && typeof body['prompt'] === 'string') return { body: this.#tokenised(body['prompt']) };
    if (path === '/pooling' && this.poolsTexts) {
      const message = "Try switching the model's pooling_task via --pooler-config.task token_embed. (parameter=task)";
      return { status: 400, body: { error: { message, type: 'BadRequestError', param: 'task', code: 400 } } };
    }
    if (path === '/pooling' && this.pooling) return { body: this.#pooled(body['input'] as readonly number[]) };
    if (path === '/v1/completions' && !this.pooling) return this.#completed(body);
    return { status: 404, body: { detail: 'Not Found' } };
  }

  #tokenised(prompt: string): unknown {
    const tokens = [...Buffer.from(prompt)];
    const token_strs = this.spells ? tokens.map((byte) => (byte === 32 ? 'Ġ' : String.fromCharCode(byte))) : null;
    return { count: tokens.length, max_model_len: 32, tokens, token_strs };
  }

  #pooled(ids: readonly number[]): unknown {
    const values = smallHidden(ids);
    const data = ids.map((_, at) => {
      const row = [...values.subarray(at * 8, at * 8 + 8)];
      return this.normalises ? row.map((one) => one / Math.hypot(...row)) : row;
    });
    return {
      id: 'pool-1',
      object: 'list',
      model: 'some/model',
      data: [{ index: 0, object: 'pooling', data }],
      usage: {},
    };
  }

  #completed({ prompt, prompt_logprobs }: Asked['body']): Told {
    const [ids, count] = [prompt as readonly number[], Number(prompt_logprobs)];
    const refuse = (message: string): Told => ({ status: 400, body: { error: { message, type: 'BadRequestError' } } });
    if (ids.length + 1 > 32)
      return refuse(
        `This model's maximum context length is 32 tokens. However, you requested ${ids.length + 1} tokens.`,
      );
    if (count > this.mostListed)
      return refuse(`Requested prompt logprobs of ${count}, which is greater than max allowed: ${this.mostListed}`);
    const listed = ids.map((id, at) => {
      if (at === 0) return null;
      const all = smallLogProbabilities(ids.slice(0, at));
      const ranked = [...all.keys()].sort((a, b) => all[b]! - all[a]!);
      const named = [id, ...ranked.slice(0, count)].map((one) => [
        one,
        { logprob: all[one], rank: ranked.indexOf(one) + 1, decoded_token: String.fromCharCode(one) },
      ]);
      return Object.fromEntries(named) as unknown;
    });
    return { body: { choices: [{ index: 0, text: 'x', prompt_logprobs: listed }] } };
  }
}

const shorter =
  'lower the limit of tokens (vectorscope.tokenLimit, or --limit on the command line), or choose a shorter text.';

describe('the client of vLLM', () => {
  const fake = new FakeVLlm();
  const request = () => ({ address: fake.address });
  beforeAll(() => fake.start());
  afterEach(() => {
    Object.assign(fake, {
      owner: 'vllm',
      pooling: false,
      poolsTexts: false,
      normalises: false,
      spells: true,
      mostListed: 20,
    });
    fake.asked.length = 0;
  });
  afterAll(() => fake.close());

  it('finds out that a generating server lists, and leaves room for what it asks', async () => {
    const server = await connectServer(request());
    expect(server).toMatchObject({
      kind: 'vLLM',
      model: 'some/model',
      gives: 'listed',
      lists: true,
      contextLength: 30,
    });
    expect(server.hidden).toBeUndefined();
    const longest = Array.from({ length: 30 }, (_, at) => at);
    expect(await server.listed!(longest, { first: 0, count: 1 })).toHaveLength(30);
    await expect(server.listed!([...longest, 1], { first: 0, count: 1 })).rejects.toMatchObject({
      code: 'server-failed',
      message:
        'The text has 31 tokens, and the server has room for 32. ' +
        `Start it with a larger --max-model-len, ${shorter}`,
    });
  });

  it('lists the likeliest tokens after every position in one request', async () => {
    const server = await connectServer(request());
    fake.asked.length = 0;
    const ids = [65, 66, 67];
    const listed = await server.listed!(ids, { first: 1, count: 3 });
    expect(fake.asked).toHaveLength(1);
    expect(listed).toEqual(
      [1, 2].map((at) => {
        const all = smallLogProbabilities(ids.slice(0, at + 1));
        const best = [...all.keys()].sort((a, b) => all[b]! - all[a]!).slice(0, 3);
        return {
          likeliest: best.map((id) => ({
            id,
            bytes: [...Buffer.from(String.fromCharCode(id))],
            logProbability: all[id],
          })),
          next: at === 1 ? all[67] : null,
        };
      }),
    );
  });

  it('lists as many as the server allows', async () => {
    fake.mostListed = 5;
    const server = await connectServer(request());
    const [position] = await server.listed!([20], { first: 0, count: 100 });
    expect(position!.likeliest).toHaveLength(5);
    fake.asked.length = 0;
    await server.listed!([20], { first: 0, count: 100 });
    expect(fake.asked.map(({ body }) => body['prompt_logprobs'])).toEqual([5]);
  });

  it('takes h from a pooling server, unless it is normalised', async () => {
    fake.pooling = true;
    const server = await connectServer(request());
    expect(server).toMatchObject({ gives: 'hidden', lists: false, dimensions: 8, contextLength: 32 });
    expect(await server.hidden!([1, 2, 3])).toEqual(smallHidden([1, 2, 3]));
    expect(fake.asked.at(-1)?.body).toMatchObject({ task: 'token_embed', use_activation: false });
    fake.normalises = true;
    expect(await connectServer(request())).toMatchObject({ gives: 'tokens', lists: false });
  });

  it('names the flags that a server which pools whole texts lacks', async () => {
    fake.poolsTexts = true;
    const host = new URL(fake.address).host;
    await expect(connectServer(request())).rejects.toMatchObject({
      code: 'server-failed',
      message:
        `${host} gives one vector for a whole text. Start it with --runner pooling --convert embed ` +
        '--pooler-config.task token_embed to get h for every token.',
    });
  });

  it('gives tokens with their bytes, or without if nothing tells them', async () => {
    const server = await connectServer(request());
    const asked = { text: 'a b', added: true, plain: true };
    expect(await server.tokenise(asked)).toEqual([97, 32, 98].map((id) => ({ id, bytes: [id] })));
    expect(fake.asked.at(-1)?.body).toMatchObject({ prompt: 'a b', add_special_tokens: true });
    fake.spells = false;
    expect(await server.tokenise(asked)).toEqual([97, 32, 98].map((id) => ({ id, bytes: null })));
  });

  it('serves behind a proxy with another name, as any server does that tells ids', async () => {
    fake.owner = 'proxy';
    expect(await connectServer(request())).toMatchObject({ kind: 'OpenAI', gives: 'listed' });
  });
});

describe('what a real vLLM answers', () => {
  const fake = new FakeVLlm();
  beforeAll(() => fake.start());
  afterAll(() => fake.close());

  it.each([
    'pooling: models',
    'pooling: tokens',
    'pooling: h',
    'pooling: lists',
    'generating: lists',
    'generating: too many',
    'generating: too long',
  ])('has the keys and the status that our server in tests gives: %s', async (name) => {
    fake.pooling = name.startsWith('pooling');
    const { request, status, answer } = recorded(name);
    const { method, path, body } = request;
    const given = await fetch(fake.address + path, { method, ...(body !== null && { body: JSON.stringify(body) }) });
    expect(given.status).toBe(status);
    const real = new Set(keysIn(answer));
    expect(keysIn(await given.json()).filter((key) => !real.has(key))).toEqual([]);
  });

  it('names its limits as the client reads them', () => {
    expect(JSON.stringify(recorded('generating: too many').answer)).toMatch(/max(?:imum)? allowed:? 50/);
    for (const name of ['generating: too long', 'pooling: too long'])
      expect(JSON.stringify(recorded(name).answer)).toMatch(/maximum (?:context|model) length (?:is |of )?512/);
  });
});

describe('a server with OpenAI’s interface alone', () => {
  it('is refused with a reason', async () => {
    const answer: RequestListener = (request, response) => {
      const known = request.url === '/v1/models';
      response.writeHead(known ? 200 : 404, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(known ? { data: [{ id: 'gpt', owned_by: 'openai' }] } : { error: 'no' }));
    };
    await serving(answer, (address) =>
      expect(connectServer({ address: `${address}/v1` })).rejects.toMatchObject({
        code: 'server-failed',
        message: `The server at ${new URL(address).host} gives no token ids, so its model cannot be inspected. llama-server and vLLM give them.`,
      }),
    );
  });
});

describe('bytes of spellings', () => {
  const bytes = (text: string): number[] => [...Buffer.from(text)];

  it('are those of byte-level BPE or of SentencePiece, whichever gives the text again', () => {
    expect(bytesOfSpellings(['Ã©', 'Ġof'], 'é of')).toEqual([bytes('é'), bytes(' of')]);
    expect(bytesOfSpellings(['<s>', '▁of', '<0xC3>', '<0xA9>'], 'ofé')).toEqual([
      bytes('<s>'),
      bytes(' of'),
      [0xc3],
      [0xa9],
    ]);
  });

  it('are unknown if neither does', () => {
    expect(bytesOfSpellings(['##ing'], 'ing it')).toBeNull();
    expect(bytesOfSpellings([], 'a')).toBeNull();
  });
});
