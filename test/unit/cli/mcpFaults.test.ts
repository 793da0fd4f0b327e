import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { serveTools } from '../../../src/cli/mcp';
import { LineTransport } from '../../../src/cli/mcpLines';
import { FakeEngine } from '../support/fakeEngine';

interface Answer {
  readonly id: unknown;
  readonly error?: { readonly code: number; readonly message: string };
  readonly result?: unknown;
}

/** The server over two streams, as an agent's own lines reach it. */
function setUp(most?: number) {
  const fake = new FakeEngine();
  const log: string[] = [];
  const [input, output] = [new PassThrough(), new PassThrough()];
  const io = {
    out: () => {},
    err: (text: string) => void log.push(text),
    readInput: () => '',
    createEngine: () => fake.with({ close: async () => {} }),
    env: () => undefined,
  };
  const options = { geometry: false, idle: 0, longest: 40_000 };
  const over = serveTools(new LineTransport(input, output, most), io, options, (ended) => input.once('end', ended));
  const answers: Answer[] = [];
  const waiting: (() => void)[] = [];
  let rest = '';
  output.on('data', (piece: Buffer) => {
    const lines = (rest + piece.toString()).split('\n');
    rest = lines.pop() ?? '';
    answers.push(...lines.map((line) => JSON.parse(line) as Answer));
    waiting.splice(0).forEach((look) => look());
  });
  /** The answers, once there are so many. */
  const count = async (many: number): Promise<readonly Answer[]> => {
    while (answers.length < many) await new Promise<void>((resolve) => waiting.push(resolve));
    return answers;
  };
  const send = (...messages: readonly unknown[]) =>
    void input.write(messages.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join(''));
  return { fake, log, input, over, answers, count, send };
}

const request = (id: unknown, method: unknown, params?: unknown) => ({ jsonrpc: '2.0', id, method, params });
const ping = request('after', 'ping');
const initialize = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a', version: '1' } };
const [parse, invalid, params] = [-32_700, -32_600, -32_602];

const malformed: readonly (readonly [string, unknown, id: unknown, code: number, message: RegExp])[] = [
  ['no JSON', '{"jsonrpc": "2.0", ', null, parse, /not valid JSON/],
  ['a number', 5, null, invalid, /must be an object/],
  ['null', null, null, invalid, /must be an object/],
  ['a batch', [request(1, 'ping')], null, invalid, /must be an object, one a line/],
  ['nothing', {}, null, invalid, /The id of a request/],
  ['an id of null', request(null, 'ping'), null, invalid, /The id of a request/],
  ['an id of 1.5', request(1.5, 'ping'), null, invalid, /The id of a request/],
  ['no jsonrpc', { id: 1, method: 'ping' }, 1, invalid, /^jsonrpc must be "2\.0"\.$/],
  ['another jsonrpc', { jsonrpc: '1.0', id: 'a', method: 'ping' }, 'a', invalid, /^jsonrpc must be/],
  ['no method', { jsonrpc: '2.0', id: 1 }, 1, invalid, /^method must be a string\.$/],
  ['a method that is a number', request(1, 7), 1, invalid, /^method must be/],
  ['another key', { ...request(1, 'ping'), more: 1 }, 1, invalid, /no other keys/],
  ['params as a list', request(1, 'tools/list', []), 1, params, /^params must be an object\.$/],
  ['params of null', request(1, 'tools/call', null), 1, params, /^params must be an object\.$/],
  ['no params', request(1, 'tools/call'), 1, params, /^params of tools\/call is missing or wrong; an object was/],
  ['_meta as a list', request(1, 'ping', { _meta: [] }), 1, params, /^params\._meta of ping/],
  ['a name that is a number', request(1, 'tools/call', { name: 5 }), 1, params, /^params\.name of .*; a string was/],
  ['no name', request(1, 'tools/call', { arguments: {} }), 1, params, /^params\.name of tools\/call/],
  ...['text', [], null, 5].map(
    (value) =>
      [
        `arguments of ${JSON.stringify(value)}`,
        request(1, 'tools/call', { name: 'tokens', arguments: value }),
        1,
        params,
        /^params\.arguments of tools\/call is missing or wrong; an object was expected\./,
      ] as const,
  ),
  ['a cursor that is a number', request(1, 'tools/list', { cursor: 1 }), 1, params, /^params\.cursor of tools\/list/],
  [
    'a version that is a number',
    request(1, 'initialize', { ...initialize, protocolVersion: 5 }),
    1,
    params,
    /^params\.protocolVersion of initialize is missing or wrong; a string was expected\./,
  ],
  ['no version', request(1, 'initialize', {}), 1, params, /^params\.protocolVersion of initialize/],
];

describe('a message of an agent', () => {
  it.each(malformed)(
    'that has %s is answered with a sentence, and the next is served',
    async (_, message, id, code, words) => {
      const { send, count, log } = setUp();
      send(message, ping);
      const [refused, pong] = await count(2);
      expect(refused).toEqual({ jsonrpc: '2.0', id, error: { code, message: expect.stringMatching(words) as string } });
      expect(refused?.error?.message).toMatch(/^[^[{]+\.$/);
      expect(pong).toMatchObject({ id: 'after', result: {} });
      expect(log).toEqual(['A message of the agent could not be read.\n']);
    },
  );

  it('that is a notification or an answer gets no answer, however malformed it is', async () => {
    const { send, count, answers } = setUp();
    send(
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: [] },
      { method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 5, result: 5 },
      { jsonrpc: '2.0', id: 5, error: 'no' },
      '',
      // As an agent on Windows ends its lines.
      '\r',
      `${JSON.stringify(ping)}\r`,
    );
    await count(1);
    expect(answers).toMatchObject([{ id: 'after', result: {} }]);
  });

  it('that asks for a task is answered at once, as the protocol says', async () => {
    const { send, count } = setUp();
    send(request(1, 'tools/call', { name: 'neighbours', arguments: { token: 5 }, task: { ttl: 5 } }));
    expect(await count(1)).toMatchObject([{ id: 1, result: { content: [{ type: 'text' }] } }]);
  });

  it('with a method that is not known is told so', async () => {
    const { send, count } = setUp();
    send(request(1, 'toString'));
    expect(await count(1)).toMatchObject([{ id: 1, error: { code: -32_601 } }]);
  });

  it('without a line end is served when the input ends', async () => {
    const { input, count, over } = setUp();
    input.end(JSON.stringify(ping));
    expect(await count(1)).toMatchObject([{ id: 'after', result: {} }]);
    await over;
  });
});

it('a line that is too long is refused at once, however long it goes on, and the calls under way are answered', async () => {
  const { fake, send, input, count, answers, over } = setUp(2 ** 20);
  const [open, called] = [fake.close('neighbours'), fake.called('neighbours')];
  send(request(1, 'tools/call', { name: 'neighbours', arguments: { token: 5 } }));
  await called;
  const piece = Buffer.alloc(2 ** 18, 'x');
  for (let i = 0; i < 44; i++) input.write(piece);
  await count(1);
  expect(answers[0]).toMatchObject({ id: null, error: { code: invalid } });
  expect(answers[0]?.error?.message).toMatch(/^A line has more than 1 MiB\./);
  input.write('\n');
  open();
  send(ping);
  await count(3);
  const later = answers.slice(1).map(({ id, error }) => [id, error] as const);
  expect(new Map(later)).toEqual(
    new Map<unknown, unknown>([
      [1, undefined],
      ['after', undefined],
    ]),
  );
  input.end();
  await over;
});
